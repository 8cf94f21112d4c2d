"""Where a person's case stands, in lines: what is still to answer, the stage, the verdict."""

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.verdict import verdict_lines
from domain.application import ApplicationStatus, status_traits
from domain.vocabulary import Language


def status_lines(conversation: Conversation, context: Context) -> tuple[Line, ...]:
    """The stage of the case and, once there is enough to judge, the verdict for both levels."""
    if conversation.submitted_at is None:
        answered = len(conversation.main.answers)
        return (Line(key="status.unfinished", args={"answered": answered}),)
    stage = ApplicationStatus(context.stage or ApplicationStatus.SUBMITTED)
    stands = status_traits(stage)
    name = stands.zh if conversation.language is Language.ZH else stands.en
    return (
        Line(
            key="status.stage",
            args={"stage": name, "date": conversation.submitted_at.date().isoformat()},
        ),
        *verdict_lines(conversation.main, context, conversation.language),
    )
