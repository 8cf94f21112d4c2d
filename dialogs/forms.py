"""/import: a filled Annex 3 is sent, what it would change is shown, and nothing happens before it is confirmed."""

from dialogs.cards import Input, Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import Effect, ReadForm, TakeForm
from dialogs.questions import Option, Question
from dialogs.readers import choice_only, file_only
from dialogs.script import Finish, Script
from dialogs.unit_desk import FormReading
from dialogs.units import WHICH, again
from domain.vocabulary import Language

SHOWN_FINDINGS = 5
"""Findings said in the chat; all of them are in the file that comes with it."""
READ = "read"


def _reference(thread: Thread) -> str:
    return next(iter(str(thread.value("import_file") or "").split()), "")


def _reading(thread: Thread, context: Context) -> FormReading | None:
    return context.directory.form_reading(_reference(thread))


def _read(thread: Thread, _: Context) -> tuple[Effect, ...]:
    return (ReadForm(str(thread.value(WHICH) or ""), _reference(thread)),)


def _found(thread: Thread, context: Context, _: Language) -> tuple[Line, ...]:
    reading = _reading(thread, context)
    if reading is None or reading.state != READ:
        return (Line(key="import.reading"),) if reading is None or reading.state == "reading" else ()
    counts = {
        "new": reading.new,
        "changed": reading.changed,
        "unchanged": reading.unchanged,
        "duplicate": reading.duplicate,
        "refused": reading.refused,
    }
    shown = tuple(Line(key="plain", args={"text": each}) for each in reading.findings[:SHOWN_FINDINGS])
    left = len(reading.findings) - len(shown)
    more = (Line(key="import.more_findings", args={"count": left}),) if left else ()
    return (Line(key="import.would", args={**counts}), *shown, *more)


def _answers(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    """Yes is offered only once it is known what it means."""
    reading = _reading(thread, context)
    ready = reading is not None and reading.state == READ and reading.new + reading.changed > 0
    take = (Option(label=Line(key="import_sure.value.take"), value="take"),) if ready else ()
    return (*take, Option(label=Line(key="import_sure.value.drop"), value="drop"))


def _end(thread: Thread, _: Context) -> Finish:
    sure = thread.value("import_sure") == "take"
    return Finish(
        effects=(TakeForm(_reference(thread), sure),), side=again(thread) if WHICH in thread.answers else None
    )


FORM = Script(
    id="import",
    questions=(
        Question(id="import_file", reads=file_only, input=Input.FILE, reads_files=True, follows=_read),
        Question(id="import_sure", reads=choice_only, options=_answers, notes=_found, depends_on=("import_file",)),
    ),
    last="import_sure",
    finish=_end,
)
