"""Puts the chat page together: one call makes the ASGI application that serves it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from bot.ingest import Ingest
from bot.store.store import Store
from bot.web.assets import Assets
from bot.web.bubbles import Bubbles
from bot.web.chat import Chat
from bot.web.downloads import Downloads
from bot.web.failures import Failures, Handler
from bot.web.greeting import greeting
from bot.web.mailbox import Mailbox
from bot.web.page import Pages
from bot.web.protection import Protection
from bot.web.resume import Resume
from bot.web.sessions import Sessions
from bot.web.signing import Signer
from domain.campaign import Campaign

_COMPRESS_FROM = 500


@dataclass(frozen=True, slots=True)
class Site:
    """The chat page's share of the server: its routes, what wraps every answer, what answers where a route cannot."""

    routes: list[BaseRoute]
    middleware: list[Middleware]
    handlers: Mapping[Any, Handler]


def chat_site(
    *,
    store: Store,
    ingest: Ingest,
    secrets: Sequence[str],
    press_key: bytes,
    address: str,
    campaign: Callable[[datetime], Campaign],
    now: Callable[[], datetime],
    turn_seconds: float = 10.0,
) -> Site:
    """`secrets`: the newest first. `address`: the public one, which says whether the page is served over https."""
    secure = address.startswith("https://")
    assets = Assets()
    pages = Pages(assets)
    mailbox = Mailbox(store, ingest, now)
    sessions = Sessions(secrets, secure=secure, now=now)
    downloads = Downloads(mailbox=mailbox, sessions=sessions, signer=Signer(secrets, "download"), pages=pages, now=now)
    chat = Chat(
        mailbox=mailbox,
        sessions=sessions,
        bubbles=Bubbles(press_key, now),
        pages=pages,
        downloads=downloads,
        greeting=lambda language: greeting(language, campaign(now()), now()),
        turn_seconds=turn_seconds,
    )
    resume = Resume(mailbox=mailbox, sessions=sessions, pages=pages, address=address)
    return Site(
        routes=[*chat.routes(), *downloads.routes(), *resume.routes(), assets.route()],
        middleware=[
            Middleware(Protection, secure=secure),
            Middleware(GZipMiddleware, minimum_size=_COMPRESS_FROM, compresslevel=6),
        ],
        handlers=Failures(pages).handlers,
    )
