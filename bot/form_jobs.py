"""Filled forms of the chat: read in a process of its own; taken in small transactions, so that turns go on between."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection

from bot.appliers.scene import Scene
from bot.children import Children, Progress
from bot.errors import OvertakenError
from bot.progress import ProgressNote
from bot.store import attachments, audit, import_runs, inbox, timers
from bot.store.audit import Entry
from bot.store.import_runs import ImportRun
from bot.store.importing import ImportedWorks, Importer
from bot.store.states import ImportState
from bot.store.store import Store
from bot.store.timers import Timer
from bot.timers import Slow
from bot.turns import DONE
from dialogs.cards import Document, Line
from dialogs.events import Done
from dialogs.texts import catalogue
from domain.campaign import current_campaign
from domain.vocabulary import Language

if TYPE_CHECKING:
    from bot.annex3_import import ImportPlan
    from exports.reading.match import Match

READ, TAKE = "form_read", "form_take"
"""Kinds of the timers whose payload is a FormJob."""
MOST_ROWS = 2000
"""Rows of one form that are taken by chat."""
AT_ONCE = 50
"""Rows a transaction."""
KEPT = timedelta(days=7)
TEXT = "text/plain"


class FormJob(BaseModel):
    """Which form, and who waits for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: int
    person: int
    reference: str
    language: Language
    asked_at: AwareDatetime


def begin(scene: Scene, kind: str, reference: str) -> None:
    """Sets it going."""
    job = FormJob(
        account=scene.who.account,
        person=scene.who.person,
        reference=reference,
        language=scene.conversation.language,
        asked_at=scene.now,
    )
    timers.set_timer(scene.connection, kind, reference, scene.now, scene.now, job.model_dump_json())


def read_form(store: Store, job: FormJob) -> dict[str, Any]:
    """What the form would change, as JSON values; `refused` with a sentence where it is not to be read."""
    from bot.annex3_import import plan_import  # noqa: PLC0415 - spreadsheets: not for every start
    from exports.annex3_reader import read_annex3  # noqa: PLC0415
    from exports.reading.findings import FileRefusedError  # noqa: PLC0415
    from exports.reading.match import Outcome  # noqa: PLC0415

    run, content = store.read_now(lambda connection: _form(connection, job))
    try:
        reading = read_annex3(content, unit=run.unit_name or None)
    except FileRefusedError as error:
        return {"refused": error.text(job.language)}
    if len(reading.rows) > MOST_ROWS:
        line = Line(key="import.too_many", args={"rows": len(reading.rows), "limit": MOST_ROWS})
        return {"refused": catalogue().say(line, job.language)}
    plan = store.read_now(lambda connection: plan_import(connection, _campaign(job), reading, run.unit))
    counts = {str(outcome): plan.count(outcome) for outcome in Outcome}
    return {**counts, "refused_rows": plan.refused, "findings": [each.text(job.language) for each in plan.findings]}


def _form(connection: Connection, job: FormJob) -> tuple[ImportRun, bytes]:
    run, file = import_runs.find(connection, job.reference), attachments.find(connection, job.reference)
    if run is None or file is None:
        raise OvertakenError("the form has been deleted")
    return run, file.content


def _campaign(job: FormJob) -> str:
    return current_campaign(job.asked_at.date()).id


def readings_of(children: Children) -> Slow:
    """The timer that reads."""

    def work(timer: Timer) -> dict[str, Any]:
        job = FormJob.model_validate_json(timer.payload)
        found: dict[str, Any] = children.work(READ, job.model_dump(mode="json"), lambda _, __: None)
        return found

    def keep(connection: Connection, timer: Timer, found: dict[str, Any], now: datetime) -> None:
        job = FormJob.model_validate_json(timer.payload)
        _tell(connection, timer, job, _read(connection, job, found, now), now)

    return Slow(work, keep, _sorry)


