"""The export asked for in chat: built in a process of its own, then stored, noted and announced in one transaction."""

import base64
from datetime import datetime, timedelta
from functools import cached_property
from io import BytesIO

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection

from bot.annex3_filter import ExportFilter
from bot.children import Children, Progress
from bot.progress import ProgressNote
from bot.store import attachments, audit, exports, inbox, members, roles
from bot.store.audit import Entry
from bot.store.exports import HandedOut
from bot.store.store import Store
from bot.store.timers import Timer
from bot.timers import Slow
from bot.turns import DONE
from dialogs.cards import Document, Line
from dialogs.effects import ExportScope
from dialogs.events import Done
from dialogs.texts import catalogue
from domain.application import ApplicationStatus
from domain.campaign import current_campaign
from domain.vocabulary import Language, Level, Posting, Role

EXPORT = "export"
"""Kind of the timers whose payload is an ExportJob."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
KEPT = timedelta(days=7)
"""How long a made workbook can be fetched."""


class ExportJob(BaseModel):
    """Who wants which rows, and when they asked: the same data, filter and moment make the same file."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    account: int
    person: int
    scope: ExportScope
    selected: str
    eligible_only: bool
    complete_only: bool = False
    asked_at: AwareDatetime

    @cached_property
    def filter(self) -> ExportFilter:
        """The same as the command line's."""
        scope, selected = self.scope, self.selected
        return ExportFilter(
            unit=selected if scope is ExportScope.UNIT else None,
            field=selected if scope is ExportScope.FIELD else None,
            level=Level(selected) if scope is ExportScope.LEVEL else None,
            posting=Posting(selected) if scope is ExportScope.POSTING else None,
            status=ApplicationStatus(selected) if scope is ExportScope.STATUS else None,
            eligible=self.eligible_only,
        )


class MadeExport(BaseModel):
    """A workbook (or a zip of them) on its way to whoever asked."""

    model_config = ConfigDict(frozen=True)

    campaign: str
    name: str
    media_type: str
    content: bytes
    dispatched: int
    planned: int
    none: int
    left_out: int
    digest: str

    @property
    def rows(self) -> int:
        """Rows in all."""
        return self.dispatched + self.planned + self.none


class Packed(BaseModel):
    """How a MadeExport comes out of the child process."""

    made: MadeExport | None

    def packed(self) -> dict[str, object] | None:
        """As JSON values."""
        if self.made is None:
            return None
        return {**self.made.model_dump(exclude={"content"}), "content": base64.b64encode(self.made.content).decode()}

    @classmethod
    def unpacked(cls, value: dict[str, object] | None) -> MadeExport | None:
        """What `packed` made, as it was."""
        if value is None:
            return None
        return MadeExport.model_validate({**value, "content": base64.b64decode(str(value["content"]))})


def exports_of(store: Store, children: Children) -> Slow:
    """The export timer."""

    def work(timer: Timer) -> MadeExport | None:
        job = ExportJob.model_validate_json(timer.payload)
        note = ProgressNote(store, job.account, f"export {timer.id}", "export.progress")
        return Packed.unpacked(children.work(EXPORT, job.model_dump(mode="json"), note))

    def keep(connection: Connection, timer: Timer, made: MadeExport | None, now: datetime) -> None:
        deliver_export(connection, ExportJob.model_validate_json(timer.payload), made, f"export {timer.id}", now)

    def give_up(connection: Connection, timer: Timer, now: datetime) -> None:
        job = ExportJob.model_validate_json(timer.payload)
        sorry = DONE.dump_json(Done("export.failed"))
        inbox.put_internal(connection, f"export {timer.id}", job.account, job.person, sorry, now)

    return Slow(work, keep, give_up)


