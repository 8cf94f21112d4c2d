"""A person's rights over their data: the dialogues by which everything is deleted, and by which that is taken back."""

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import CancelErasure, RequestErasure
from dialogs.intake_options import yes_no_options
from dialogs.intake_values import shows_enum
from dialogs.questions import Question
from dialogs.readers import yes_no
from dialogs.script import Finish, Script

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
