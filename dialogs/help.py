"""What /help says: what one can do, and what helps with the question that is open."""

from dialogs.campaign_texts import campaign_line
from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.questions import Question
from domain.vocabulary import Role

_STAFF = (Role.SECRETARIAT, Role.LEAD)


def help_lines(conversation: Conversation, question: Question | None, context: Context) -> tuple[Line, ...]:
    """The commands for the person's role, then the open question's own help."""
    keys = ["help.text"]
    if context.roles & set(_STAFF):
        keys.append("help.secretariat")
    if question is not None:
        keys.append(f"{question.id}.help")
    return tuple(campaign_line(each, context, conversation.language) for each in keys)
