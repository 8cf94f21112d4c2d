"""A question that goes to the secretariat: what it is, and whether to send it."""

from dialogs.cards import Input, Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import AskSecretariat
from dialogs.intake_options import yes_no_options
from dialogs.intake_values import shows_enum
from dialogs.questions import Question
from dialogs.readers import free_text, yes_no
from dialogs.script import Finish, Script
from domain.vocabulary import Language

LONGEST = 1000
"""Characters of a question to the secretariat."""


def _question(thread: Thread, _: Context, __: Language) -> tuple[Line, ...]:
    return (Line(key="ask.quoted", args={"question": str(thread.value("ask_text"))}),)


def _send(thread: Thread, _: Context) -> Finish:
    if thread.value("ask_send") is not True:
        return Finish(lines=(Line(key="ask.not_sent"),))
    return Finish(effects=(AskSecretariat(str(thread.value("ask_text"))),), lines=(Line(key="ask.sent"),))


ASK = Script(
    id="ask",
    questions=(
        Question(id="ask_text", reads=free_text(LONGEST), input=Input.LONG_TEXT, limit=LONGEST, listed=False),
        Question(
            id="ask_send",
            reads=yes_no,
            options=yes_no_options("ask_send"),
            notes=_question,
            shows=shows_enum("yesno"),
            gives_way=True,
            listed=False,
        ),
    ),
    last="ask_send",
    finish=_send,
)