def _read(connection: Connection, job: FormJob, found: dict[str, Any], now: datetime) -> Done | None:
    if "refused" in found:
        import_runs.move(connection, job.reference, ImportState.READING, ImportState.REFUSED, now)
        return Done("import.refused", (("why", found["refused"]),))
    summary = {**found, "refused": found["refused_rows"]}
    del summary["refused_rows"]
    if not import_runs.keep_reading(connection, job.reference, summary, now):
        return None  # dropped meanwhile
    if not found["findings"]:
        return Done("import.read")
    name = catalogue().say(Line(key="import.findings_name"), job.language)
    content = ("\ufeff" + "\r\n".join(found["findings"]) + "\r\n").encode()  # the mark and line ends of Notepad
    reference = attachments.put(connection, job.person, name, TEXT, content, now, expires_at=now + KEPT)
    document = Document(reference=reference, name=name, media_type=TEXT)
    return Done("import.read_findings", (), document.model_dump_json())


def takings_of(store: Store) -> Slow:
    """The timer that takes what was confirmed."""

    def work(timer: Timer) -> dict[str, int]:
        job = FormJob.model_validate_json(timer.payload)
        note = ProgressNote(store, job.account, f"form {timer.id}", "import.progress")
        lock = store.try_lock("annex3-import")
        if lock is None:
            raise OvertakenError("another form is being taken")  # two at once could both add the same person
        try:
            return take_form(store, job, note)
        finally:
            lock.release()

    def keep(connection: Connection, timer: Timer, counts: dict[str, int], now: datetime) -> None:
        job = FormJob.model_validate_json(timer.payload)
        import_runs.move(connection, job.reference, ImportState.CONFIRMED, ImportState.TAKEN, now)
        detail = ", ".join(f"{name} {count}" for name, count in counts.items())
        audit.write(
            connection, Entry(action="import", actor=job.person, subject=f"timer {timer.id}", detail=detail), now
        )
        _tell(connection, timer, job, Done("import.taken", tuple(counts.items())), now)

    return Slow(work, keep, _sorry)


def take_form(store: Store, job: FormJob, progress: Progress) -> dict[str, int]:
    """Takes the form row by row, AT_ONCE a transaction; done again after a death it finds its own rows unchanged."""
    from bot.annex3_import import plan_import  # noqa: PLC0415 - as above
    from exports.annex3_reader import read_annex3  # noqa: PLC0415
    from exports.reading.match import Outcome  # noqa: PLC0415

    run, content = store.read_now(lambda connection: _form(connection, job))
    reading = read_annex3(content, unit=run.unit_name or None)
    plan = store.read_now(lambda connection: plan_import(connection, _campaign(job), reading, run.unit))
    importer = Importer(now=job.asked_at, person=job.person, unit=run.unit)
    made: ImportedWorks | None = None
    for begin_at in range(0, len(plan.rows), AT_ONCE):
        batch = plan.rows[begin_at : begin_at + AT_ONCE]
        made = store.write_now(partial(_take, plan=plan, batch=batch, importer=importer, made=made))
        progress(begin_at + len(batch), len(plan.rows))
    return {**{str(outcome): plan.count(outcome) for outcome in Outcome}, "refused": plan.refused}


def _take(
    connection: Connection,
    plan: "ImportPlan",
    batch: "Sequence[Match]",
    importer: Importer,
    made: ImportedWorks | None,
) -> ImportedWorks:
    """One transaction's rows; what enterprises the form has made so far goes on from one to the next."""
    from bot.annex3_import import take_import  # noqa: PLC0415 - as above

    works = ImportedWorks(connection, importer) if made is None else made.on(connection)
    take_import(plan, batch, works)
    return works


def _tell(connection: Connection, timer: Timer, job: FormJob, done: Done | None, now: datetime) -> None:
    if done is not None:
        key = f"{timer.kind} {timer.id}"
        inbox.put_internal(connection, key, job.account, job.person, DONE.dump_json(done), now)


def _sorry(connection: Connection, timer: Timer, now: datetime) -> None:
    job = FormJob.model_validate_json(timer.payload)
    _tell(connection, timer, job, Done("import.failed"), now)
