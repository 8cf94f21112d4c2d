"""Where a person's case stands, in lines: what is still to answer, the stage, the verdict."""

from dialogs.campaign_texts import campaign_line
from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.intake import INTAKE
from dialogs.verdict import field_of, verdict_lines
from domain.application import ApplicationStatus, status_traits
from domain.vocabulary import Language


def stage_of(conversation: Conversation, context: Context) -> ApplicationStatus:
    """The status of the person's application; a draft before it is handed in."""
    if context.stage:
        return ApplicationStatus(context.stage)
    return ApplicationStatus.DRAFT if conversation.submitted_at is None else ApplicationStatus.SUBMITTED


def may_edit(conversation: Conversation, context: Context) -> bool:
    """Whether the person may still change their answers by themselves."""
    return status_traits(stage_of(conversation, context)).editable


def status_lines(conversation: Conversation, context: Context) -> tuple[Line, ...]:
    """The stage of the case, what it means, and the verdict for both levels once there is something to judge."""
    thread, language = conversation.main, conversation.language
    if conversation.submitted_at is None:
        answered, missing = len(INTAKE.answered(thread)), INTAKE.missing(thread)
        lines = [
            Line(key="status.unfinished", args={"answered": answered, "missing": missing}),
            campaign_line("status.deadline", context, language),
        ]
    else:
        lines = list(_stage_lines(conversation, context, language))
    if "related_years" in thread.answers:
        lines += verdict_lines(thread, context, language)
    return tuple(lines)


def _stage_lines(conversation: Conversation, context: Context, language: Language) -> list[Line]:
    stage = stage_of(conversation, context)
    stands = status_traits(stage)
    assert conversation.submitted_at is not None  # noqa: S101 - the caller has looked
    submitted = context.date_of(conversation.submitted_at).isoformat()
    name = stands.zh if language is Language.ZH else stands.en
    lines = [Line(key="status.stage", args={"stage": name, "date": submitted})]
    step = context.campaign.step_of(stage)
    if step is not None:
        lines.append(Line(key="status.step", args={"title": step.title[language], "text": step.text[language]}))
    society = context.campaign.society(field_of(conversation.main) or "")
    if society is not None:
        lines.append(Line(key="status.society", args={"society": society}))
    return lines