def build_export(connection: Connection, job: ExportJob, progress: Progress | None = None) -> MadeExport | None:
    """Reads the rows and writes the file; None where nobody matches. Slow: never in a lane, never in a writer."""
    from bot.annex3_rows import annex3_source  # noqa: PLC0415 - openpyxl takes 0.2 s that a start should not pay
    from exports.annex3_table import digest, missing_cells, sheets  # noqa: PLC0415
    from exports.annex3_workbook import Incomplete, write_annex3  # noqa: PLC0415
    from exports.by_unit import write_by_unit  # noqa: PLC0415

    campaign = current_campaign(job.asked_at.date())
    source = annex3_source(
        connection, campaign.id, job.filter, asked_at=job.asked_at, asked_by=asked_by(connection, job.person)
    )
    if not source.rows:
        return None
    incomplete = Incomplete.LEAVE_OUT if job.complete_only else Incomplete.LIST
    listed = [row for row in source.rows if not (job.complete_only and missing_cells(row))]
    target = BytesIO()
    by_unit = job.scope is ExportScope.BY_UNIT
    if by_unit:
        write_by_unit(target, source.rows, info=source.info, incomplete=incomplete, progress=progress)
        seen = digest(sheets(listed))
    else:
        seen = write_annex3(target, source.rows, info=source.info, incomplete=incomplete, progress=progress).digest
    return MadeExport(
        campaign=campaign.id,
        name=_file_name(job) + (".zip" if by_unit else ".xlsx"),
        media_type=ZIP if by_unit else XLSX,
        content=target.getvalue(),
        dispatched=sum(row.posting is Posting.DISPATCHED for row in listed),
        planned=sum(row.posting is Posting.PLANNED for row in listed),
        none=sum(row.posting is Posting.NONE for row in listed),
        left_out=len(source.rows) - len(listed),
        digest=seen,
    )


def asked_by(connection: Connection, person: int) -> str:
    """Who asked, for 导出信息: their part in it, their number, and the name that they are known by, if any."""
    held = {each.role for each in roles.of(connection, person)}
    part = next((each for each in (Role.LEAD, Role.SECRETARIAT, Role.UNIT_CONTACT) if each in held), Role.CANDIDATE)
    args: dict[str, str | int | Line] = {"role": Line(key=f"export.role_{part}"), "person": person}
    name = members.names(connection).get(person, "")
    line = Line(key="export.by_named_member", args={**args, "name": name}) if name else None
    return catalogue().say(line or Line(key="export.by_member", args={**args}), Language.ZH)


def _file_name(job: ExportJob) -> str:
    args: dict[str, str | int | float | Line] = {"what": job.filter.text(), "moment": f"{job.asked_at:%Y%m%d-%H%M}"}
    return catalogue().say(Line(key="export.file_name", args={**args}), Language.ZH).replace("/", "-")


def deliver_export(connection: Connection, job: ExportJob, made: MadeExport | None, key: str, now: datetime) -> bool:
    """Stores the file, its history and audit, and tells whoever asked; `key` makes it happen once."""
    done = Done("export.nobody")
    if made is not None:
        reference = attachments.put(
            connection, job.person, made.name, made.media_type, made.content, now, expires_at=now + KEPT
        )
        exports.note(
            connection,
            HandedOut(
                requested_by=job.person,
                campaign=made.campaign,
                filters=job.model_dump_json(include={"scope", "selected", "eligible_only", "complete_only"}),
                rows=made.rows,
                digest=bytes.fromhex(made.digest),
                reference=reference,
                made_at=now,
            ),
        )
        document = Document(reference=reference, name=made.name, media_type=made.media_type)
        args = (("dispatched", made.dispatched), ("planned", made.planned))
        done = Done("export.ready", args, document.model_dump_json())
        if made.left_out:
            done = Done("export.ready_complete", (*args, ("left_out", made.left_out)), document.model_dump_json())
    detail = f"{job.filter.text()}; rows {0 if made is None else made.rows}"
    audit.write(connection, Entry(action="export", actor=job.person, subject=key, detail=detail), now)
    return inbox.put_internal(connection, key, job.account, job.person, DONE.dump_json(done), now)
