"""A person's rights over their data: the dialogue by which everything is deleted."""

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import RequestErasure
from dialogs.intake_options import yes_no_options
from dialogs.intake_values import shows_enum
from dialogs.questions import Question
from dialogs.readers import yes_no
from dialogs.script import Finish, Script


def _erase(thread: Thread, _: Context) -> Finish:
    if thread.value("forget_confirm") is not True:
        return Finish(lines=(Line(key="forget.kept"),))
    return Finish(effects=(RequestErasure(),), lines=(Line(key="forget.done"),), erases=True)


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
