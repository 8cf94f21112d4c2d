"""The parts of the program, made from the settings and tied together; nothing runs yet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from bot.channels.base import Channel, ChannelName
from bot.channels.straight import StraightToWebhook
from bot.channels.web import WebChannel
from bot.children import Children
from bot.health import health_routes
from bot.ingest import Ingest
from bot.keys import purpose_key
from bot.late import LateRoutes, late
from bot.readiness import figures, probes
from bot.settings import Settings
from bot.store.engine import database_url
from bot.store.signing import signing_secret
from bot.store.store import Store
from bot.turns import Turns
from bot.web.limiting import Limiting
from bot.web.sessions import COOKIES
from bot.web.site import chat_site
from bot.workers import Workers
from dialogs.conversation import Conversation
from dialogs.engine import step
from dialogs.scripts import SCRIPTS
from domain.campaign import current_campaign

if TYPE_CHECKING:
    from bot.telegram import Telegram
    from bot.wechat import WeChat

apply = late("bot.effects:apply")
context_of = late("bot.world:context_of")
kinds_of = late("bot.kinds:kinds_of")
desk_routes = late("bot.desk.site:desk_routes")
telegram_of = late("bot.telegram:telegram_of")
wechat_of = late("bot.wechat:wechat_of")
DESK = ("/desk", "/enter")

_NOT_LIMITED = ("/telegram", "/wechat", "/healthz", "/readyz", "/metrics")
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
class Parts:
    """Everything that runs, put together."""

    settings: Settings
    signing: str
    """What cookies, links and buttons are signed with."""
    store: Store
    channels: dict[ChannelName, Channel]
    workers: Workers
    children: Children
    """Processes that do slow work."""
    take_in: Ingest
    telegram: "Telegram | None"
    wechat: "WeChat | None"
    desk: LateRoutes
    now: Callable[[], datetime]

    def troubles(self) -> dict[str, Callable[[], str]]:
        """By channel, why its platform was not to be had when last asked."""
        accounts = {ChannelName.TELEGRAM: self.telegram, ChannelName.WECHAT: self.wechat}
        return {name: partial(getattr, each.api, "trouble") for name, each in accounts.items() if each is not None}

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
        health = health_routes(probes(self.store, self.now, self.troubles()), figures(self.store, self.now))
        routes: list[BaseRoute] = [*site.routes, self.desk, *health]
        webhooks: list[Route] = []
        if self.telegram is not None:
            webhooks += self.telegram.webhooks(self.take_in)
        if self.wechat is not None:
            webhooks += self.wechat.webhooks(self.workers)
            routes += self.wechat.files.routes()
        straight = [Middleware(StraightToWebhook, path=each.path, webhook=each.app) for each in webhooks]
        limiting = Middleware(Limiting, exempt=_NOT_LIMITED, cookies=COOKIES)
        return Starlette(
            routes=[*routes, *webhooks],
            middleware=[*straight, *site.middleware, limiting],
            exception_handlers=site.handlers,
        )


def assemble(settings: Settings, store: Store, now: Callable[[], datetime] = utc_now) -> Parts:
    """Makes the parts."""
    signing = store.write_now(lambda connection: signing_secret(connection, now()))
    key = purpose_key(signing, "press")
    telegram = telegram_of(settings, signing=signing) if settings.telegram_token is not None else None
    channels: dict[ChannelName, Channel] = {ChannelName.WEB: WebChannel()}
    if telegram is not None:
        channels[ChannelName.TELEGRAM] = telegram.channel
    wechat = wechat_of(settings, store, now, signing=signing) if settings.wechat_app_id else None
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
        children=children,
        take_in=Ingest(store, now, workers),
        telegram=telegram,
        wechat=wechat,
        desk=LateRoutes(DESK, partial(desk_routes, store=store, secrets=[signing], address=settings.address, now=now)),
        now=now,
    )


def _takes_files(conversation: Conversation) -> bool:
    thread = conversation.active
    return thread.open is not None and SCRIPTS[thread.script].by_id[thread.open.id].reads_files
