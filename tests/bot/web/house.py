"""A chat server of real parts (store, workers, dialogue); only the effects are kept in a list instead of records."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection
from starlette.applications import Starlette

from bot.channels.base import ChannelName
from bot.channels.web import WebChannel
from bot.ingest import Ingest
from bot.store import attachments
from bot.store.store import Store
from bot.turns import Turns, Who
from bot.web.site import chat_site
from bot.workers import Workers
from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.effects import Effect, RequestExport
from dialogs.engine import step
from dialogs.events import Done
from domain.campaign import current_campaign
from domain.classification import classify
from domain.vocabulary import Role
from tests.postgres import RING, SECRET_KEY
from tests.sqlite import fresh_database

PRESS_KEY = b"press key of the tests"
EXPORT = b"PK\x03\x04 what a workbook begins with"


@dataclass
class House:
    """The parts that a test may look into."""

    store: Store
    app: Starlette
    workers: Workers
    effects: list[Effect] = field(default_factory=list)
    roles: frozenset[Role] = frozenset({Role.CANDIDATE})


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_house(
    folder: Path, *, address: str = "http://chat.example", work: bool = True, turn_seconds: float = 5.0
) -> AsyncIterator[House]:
    store = Store(fresh_database(folder / "chat.db"), RING)
    house: House

    def context(connection: Connection, who: Who, at: datetime) -> Context:
        return Context(now=at, campaign=current_campaign(at.date()), classify=classify, roles=house.roles)

    def apply(
        connection: Connection, who: Who, effect: Effect, conversation: Conversation, at: datetime
    ) -> Done | None:
        house.effects.append(effect)
        if isinstance(effect, RequestExport):
            name = "附件3 推荐表.xlsx"
            reference = attachments.put(connection, who.person, name, "application/vnd.ms-excel", EXPORT, at)
            document = f'{{"reference": "{reference}", "name": "{name}", "media_type": "application/vnd.ms-excel"}}'
            return Done("export.ready", (("dispatched", 1), ("planned", 0)), document)
        return None

    turns = Turns(
        channels={ChannelName.WEB: WebChannel()}, step=step, context=context, apply=apply, press_key=PRESS_KEY, now=now
    )
    workers = Workers(store, turns)
    site = chat_site(
        store=store,
        ingest=Ingest(store, now, workers),
        secrets=[SECRET_KEY],
        press_key=PRESS_KEY,
        address=address,
        campaign=lambda at: current_campaign(at.date()),
        now=now,
        turn_seconds=turn_seconds,
    )
    house = House(
        store, Starlette(routes=site.routes, middleware=site.middleware, exception_handlers=site.handlers), workers
    )
    stop = asyncio.Event()
    running = asyncio.create_task(workers.run(stop)) if work else None
    await asyncio.sleep(0)
    try:
        yield house
    finally:
        stop.set()
        if running is not None:
            await running
        store.close()
