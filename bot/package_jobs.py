"""The package that a recommending unit sends to the secretariat: made by a child process, then told of."""

import base64
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection

from bot.annex3_filter import ExportFilter
from bot.appliers.scene import Scene
from bot.children import Children, Progress
from bot.jobs import KEPT, XLSX, asked_by
from bot.store import attachments, exports, timers, unit_works
from bot.store.exports import HandedOut
from bot.store.people import Account
from bot.store.timers import Timer
from bot.telling import tell_outcome
from bot.timers import Slow
from dialogs.cards import Document, Line
from dialogs.events import Done
from dialogs.texts import catalogue
from domain.campaign import Campaign, current_campaign
from domain.vocabulary import Language

PACKAGE = "unit_package"
"""Kind of the timers whose payload is a PackageJob."""
PDF, EML = "application/pdf", "message/rfc822"


class PackageJob(BaseModel):
    """Who wants the package of which unit, and when they asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: int
    person: int
    unit: int
    asked_at: AwareDatetime


class MadeFile(BaseModel):
    """One file of the package, and how it is announced."""

    model_config = ConfigDict(frozen=True)

    name: str
    media_type: str
    content: bytes
    key: str
    args: tuple[tuple[str, str | int], ...] = ()


def begin_package(scene: Scene, unit_id: int) -> None:
    """Sets the package going."""
    job = PackageJob(account=scene.who.account, person=scene.who.person, unit=unit_id, asked_at=scene.now)
    subject = f"message {scene.who.message}"
    timers.set_timer(scene.connection, PACKAGE, subject, scene.now, scene.now, job.model_dump_json())


def packages_of(children: Children) -> Slow:
    """The package timer."""

    def work(timer: Timer) -> list[MadeFile]:
        job = PackageJob.model_validate_json(timer.payload)
        made = children.work(PACKAGE, job.model_dump(mode="json"), lambda _, __: None)
        return [MadeFile.model_validate({**each, "content": base64.b64decode(each["content"])}) for each in made]

    def keep(connection: Connection, timer: Timer, made: list[MadeFile], now: datetime) -> None:
        job = PackageJob.model_validate_json(timer.payload)
        done = [_announced(connection, job, each, now) for each in made] or [Done("package.nobody")]
        tell_outcome(connection, timer, Account(job.account, job.person), done, now)

    def give_up(connection: Connection, timer: Timer, now: datetime) -> None:
        job = PackageJob.model_validate_json(timer.payload)
        tell_outcome(connection, timer, Account(job.account, job.person), [Done("package.failed")], now)

    return Slow(work, keep, give_up)


def _announced(connection: Connection, job: PackageJob, made: MadeFile, now: datetime) -> Done:
    """The file stored and, where it is a workbook, noted among those handed out."""
    args = dict(made.args)
    digest = str(args.pop("digest", ""))
    if not made.content:
        return Done(made.key, tuple(args.items()))
    reference = attachments.put(
        connection, job.person, made.name, made.media_type, made.content, now, expires_at=now + KEPT
    )
    if digest:
        note = HandedOut(
            requested_by=job.person,
            campaign=current_campaign(job.asked_at.date()).id,
            filters=job.model_dump_json(include={"unit"}),
            rows=int(args["rows"]),
            digest=bytes.fromhex(digest),
            reference=reference,
            made_at=now,
        )
        exports.note(connection, note)
    document = Document(reference=reference, name=made.name, media_type=made.media_type)
    return Done(made.key, tuple(args.items()), document.model_dump_json())


def build_package(connection: Connection, job: PackageJob, progress: Progress | None = None) -> list[dict[str, Any]]:
    """Workbook, print and mail as JSON values; none where the unit has nobody. Takes seconds: for a child process."""
    from bot.annex3_rows import annex3_source  # noqa: PLC0415 - needed for packages only
    from exports.annex3_workbook import write_annex3  # noqa: PLC0415
    from exports.by_unit import file_stem  # noqa: PLC0415

    campaign = current_campaign(job.asked_at.date())
    unit = unit_works.unit_name(connection, job.unit)
    who = asked_by(connection, job.person)
    source = annex3_source(connection, campaign.id, ExportFilter(unit=unit), asked_at=job.asked_at, asked_by=who)
    if not source.rows:
        return []
    book = BytesIO()
    summary = write_annex3(book, source.rows, info=source.info, unit=unit, tables_only=True, progress=progress)
    lacking = _lacking(source.rows)
    workbook = MadeFile(
        name=f"附件3-{file_stem(unit)}.xlsx",
        media_type=XLSX,
        content=book.getvalue(),
        key="package.workbook",
        args=(("rows", summary.total), ("incomplete", lacking), ("digest", summary.digest)),
    )
    printed = _printed(workbook)
    mail = _mail(campaign, unit, [workbook, *([printed] if printed.content else [])], job.asked_at, summary.total)
    files = (workbook, printed, mail)
    return [
        {**each.model_dump(mode="json", exclude={"content"}), "content": base64.b64encode(each.content).decode()}
        for each in files
    ]


def _lacking(rows: Iterable[Any]) -> int:
    from exports.annex3_table import missing_cells  # noqa: PLC0415

    return sum(bool(missing_cells(each)) for each in rows)


def _printed(workbook: MadeFile) -> MadeFile:
    """The PDF; where there is no LibreOffice, why there is none."""
    from exports.pdf import LibreOfficeMissingError, PdfError, workbook_pdf  # noqa: PLC0415

    name = workbook.name.removesuffix(".xlsx") + ".pdf"
    try:
        content = workbook_pdf(workbook.content)
    except (LibreOfficeMissingError, PdfError) as error:
        return MadeFile(name=name, media_type=PDF, content=b"", key="package.no_pdf", args=(("why", str(error)),))
    return MadeFile(name=name, media_type=PDF, content=content, key="package.pdf")


def _mail(campaign: Campaign, unit: str, files: Iterable[MadeFile], at: datetime, rows: int) -> MadeFile:
    from exports.package import Attachment, mail_draft, mailto_link  # noqa: PLC0415

    mailbox, subject = campaign.contact.mailbox, campaign.subject(unit)
    body = _say("package.body", secretariat=campaign.organisations.secretariat.zh, unit=unit, rows=rows)
    content = mail_draft(
        mailbox=mailbox,
        subject=subject,
        body=body,
        attachments=[Attachment(each.name, each.content) for each in files],
        written_at=at,
    )
    link = mailto_link(mailbox=mailbox, subject=subject, body=body)
    return MadeFile(
        name=_say("package.mail_name", unit=unit).replace("/", "-"),
        media_type=EML,
        content=content,
        key="package.mail",
        args=(("mailbox", mailbox), ("subject", subject), ("link", link)),
    )


def _say(key: str, **args: str | int) -> str:
    return catalogue().say(Line(key=key, args={**args}), Language.ZH).strip()
