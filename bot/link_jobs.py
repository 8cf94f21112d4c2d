"""The pictures of a recommending unit's invitation links: drawn beside the turns, then told of."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from bot.appliers.scene import Scene
from bot.channels.telegram_api import TelegramApi
from bot.channels.wechat_limits import SCENE_SECONDS
from bot.settings import Settings
from bot.store import attachments, timers, unit_links
from bot.store.people import Account
from bot.store.timers import Timer
from bot.store.unit_links import Target
from bot.telling import tell_outcome
from bot.timers import Slow
from dialogs.cards import Document, Line
from dialogs.events import Done
from dialogs.texts import catalogue
from domain.errors import HurentongError
from domain.vocabulary import Language

log = structlog.get_logger(__name__)

LINK = "unit_link"
"""Kind of the timers whose payload is a LinkJob."""
PNG = "image/png"
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
        tell_outcome(connection, timer, Account(job.account, job.person), done, now)

    def give_up(connection: Connection, timer: Timer, now: datetime) -> None:
        job = LinkJob.model_validate_json(timer.payload)
        tell_outcome(connection, timer, Account(job.account, job.person), [Done("link.failed")], now)

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


def _say(key: str, **args: str | int) -> str:
    return catalogue().say(Line(key=key, args={**args}), Language.ZH).strip()
