"""Slow work outside the lanes: an export is built first, then stored, noted and announced in one transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Connection

from bot.store import applications, attachments, audit, exports, inbox, withdrawals
from bot.store.audit import Entry
from bot.store.exports import HandedOut
from bot.store.store import Store
from bot.store.tables import application, candidate, unit, withdrawal
from bot.store.timers import Timer
from bot.timers import Slow
from bot.turns import DONE
from dialogs.cards import Document, Line
from dialogs.effects import ExportScope
from dialogs.events import Done
from dialogs.texts import catalogue
from domain.campaign import current_campaign
from domain.vocabulary import Language, Level, Posting

EXPORT = "export"
"""Kind of the timers whose payload is an ExportJob."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT = timedelta(days=7)
"""How long a made workbook can be fetched."""


class ExportJob(BaseModel):
    """Who wants which rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: int
    person: int
    scope: ExportScope
    selected: str
    eligible_only: bool
    asked_at: AwareDatetime


class MadeExport(BaseModel):
    """A workbook on its way to whoever asked."""

    model_config = ConfigDict(frozen=True)

    job: ExportJob
    campaign: str
    name: str
    content: bytes
    dispatched: int
    planned: int
    digest: str


def exports_of(store: Store) -> Slow:
    """The export timer: the workbook is built in a thread of its own, then kept in one transaction."""

    def work(timer: Timer) -> MadeExport | None:
        job = ExportJob.model_validate_json(timer.payload)
        return store.read_now(lambda connection: build_export(connection, job))

    def keep(connection: Connection, timer: Timer, made: MadeExport | None, now: datetime) -> None:
        deliver_export(connection, ExportJob.model_validate_json(timer.payload), made, f"export {timer.id}", now)

    def give_up(connection: Connection, timer: Timer, now: datetime) -> None:
        job = ExportJob.model_validate_json(timer.payload)
        sorry = DONE.dump_json(Done("export.failed"))
        inbox.put_internal(connection, f"export {timer.id}", job.account, job.person, sorry, now)

    return Slow(work, keep, give_up)


def build_export(connection: Connection, job: ExportJob) -> MadeExport | None:
    """Reads the rows and writes the workbook; None where nobody matches. Slow: never in a lane, never in a writer."""
    from exports.annex3_info import ExportInfo  # noqa: PLC0415 - openpyxl takes 0.2 s that a start should not pay
    from exports.annex3_table import row_of  # noqa: PLC0415
    from exports.annex3_workbook import write_annex3  # noqa: PLC0415

    campaign = current_campaign(job.asked_at.date())
    found = applications.filed(connection, campaign.id, *_conditions(job))
    rows = [row_of(str(each.id), each.record, eligible=each.eligible) for each in found]
    if not rows:
        return None
    target = BytesIO()
    info = ExportInfo(
        asked_at=job.asked_at,
        asked_by=f"#{job.person}",
        filter=_filter_text(job),
        withdrawn=withdrawals.count(connection, campaign.id, list(_conditions(job)), list(_erased(job))),
    )
    summary = write_annex3(target, rows, info=info)
    return MadeExport(
        job=job,
        campaign=campaign.id,
        name=_file_name(job),
        content=target.getvalue(),
        dispatched=sum(row.posting is Posting.DISPATCHED for row in rows),
        planned=sum(row.posting is Posting.PLANNED for row in rows),
        digest=summary.digest,
    )


def _file_name(job: ExportJob) -> str:
    line = Line(key="export.file_name", args={"what": _filter_text(job), "moment": f"{job.asked_at:%Y%m%d-%H%M}"})
    return catalogue().say(line, Language.ZH).replace("/", "-") + ".xlsx"


def deliver_export(connection: Connection, job: ExportJob, made: MadeExport | None, key: str, now: datetime) -> bool:
    """Stores the workbook, its history and audit, and tells whoever asked; `key` makes it happen once."""
    done = Done("export.nobody")
    if made is not None:
        reference = attachments.put(connection, job.person, made.name, XLSX, made.content, now, expires_at=now + KEPT)
        rows = made.dispatched + made.planned
        exports.note(
            connection,
            HandedOut(
                requested_by=job.person,
                campaign=made.campaign,
                filters=job.model_dump_json(include={"scope", "selected", "eligible_only"}),
                rows=rows,
                digest=bytes.fromhex(made.digest),
                reference=reference,
                made_at=now,
            ),
        )
        document = Document(reference=reference, name=made.name, media_type=XLSX)
        args = (("dispatched", made.dispatched), ("planned", made.planned))
        done = Done("export.ready", args, document.model_dump_json())
    detail = f"{_filter_text(job)}; rows {0 if made is None else made.dispatched + made.planned}"
    audit.write(connection, Entry(action="export", actor=job.person, subject=key, detail=detail), now)
    return inbox.put_internal(connection, key, job.account, job.person, DONE.dump_json(done), now)


def _conditions(job: ExportJob) -> Iterable[ColumnElement[bool]]:
    if job.eligible_only:
        yield application.c.eligible.is_(True)
    match job.scope:
        case ExportScope.UNIT:
            yield unit.c.name == job.selected
        case ExportScope.FIELD:
            yield candidate.c.field == job.selected
        case ExportScope.LEVEL:
            yield application.c.level == Level(job.selected)
        case ExportScope.ALL:
            pass


def _erased(job: ExportJob) -> Iterable[ColumnElement[bool]]:
    """The same filter on what is left of erased applications: whether they were eligible is not."""
    match job.scope:
        case ExportScope.UNIT:
            yield unit.c.name == job.selected
        case ExportScope.FIELD:
            yield withdrawal.c.field == job.selected
        case ExportScope.LEVEL:
            yield withdrawal.c.level == Level(job.selected)
        case ExportScope.ALL:
            pass


def _filter_text(job: ExportJob) -> str:
    """The filter in the office's words, for 导出信息 and the audit."""
    words = [catalogue().say(Line(key=f"export_scope.value.{job.scope}"), Language.ZH)]
    if job.selected:
        words.append(job.selected)
    whom = "eligible" if job.eligible_only else "everyone"
    words.append(catalogue().say(Line(key=f"export_whom.value.{whom}"), Language.ZH))
    return "；".join(words)
