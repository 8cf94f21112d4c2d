"""A person's rights over their data: the dialogues by which everything is deleted, and by which that is taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Conversation, Thread
from dialogs.effects import CancelErasure, RequestErasure
from dialogs.intake import INTAKE
from dialogs.intake_options import yes_no_options
from dialogs.intake_values import shows_enum
from dialogs.questions import Question
from dialogs.readers import yes_no
from dialogs.script import Finish, Script
from dialogs.texts import catalogue

GRACE_DAYS = 7
"""Days for which a deletion can be taken back."""


def _erase(thread: Thread, _: Context) -> Finish:
    if thread.value("forget_confirm") is not True:
        return Finish(lines=(Line(key="forget.kept"),))
    return Finish(effects=(RequestErasure(),), lines=(Line(key="forget.done", args={"days": GRACE_DAYS}),), erases=True)


FORGET = Script(
    id="forget",
    questions=(
        Question(
            id="forget_confirm", reads=yes_no, options=yes_no_options("forget_confirm"), shows=shows_enum("yesno")
        ),
    ),
    last="forget_confirm",
    finish=_erase,
)


def _take_back(thread: Thread, _: Context) -> Finish:
    if thread.value("restore_confirm") is not True:
        return Finish(lines=(Line(key="forget.goes_on"),))
    return Finish(effects=(CancelErasure(),))


RESTORE = Script(
    id="restore",
    questions=(
        Question(
            id="restore_confirm", reads=yes_no, options=yes_no_options("restore_confirm"), shows=shows_enum("yesno")
        ),
    ),
    last="restore_confirm",
    finish=_take_back,
)


def own_data_text(conversation: Conversation, counts: Mapping[str, int], files: Sequence[str], at: datetime) -> str:
    """The readable copy: every answer under its label, then what else is held, in the conversation's language.

    `counts` says how many rows of what are held, by the names under `mydata.held`.
    """
    language, say = conversation.language, catalogue().say
    lines = [say(Line(key="mydata.heading", args={"date": at.date().isoformat()}), language), ""]
    script = INTAKE
    for question, answer in conversation.main.answers.items():
        if question in script.by_id and script.by_id[question].listed:
            label = Line(key=f"{question}.label")
            shown = script.by_id[question].shows(answer.value, language)
            lines.append(say(Line(key="mydata.answer", args={"label": label, "answer": shown}), language))
    lines += ["", say(Line(key="mydata.besides"), language)]
    for name, count in counts.items():
        if count and f"mydata.held.{name}" in catalogue():
            lines.append(say(Line(key=f"mydata.held.{name}", args={"count": count}), language))
    lines += [say(Line(key="mydata.file", args={"name": name}), language) for name in files]
    lines += ["", say(Line(key="mydata.rights"), language)]
    return "\n".join(lines) + "\n"
