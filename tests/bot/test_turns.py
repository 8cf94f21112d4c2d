"""A turn: all or nothing, exactly once, and never by somebody who comes late."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.channels.base import ChannelName
from bot.errors import OvertakenError
from bot.store import attachments, events, inbox, people
from bot.store.states import InboxStatus, Reachability
from bot.store.store import Store
from bot.store.tables import account, answer, outbox
from bot.store.tables import inbox as inbox_table
from bot.turns import ATTEMPTS, LaneHeld, NothingWaits, Prepared, Who
from dialogs.cards import Card, Line
from dialogs.conversation import Conversation
from dialogs.events import Event, Typed
from dialogs.press import Press, seal
from tests.bot.running import running, until
from tests.bot.test_workers import conversation_of, words
from tests.bot.tiny import TinyChannel, TinyStep, arrival, now, text_of, tiny_apply, tiny_step, tiny_turns


@dataclass(frozen=True)
class Knowing:
    """A context that is asked while the dialogue steps."""

    now: datetime
    people: Callable[[], int]


def count(store: Store, table: Any, *conditions: Any) -> int:
    return store.read_now(
        lambda connection: connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
    )


async def test_a_known_arrival_changes_nothing(store: Store) -> None:
    channel = TinyChannel()
    async with running(store, channel) as bot:
        for _ in range(3):
            await bot.take_in([arrival(1, "p", "once"), arrival(1, "p", "once")])
        await until(lambda: len(channel.sent) == 1)
        await bot.take_in([arrival(2, "p", "end")])
        await until(lambda: len(channel.sent) == 2)
    assert words(conversation_of(store, "p")) == ["once", "end"]


def test_an_id_lower_than_those_before_is_no_duplicate(store: Store) -> None:
    first = store.write_now(lambda connection: inbox.take_in(connection, [arrival(900, "p")], now()))
    later = store.write_now(lambda connection: inbox.take_in(connection, [arrival(3, "p")], now()))
    assert (len(first.lanes), len(later.lanes), later.known) == (1, 1, 0)


def test_a_late_writer_loses_by_revision(store: Store) -> None:
    turns = tiny_turns(TinyChannel())
    store.write_now(lambda connection: inbox.take_in(connection, [arrival(1, "p", "a")], now()))
    with store.engine.connect() as connection:
        late = turns.prepare(connection, 1)
        connection.rollback()
    assert isinstance(late, Prepared)

    def turn(connection: Any) -> None:
        prepared = turns.prepare(connection, 1)
        assert isinstance(prepared, Prepared)
        turns.save(connection, prepared)

    store.write_now(turn)
    with pytest.raises(OvertakenError):
        store.write_now(lambda connection: turns.save(connection, late))
    assert count(store, outbox) == 1
    assert count(store, answer) == 1


def test_an_empty_lane_has_nothing(store: Store) -> None:
    with store.engine.connect() as connection:
        store.write_now(lambda c: people.make(c, (ChannelName.TELEGRAM, "p"), now()))
        assert isinstance(tiny_turns(TinyChannel()).prepare(connection, 1), NothingWaits)


@pytest.mark.postgres
def test_on_postgres_a_lane_is_one_transactions_at_a_time(postgres_store: Store) -> None:
    store = postgres_store
    turns = tiny_turns(TinyChannel())
    store.write_now(lambda connection: inbox.take_in(connection, [arrival(1, "p", "a")], now()))
    with store.engine.connect() as one, store.engine.connect() as two:
        assert isinstance(turns.prepare(one, 1), Prepared)
        assert isinstance(turns.prepare(two, 1), LaneHeld)
        one.rollback()
        two.rollback()
        assert isinstance(turns.prepare(two, 1), Prepared)


async def test_a_message_that_keeps_failing_is_given_up_politely_and_the_lane_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.BACKOFF", (0.01,))
    channel = TinyChannel()
    async with running(store, channel) as bot:
        await bot.take_in([arrival(1, "p", "before"), arrival(2, "p", "fail"), arrival(3, "p", "after")])
        await bot.take_in([arrival(4, "q", "other")])
        await until(lambda: len(channel.sent) == 4)
    assert channel.texts("p") == ["before", "turn.failed", "after"]
    assert words(conversation_of(store, "p")) == ["before", "after"]
    failed = store.read_now(
        lambda connection: connection.execute(
            select(inbox_table.c.id, inbox_table.c.attempts).where(inbox_table.c.status == InboxStatus.FAILED)
        ).one()
    )
    assert failed.attempts == ATTEMPTS - 1
    noted = store.read_now(lambda connection: events.of(connection, "inbox", failed.id))
    assert [(each.was, each.became, each.detail) for each in noted] == [("waiting", "failed", "ValueError")]


async def test_a_failure_while_writing_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.turns.BACKOFF", (0.01,))
    channel = TinyChannel()
    failures = [True, True]

    def shaky(connection: Any, who: Any, effect: Any, conversation: Any, moment: Any) -> Any:
        tiny_apply(connection, who, effect, conversation, moment)
        if failures:
            failures.pop()
            raise RuntimeError("after the rows were written")

    async with running(store, channel, tiny_turns(channel, apply=shaky)) as bot:
        await bot.take_in([arrival(1, "p", "kept")])
        await until(lambda: len(channel.sent) == 1)
    assert count(store, answer) == 1
    assert conversation_of(store, "p").revision == 1


async def test_what_an_effect_answers_is_said_in_the_same_turn(store: Store) -> None:
    channel = TinyChannel()
    async with running(store, channel) as bot:
        await bot.take_in([arrival(1, "p", "/join ABC")])
        await until(lambda: len(channel.sent) >= 1)
        await until(lambda: channel.texts("p")[-1] == "welcome")
    assert conversation_of(store, "p").revision == 2


async def test_a_slow_step_delays_nobody_else_and_holds_no_writer(store: Store) -> None:
    channel = TinyChannel()
    release = threading.Event()

    def step(conversation: Conversation, event: Event, context: Any) -> TinyStep:
        if event == Typed("slow"):
            release.wait(10)
        return tiny_step(conversation, event, context)

    async with running(store, channel, tiny_turns(channel, step=step)) as bot:
        await bot.take_in([arrival(0, "slow one", "slow")])
        await asyncio.sleep(0.05)
        for number in range(1, 41):
            await bot.take_in([arrival(number, f"p{number % 8}", f"{number}")])
        await until(lambda: len(channel.sent) == 40, 5)
        release.set()
        await until(lambda: len(channel.sent) == 41)
    assert words(conversation_of(store, "slow one")) == ["slow"]


async def test_a_slow_step_does_not_keep_the_log_of_sqlite_from_beginning_anew(sqlite_store: Store) -> None:
    channel = TinyChannel()
    stepping, release = threading.Event(), threading.Event()

    def step(conversation: Conversation, event: Event, context: Any) -> TinyStep:
        stepping.set()
        release.wait(10)
        return tiny_step(conversation, event, context)

    async with running(sqlite_store, channel, tiny_turns(channel, step=step)) as bot:
        await bot.take_in([arrival(1, "slow one", "slow")])
        await asyncio.to_thread(stepping.wait, 5)
        with closing(sqlite3.connect(str(sqlite_store.url.database), timeout=2)) as connection:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
        release.set()
        await until(lambda: channel.texts("slow one") == ["slow"])
    assert busy == 0


async def test_a_step_can_look_up_what_it_did_not_know_it_would_need(store: Store) -> None:
    channel = TinyChannel()
    found: list[int] = []

    def context(connection: Connection, who: Who, now: datetime) -> Any:
        return Knowing(now, lambda: connection.execute(select(func.count()).select_from(account)).scalar_one())

    def step(conversation: Conversation, event: Event, context: Any) -> TinyStep:
        found.extend([context.people(), context.people()])
        return tiny_step(conversation, event, context)

    async with running(store, channel, tiny_turns(channel, step=step, context=context)) as bot:
        for number in range(2):
            await bot.take_in([arrival(number, "p", f"word {number}")])
        await until(lambda: channel.texts("p") == ["word 0", "word 1"])
    assert found == [1] * 4


async def test_files_are_fetched_outside_the_turn_and_stored_once(store: Store) -> None:
    channel = TinyChannel(files={"f1": b"one", "f2": b"two"})
    async with running(store, channel, tiny_turns(channel, takes_files=lambda _: True)) as bot:
        await bot.take_in([arrival(1, "p", files=["f1", "f2"])])
        await until(lambda: channel.texts("p") == ["2 files"])
    kept = store.read_now(lambda connection: attachments.received(connection, 1))
    contents = [store.read_now(lambda c, r=each: attachments.find(c, r.reference)) for each in kept]
    assert [each.content for each in contents if each] == [b"one", b"two"]


async def test_an_album_is_one_turn_and_what_is_said_after_it_another(store: Store) -> None:
    channel = TinyChannel(files={f"f{number}": b"%PDF-" for number in range(1, 5)})
    async with running(store, channel, tiny_turns(channel, takes_files=lambda _: True)) as bot:
        await bot.take_in([arrival(1, "p", files=["f1"], album="a"), arrival(2, "p", files=["f2"], album="a")])
        await bot.take_in([arrival(3, "p", files=["f3"], album="a")])
        await until(lambda: channel.texts("p") == ["3 files"])
        await bot.take_in([arrival(4, "p", files=["f4"], album="b"), arrival(5, "p", "said since")])
        await until(lambda: channel.texts("p") == ["3 files", "1 files", "said since"])
    assert conversation_of(store, "p").revision == 3


async def test_a_press_is_opened_only_with_the_conversations_own_token(store: Store) -> None:
    channel = TinyChannel()
    async with running(store, channel) as bot:
        await bot.take_in([arrival(1, "p", "hello")])
        await until(lambda: len(channel.sent) == 1)
        conversation = bytes.fromhex(conversation_of(store, "p").id)
        own = seal(Press(conversation, 1, 2, 3), b"k" * 32)
        foreign = seal(Press(bytes(8), 1, 2, 3), b"k" * 32)
        forged = seal(Press(conversation, 1, 2, 3), b"x" * 32)
        for number, token in enumerate((own, foreign, forged, "no token"), 2):
            await bot.take_in([arrival(number, "p", press=token)])
        await until(lambda: len(channel.sent) == 5)
    assert channel.texts("p") == ["hello", "Pressed", "Forged", "Forged", "Forged"]


async def test_who_stopped_the_bot_is_unreachable_until_they_write(store: Store) -> None:
    channel = TinyChannel()

    def state() -> Any:
        return store.read_now(lambda connection: connection.execute(select(account.c.reachability)).scalar_one())

    async with running(store, channel) as bot:
        await bot.take_in([arrival(1, "p", "hello")])
        await until(lambda: len(channel.sent) == 1)
        await bot.take_in([arrival(2, "p", blocked=True)])
        await until(lambda: state() is Reachability.UNREACHABLE)
        await bot.take_in([arrival(3, "p", "again")])
        await until(lambda: len(channel.sent) == 2)
        assert state() is Reachability.REACHABLE


async def test_a_chat_that_moved_is_answered_at_its_new_address(store: Store) -> None:
    channel = TinyChannel()
    async with running(store, channel) as bot:
        await bot.take_in([arrival(1, "old", "a")])
        await bot.take_in([arrival(2, "old", migrated_to="new")])
        await until(lambda: count(store, account, account.c.address == "new") == 1)
        await bot.take_in([arrival(3, "new", "b")])
        await until(lambda: len(channel.sent) == 2)
    assert words(conversation_of(store, "new")) == ["a", "b"]


async def test_what_waited_before_a_start_is_handled_after_it(store: Store) -> None:
    arrivals = [arrival(number, f"p{number % 3}", str(number)) for number in range(9)]
    store.write_now(lambda connection: inbox.take_in(connection, arrivals, now()))
    channel = TinyChannel()
    async with running(store, channel):
        await until(lambda: len(channel.sent) == 9)
    assert channel.texts("p0") == ["0", "3", "6"]


async def test_an_internal_message_goes_through_the_lane_once(store: Store) -> None:
    from bot.turns import DONE  # noqa: PLC0415
    from dialogs.events import Done  # noqa: PLC0415

    channel = TinyChannel()
    payload = DONE.dump_json(Done("export.ready", (("dispatched", 3),)))
    async with running(store, channel) as bot:
        await bot.take_in([arrival(1, "p", "hello")])
        await until(lambda: len(channel.sent) == 1)
        put = [
            await store.write(lambda connection: inbox.put_internal(connection, "export:1", 1, 1, payload, now()))
            for _ in range(2)
        ]
        await until(lambda: len(channel.sent) == 2)
    assert put == [True, False]
    assert text_of(channel.sent[-1].card) == "export.ready"


def test_a_message_is_told_how_long_it_waits(store: Store) -> None:
    moment = now() - timedelta(seconds=90)
    store.write_now(lambda connection: inbox.take_in(connection, [arrival(1, "p"), arrival(2, "p")], moment))
    waiting, oldest = store.read_now(inbox.backlog)
    assert (waiting, oldest) == (2, moment)


async def test_a_card_too_long_for_one_message_becomes_several_rows_in_order(store: Store) -> None:
    channel = TinyChannel()

    def step(conversation: Conversation, event: Event, context: Any) -> TinyStep:
        after = tiny_step(conversation, event, context)
        lines = tuple(Line(key="plain", args={"text": str(number)}) for number in range(3))
        return TinyStep(after.conversation, after.effects, (Card(lines=lines),))

    async with running(store, channel, tiny_turns(channel, step=step)) as bot:
        await bot.take_in([arrival(1, "p", "long")])
        await until(lambda: len(channel.sent) == 3)
    assert channel.texts("p") == ["0", "1", "2"]
