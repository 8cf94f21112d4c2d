"""The parts of the program, made from the settings and tied together; nothing runs yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot import (
    broadcast_report,
    broadcasting,
    calling,
    campaign_retention,
    erasure,
    form_jobs,
    jobs,
    mydata,
    reminding,
    retention,
    unit_jobs,
)
from bot.channels.base import Channel, ChannelName
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_webhook import webhook_route, webhook_secret
from bot.channels.web import WebChannel
from bot.children import Children
from bot.desk.lists import LISTS, lists_of
from bot.desk.site import desk_routes
from bot.effects import apply
from bot.health import health_routes
from bot.ingest import Ingest
from bot.keys import purpose_key
from bot.readiness import figures, probes
from bot.settings import Settings, TelegramMode
from bot.stats_picture import STATS_PICTURE, pictures_of
from bot.store.engine import database_url
from bot.store.signing import signing_secret
from bot.store.store import Store
from bot.timers import Fire, Slow, Timers
from bot.turns import Turns
from bot.web.limiting import Limiting
from bot.web.sessions import COOKIES
from bot.web.site import chat_site
from bot.wechat import WeChat, wechat_of
from bot.workers import Workers
from bot.world import context_of
from dialogs.conversation import Conversation
from dialogs.engine import step
from dialogs.scripts import SCRIPTS
from domain.campaign import current_campaign

TELEGRAM_PATH = "/telegram"
_NOT_LIMITED = (TELEGRAM_PATH, "/wechat", "/healthz", "/readyz", "/metrics")
"""Paths whose requests are signed by a platform, or come from whoever watches the server."""


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def open_store(settings: Settings) -> Store:
    """The database of the settings, with the keys of its personal data."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = database_url(settings.database)
    if url.get_backend_name() == "sqlite" and (file := Path(str(url.database))).parent.is_dir():
        file.touch(mode=0o600)  # SQLite gives its other files the same permissions
    return Store(settings.database, settings.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telegram:
    """The Telegram account, where one is configured."""

    api: TelegramApi
    channel: TelegramChannel
    mode: TelegramMode
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that runs, put together."""

    settings: Settings
    signing: str
    """What cookies, links and buttons are signed with."""
    store: Store
    channels: dict[ChannelName, Channel]
    workers: Workers
    timers: Timers
    children: Children
    """Processes that do slow work."""
    take_in: Ingest
    telegram: Telegram | None
    wechat: WeChat | None
    now: Callable[[], datetime]

    def web(self) -> Starlette:
        """The one ASGI application: chat page, webhooks, health."""
        site = chat_site(
            store=self.store,
            ingest=self.take_in,
            secrets=[self.signing],
            press_key=purpose_key(self.signing, "press"),
            address=self.settings.address,
            campaign=lambda moment: current_campaign(moment.date()),
            now=self.now,
        )
        desk = desk_routes(store=self.store, secrets=[self.signing], address=self.settings.address, now=self.now)
        routes = [*site.routes, *desk, *health_routes(probes(self.store, self.now), figures(self.store, self.now))]
        if self.telegram is not None and self.telegram.mode is TelegramMode.WEBHOOK:
            routes.append(webhook_route(TELEGRAM_PATH, self.telegram.secret, self.take_in))
        if self.wechat is not None:
            routes += self.wechat.routes(self.workers)
        limiting = Middleware(Limiting, exempt=_NOT_LIMITED, cookies=COOKIES)
        return Starlette(routes=routes, middleware=[*site.middleware, limiting], exception_handlers=site.handlers)


def assemble(settings: Settings, store: Store, now: Callable[[], datetime] = utc_now) -> Parts:
    """Makes the parts."""
    signing = store.write_now(lambda connection: signing_secret(connection, now()))
    key = purpose_key(signing, "press")
    telegram = _telegram(settings, key, signing)
    channels: dict[ChannelName, Channel] = {ChannelName.WEB: WebChannel()}
    if telegram is not None:
        channels[ChannelName.TELEGRAM] = telegram.channel
    wechat = wechat_of(settings, store, now, signing=signing)
    if wechat is not None:
        channels[ChannelName.WECHAT] = wechat.channel
    policy = settings.policy
    turns = Turns(
        channels=channels,
        step=step,
        context=context_of,
        apply=partial(apply, policy=policy, address=settings.address),
        press_key=key,
        now=now,
        takes_files=_takes_files,
    )
    workers = Workers(store, turns)
    children = Children(settings)
    return Parts(
        settings=settings,
        signing=signing,
        store=store,
        channels=channels,
        workers=workers,
        timers=Timers(store, _kinds(settings, store, children, channels), now),
        children=children,
        take_in=Ingest(store, now, workers),
        telegram=telegram,
        wechat=wechat,
        now=now,
    )


def _telegram(settings: Settings, key: bytes, signing: str) -> Telegram | None:
    if settings.telegram_token is None:
        return None
    api = TelegramApi(settings.telegram_token.get_secret_value(), settings.telegram_base_url)
    return Telegram(
        api=api,
        channel=TelegramChannel(api, key),
        mode=settings.telegram_mode,
        secret=webhook_secret(signing.encode()),
    )


def _kinds(
    settings: Settings, store: Store, children: Children, channels: dict[ChannelName, Channel]
) -> dict[str, Fire | Slow]:
    """What is done later, by kind of timer."""
    return {
        retention.KIND: retention.retain(settings.retention_days),
        reminding.KIND: reminding.fire,
        LISTS: lists_of(store),
        STATS_PICTURE: pictures_of(store),
        jobs.EXPORT: jobs.exports_of(store, children),
        unit_jobs.LINK: unit_jobs.links_of(settings),
        unit_jobs.PACKAGE: unit_jobs.packages_of(children),
        form_jobs.READ: form_jobs.readings_of(children),
        form_jobs.TAKE: form_jobs.takings_of(store),
        erasure.KIND: erasure.fire,
        campaign_retention.KIND: campaign_retention.retain(),
        mydata.MY_DATA: mydata.my_data_of(store),
        broadcasting.KIND: broadcasting.pulse_of(channels, settings.policy),
        broadcasting.REPORT: broadcast_report.reports_of(children),
        calling.KIND: calling.notices_of(channels, settings.policy),
        calling.REMINDER: calling.remind,
    }


def _takes_files(conversation: Conversation) -> bool:
    thread = conversation.active
    return thread.open is not None and SCRIPTS[thread.script].by_id[thread.open.id].reads_files
