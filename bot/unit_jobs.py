"""Slow work for a recommending unit: a link's picture, the package that it sends to the secretariat."""

import asyncio
import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection

from bot.annex3_filter import ExportFilter
from bot.appliers.scene import Scene
from bot.channels.telegram_api import TelegramApi
from bot.channels.wechat_limits import SCENE_SECONDS
from bot.children import Children, Progress
from bot.jobs import KEPT, XLSX, asked_by
from bot.settings import Settings
from bot.store import attachments, exports, inbox, timers, unit_links, unit_works
from bot.store.exports import HandedOut
from bot.store.timers import Timer
from bot.store.unit_links import Target
from bot.timers import Slow
from bot.turns import DONE
from dialogs.cards import Document, Line
from dialogs.events import Done
from dialogs.texts import catalogue
from domain.campaign import Campaign, current_campaign
from domain.errors import HurentongError
from domain.vocabulary import Language

log = structlog.get_logger(__name__)

LINK = "unit_link"
PACKAGE = "unit_package"
"""Kinds of the timers whose payloads are a LinkJob and a PackageJob."""
PNG, PDF, EML = "image/png", "application/pdf", "message/rfc822"
LINK_KEPT = timedelta(days=30)
_DAY_SECONDS = 24 * 3600


class LinkJob(BaseModel):
    """Who wants the picture of which link; `candidate` is the name of the one person that it is for, else ''."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: int
    person: int
    letters: str
    unit: str
    project: str
    candidate: str


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


def begin_link(scene: Scene, target: Target, letters: str, name: str = "") -> None:
    """Sets the picture going."""
    called = unit_links.names(scene.connection, target)
    job = LinkJob(
        account=scene.who.account,
        person=scene.who.person,
        letters=letters,
        unit=called.unit,
        project=called.project,
        candidate=name,
    )
    subject = f"message {scene.who.message}"
    timers.set_timer(scene.connection, LINK, subject, scene.now, scene.now, job.model_dump_json())


def begin_package(scene: Scene, unit_id: int) -> None:
    """Sets the package going."""
    job = PackageJob(account=scene.who.account, person=scene.who.person, unit=unit_id, asked_at=scene.now)
    subject = f"message {scene.who.message}"
    timers.set_timer(scene.connection, PACKAGE, subject, scene.now, scene.now, job.model_dump_json())


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The links and their picture; for WeChat another one, None where there is no account or it gave no code."""

    links: tuple[str, ...]
    picture: bytes
    wechat: bytes | None


def links_of(settings: Settings) -> Slow:
    """The link timer: asks Telegram what the bot is called and WeChat for a code, draws the pictures."""

    def work(timer: Timer) -> _Drawn:
        from exports.invitation import invitation_png, telegram_link, web_link  # noqa: PLC0415 - fonts and pictures

        job = LinkJob.model_validate_json(timer.payload)
        links = [web_link(settings.address, job.letters)]
        bot = asyncio.run(_bot_name(settings))
        if bot:
            links.insert(0, telegram_link(bot, job.letters))
        caption = _say("link.caption", unit=job.unit, project=job.candidate or job.project)
        scan = asyncio.run(_scan_link(settings, job.letters))
        return _Drawn(
            links=tuple(links),
            picture=invitation_png(links[0], caption=caption, code=job.letters),
            wechat=invitation_png(scan, caption=caption, code=job.letters) if scan else None,
        )

    def keep(connection: Connection, timer: Timer, made: _Drawn, now: datetime) -> None:
        job = LinkJob.model_validate_json(timer.payload)
        what, shown = job.project or job.unit, "\n".join(made.links)
        document = _picture(connection, job, "link.file_name", made.picture, now)
        done = [Done("link.ready", (("what", what), ("links", shown)), document)]
        if job.candidate:
            done = [Done("link.confirm", (("name", job.candidate), ("links", shown)), document)]
        if made.wechat is not None:
            days = SCENE_SECONDS // _DAY_SECONDS
            scanned = _picture(connection, job, "link.wechat_file_name", made.wechat, now)
            done.append(Done("link.wechat", (("what", job.candidate or what), ("days", days)), scanned))
        elif settings.wechat_app_id:
            done.append(Done("link.no_wechat", (("code", job.letters),)))
        _tell(connection, timer, job.account, job.person, done, now)

    def give_up(connection: Connection, timer: Timer, now: datetime) -> None:
        job = LinkJob.model_validate_json(timer.payload)
        _tell(connection, timer, job.account, job.person, [Done("link.failed")], now)

    return Slow(work, keep, give_up)


def _picture(connection: Connection, job: LinkJob, name_key: str, content: bytes, now: datetime) -> str:
    """Stores a picture of the link; the document that hands it over."""
    name = _say(name_key, unit=job.candidate or job.project or job.unit).replace("/", "-")
    reference = attachments.put(connection, job.person, name, PNG, content, now, expires_at=now + LINK_KEPT)
    return Document(reference=reference, name=name, media_type=PNG).model_dump_json()


async def _scan_link(settings: Settings, letters: str) -> str:
    """What WeChat's QR code with this scene holds; '' where WeChat is not used, or makes none (the others must go)."""
    if not settings.wechat_app_id:
        return ""
    from bot.wechat import api_of  # noqa: PLC0415 - needed where there is an account

    api = api_of(settings, lambda: datetime.now(UTC))
    try:
        return (await api.qr_code(letters)).content
    except HurentongError as error:
        log.warning("link.no_wechat_code", why=str(error))
        return ""
    finally:
        await api.close()


async def _bot_name(settings: Settings) -> str:
    """The bot's user name; '' where Telegram is not used."""
    if settings.telegram_token is None:
        return ""
    api = TelegramApi(settings.telegram_token.get_secret_value(), settings.telegram_base_url)
    try:
        me: Any = await api.call("getMe", {})
    finally:
        await api.close()
    return str(me["username"])


def packages_of(children: Children) -> Slow:
    """The package timer."""

    def work(timer: Timer) -> list[MadeFile]:
        job = PackageJob.model_validate_json(timer.payload)
        made = children.work(PACKAGE, job.model_dump(mode="json"), lambda _, __: None)
        return [MadeFile.model_validate({**each, "content": base64.b64decode(each["content"])}) for each in made]

    def keep(connection: Connection, timer: Timer, made: list[MadeFile], now: datetime) -> None:
        job = PackageJob.model_validate_json(timer.payload)
        done = [_announced(connection, job, each, now) for each in made] or [Done("package.nobody")]
        _tell(connection, timer, job.account, job.person, done, now)

    def give_up(connection: Connection, timer: Timer, now: datetime) -> None:
        job = PackageJob.model_validate_json(timer.payload)
        _tell(connection, timer, job.account, job.person, [Done("package.failed")], now)

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


def _tell(connection: Connection, timer: Timer, account: int, person: int, done: Iterable[Done], now: datetime) -> None:
    for number, each in enumerate(done, 1):
        inbox.put_internal(connection, f"{timer.kind} {timer.id}.{number}", account, person, DONE.dump_json(each), now)
