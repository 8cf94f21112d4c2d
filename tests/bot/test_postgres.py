"""What only PostgreSQL can show: several processes as one, and a database that goes away and comes back."""

import asyncio
import os
import random
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from bot.channels.base import Arrival
from bot.errors import StoreDownError
from bot.store import conversations, inbox
from bot.store.schema import migrate
from bot.store.states import InboxStatus
from bot.store.store import Store
from bot.store.tables import account
from bot.store.tables import inbox as inbox_table
from tests.bot.running import Running, running, until
from tests.bot.test_workers import conversation_of, words
from tests.bot.tiny import TinyChannel, arrival, now
from tests.kill.child import Setting, start
from tests.postgres import RING, PostgresServer, postgres_server

pytestmark = pytest.mark.postgres

SOAK = bool(os.environ.get("HURENTONG_SOAK"))
AWAY_SECONDS = 10.0 if SOAK else 0.0
"""How long the database stays away after the first messages were refused."""

Record = dict[str, tuple[int, list[object], int]]


def trace(seed: int, events: int, people: int) -> list[Arrival]:
    """A trace shuffled as far as a platform permits: each person's own messages stay in order."""
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    turns = [f"p{number % people}" for number in range(events)]
    dice.shuffle(turns)
    spoken: dict[str, int] = {}
    made = []
    for number, person in enumerate(turns):
        spoken[person] = spoken.get(person, 0) + 1
        made.append(Arrival(*_parts(number, person, f"word {spoken[person]}")))
    return made


def _parts(number: int, person: str, text: str) -> tuple[object, ...]:
    each = arrival(number, person, text)
    return each.channel, f"{person}:{text}", each.sender, each.payload


def handled_by(processes: int, arrivals: list[Arrival]) -> Record:
    """What that many worker processes make of the trace."""
    with postgres_server().database() as url:
        store = Store(url, RING)
        migrate(store.engine)
        children = [start(Setting(url)) for _ in range(processes)]
        try:
            for first in range(0, len(arrivals), 50):
                batch = arrivals[first : first + 50]
                store.write_now(lambda connection, batch=batch: inbox.take_in(connection, batch, now()))
                store.bells.ring("inbox")
            end = time.monotonic() + 60 + len(arrivals) / 10
            while store.read_now(inbox.backlog)[0]:
                assert time.monotonic() < end
                time.sleep(0.02)
        finally:
            for child in children:
                child.terminate()
                child.join(timeout=10)
        assert [child.exitcode for child in children] == [0] * processes
        found = record(store)
        store.close()
        return found


def record(store: Store) -> Record:
    def read(connection: object) -> Record:
        made: Record = {}
        for row in connection.execute(select(account.c.address, account.c.person_id)):  # type: ignore[attr-defined]
            conversation = conversations.find(connection, row.person_id)  # type: ignore[arg-type]
            versions = conversations.answers(connection, conversation.id)  # type: ignore[arg-type]
            made[row.address] = (conversation.revision, words(conversation), len(versions))
        return made

    return store.read_now(read)


@pytest.mark.slow
def test_one_two_and_four_processes_make_the_same_of_a_trace() -> None:
    events = int(os.environ.get("HURENTONG_TRACE_EVENTS", "5000" if SOAK else "300"))
    one = handled_by(1, trace(1, events, 20))
    assert sum(versions for _, _, versions in one.values()) == events
    for processes in (2, 4):
        assert handled_by(processes, trace(processes, events, 20)) == one


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that may be stopped without hurting other tests."""
    server = PostgresServer(durable=True)
    yield server
    server.close()


async def test_a_database_that_goes_away_loses_nothing_and_service_resumes_by_itself(
    own_server: PostgresServer,
) -> None:
    with own_server.database() as url:
        store = Store(url, RING)
        migrate(store.engine)
        channel = TinyChannel()
        try:
            async with running(store, channel) as bot:
                talk = Talk(bot)
                talking = asyncio.create_task(talk.go_on())
                await until(lambda: len(channel.sent) > 10)
                await asyncio.to_thread(own_server.stop)
                await until(lambda: talk.refused > 5)
                await asyncio.sleep(AWAY_SECONDS)
                await asyncio.to_thread(own_server.start)
                back, before = time.monotonic(), len(channel.sent)
                await until(lambda: len(channel.sent) > before)
                assert time.monotonic() - back < 5
                talk.over = True
                await talking
                await until(lambda: waiting(store) == 0)
                await until(lambda: len(channel.sent) == talk.said)
            for person in range(5):
                said = [f"w{number}" for number in range(talk.said) if number % 5 == person]
                assert words(conversation_of(store, f"p{person}")) == said
                assert channel.texts(f"p{person}") == said
        finally:
            store.close()


class Talk:
    """Five people who write one message after the other; what is refused is written again, as a platform does."""

    def __init__(self, bot: Running) -> None:
        self._bot = bot
        self.said = 0
        self.refused = 0
        self.over = False

    async def go_on(self) -> None:
        while not self.over:
            try:
                await self._bot.take_in([arrival(self.said, f"p{self.said % 5}", f"w{self.said}")])
                self.said += 1
            except StoreDownError:
                self.refused += 1
            await asyncio.sleep(0.03)


def waiting(store: Store) -> int:
    try:
        return store.read_now(
            lambda connection: connection.execute(
                select(func.count()).where(inbox_table.c.status == InboxStatus.WAITING)
            ).scalar_one()
        )
    except StoreDownError:
        return -1
