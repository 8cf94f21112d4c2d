"""Timers: fired exactly once by any worker, soon after they are due, also after a restart."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot import retention
from bot.ingest import Ingest
from bot.store import events, outbox, timers
from bot.store.states import InboxStatus, OutboxState, TimerState
from bot.store.store import Store
from bot.store.tables import inbox as inbox_table
from bot.store.tables import outbox as outbox_table
from bot.store.tables import timer as table
from bot.store.timers import Timer
from bot.timers import ATTEMPTS, Fire, Slow, Timers
from tests.bot.running import running, until
from tests.bot.test_sender import put
from tests.bot.tiny import TinyChannel, arrival, now
from tests.postgres import RING


@asynccontextmanager
async def ticking(store: Store, kinds: Mapping[str, Fire | Slow], workers: int = 1) -> AsyncIterator[None]:
    stop = asyncio.Event()
    tasks = [asyncio.create_task(Timers(store, kinds, now).run(stop)) for _ in range(workers)]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


def set_timer(store: Store, kind: str, subject: str, after: float = 0.0) -> int:
    due = now() + timedelta(seconds=after)
    return store.write_now(lambda connection: timers.set_timer(connection, kind, subject, due, now()))


def states(store: Store) -> list[TimerState]:
    return list(store.read_now(lambda c: c.execute(select(table.c.state).order_by(table.c.id)).scalars().all()))


def fired(store: Store) -> Callable[[], bool]:
    return lambda: TimerState.WAITING not in states(store)


async def test_each_due_timer_fires_once_however_many_workers_there_are(store: Store) -> None:
    done: list[str] = []

    def fire(_: Connection, timer: Timer, __: datetime) -> None:
        done.append(timer.subject)

    for number in range(30):
        set_timer(store, "k", str(number))
    async with ticking(store, {"k": fire}, workers=3):
        await until(fired(store))
    assert states(store) == [TimerState.FIRED] * 30
    assert sorted(set(done), key=int) == [str(number) for number in range(30)]


async def test_it_fires_when_it_is_due_and_not_before(store: Store) -> None:
    moments: list[datetime] = []

    def fire(_: Connection, __: Timer, moment: datetime) -> None:
        moments.append(moment)

    due = now() + timedelta(seconds=0.4)
    set_timer(store, "k", "s", 0.4)
    async with ticking(store, {"k": fire}):
        await until(fired(store))
    assert due - timedelta(milliseconds=50) <= moments[0] < due + timedelta(seconds=2)


async def test_a_timer_set_while_waiting_is_heard_at_once(store: Store) -> None:
    async with ticking(store, {"k": lambda *_: None}):
        await asyncio.sleep(0.3)
        set_timer(store, "k", "s")
        await until(fired(store), 1.0)


async def test_a_recurring_timer_is_set_again(store: Store) -> None:
    times: list[int] = []

    def fire(_: Connection, __: Timer, moment: datetime) -> datetime | None:
        times.append(1)
        return moment + timedelta(milliseconds=10) if len(times) < 3 else None

    set_timer(store, "k", "s")
    async with ticking(store, {"k": fire}):
        await until(fired(store))
    assert states(store) == [TimerState.FIRED] * 3


async def test_slow_work_runs_outside_any_transaction_and_is_kept_once(store: Store) -> None:
    kept: list[str] = []
    began, release = threading.Event(), threading.Event()

    def work(timer: Timer) -> str:
        began.set()
        release.wait(5)
        return f"made for {timer.subject}"

    def keep(_: Connection, __: Timer, result: str, ___: datetime) -> None:
        kept.append(result)

    set_timer(store, "k", "p")
    async with ticking(store, {"k": Slow(work, keep)}, workers=2):
        await asyncio.to_thread(began.wait, 5)
        put(store, "meanwhile", "written")
        release.set()
        await until(fired(store))
        await asyncio.sleep(0.05)
    assert kept[:1] == ["made for p"]
    assert states(store) == [TimerState.FIRED]


async def test_work_that_keeps_failing_is_given_up_and_said_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.timers.BACKOFF", (0.01,))
    tries: list[int] = []
    told: list[str] = []

    def work(_: Timer) -> None:
        tries.append(1)
        raise ValueError("a defect")

    def keep(*_: object) -> None:
        raise AssertionError("there is nothing to keep")

    slow = Slow(work, keep, lambda _, timer, __: told.append(timer.subject))
    row = set_timer(store, "k", "p")
    async with ticking(store, {"k": slow}):
        await until(fired(store))
    assert (len(tries), told, states(store)) == (ATTEMPTS, ["p"], [TimerState.FAILED])
    assert store.read_now(lambda connection: events.of(connection, "timer", row))[0].detail == "ValueError"


async def test_a_quick_timer_that_fails_is_tried_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.timers.BACKOFF", (0.01,))
    failures = [1, 1]

    def fire(_: Connection, __: Timer, ___: datetime) -> None:
        if failures:
            failures.pop()
            raise ValueError("a defect")

    set_timer(store, "k", "p")
    async with ticking(store, {"k": fire}):
        await until(fired(store))
    assert states(store) == [TimerState.FIRED]


def test_one_waits_at_most_and_setting_it_again_moves_it(store: Store) -> None:
    first = set_timer(store, "k", "s", 60)
    assert set_timer(store, "k", "s", 30) == first
    assert store.write_now(lambda connection: timers.cancel_timer(connection, "k", "s", now()))
    assert set_timer(store, "k", "s", 30) != first
    assert states(store) == [TimerState.CANCELLED, TimerState.WAITING]


async def test_what_was_due_while_nothing_ran_fires_after_the_start(database: str, store: Store) -> None:
    set_timer(store, "k", "s", -3600)
    again = Store(database, RING)
    async with ticking(again, {"k": lambda *_: None}):
        await until(fired(again), 2.0)
    again.close()


async def test_payloads_are_cleared_after_the_retention_and_rows_long_after(store: Store) -> None:
    channel = TinyChannel()
    async with running(store, channel) as bot:
        await bot.take_in([arrival(number, "p", "words") for number in range(3)])
        await until(lambda: len(channel.sent) == 3)
        await until(
            lambda: (
                outbox.OutboxState.SENDING
                not in store.read_now(lambda c: set(c.execute(select(outbox_table.c.state)).scalars()))
            )
        )
    await Ingest(store, now)([arrival(9, "q", "waits")])
    fire = retention.retain(30)
    timer = Timer(id=1, kind=retention.KIND, subject="", payload="", due_at=now(), attempts=0)

    def held(connection: Connection) -> tuple[list[InboxStatus], int]:
        received = connection.execute(select(inbox_table.c.status).where(inbox_table.c.payload.is_not(None)))
        cards = connection.execute(select(outbox_table.c.id).where(outbox_table.c.card.is_not(None))).all()
        return list(received.scalars()), len(cards)

    later = now() + timedelta(days=29)
    assert store.write_now(lambda c: fire(c, timer, later)) == later + retention.EVERY
    assert len(store.read_now(held)[0]) == 4
    later = now() + timedelta(days=31)
    assert store.write_now(lambda c: fire(c, timer, later)) == later + retention.NEXT_STEP
    assert store.read_now(held) == ([InboxStatus.WAITING], 0)
    later = now() + timedelta(days=361)
    store.write_now(lambda c: fire(c, timer, later))
    assert store.read_now(lambda c: c.execute(select(inbox_table.c.status)).scalars().all()) == [InboxStatus.WAITING]
    assert store.read_now(lambda c: c.execute(select(outbox_table.c.state)).scalars().all()) == []
    assert OutboxState.SENT not in store.read_now(outbox.depth)


def test_the_retention_timer_waits_from_the_first_start_on(store: Store) -> None:
    for _ in range(2):
        store.write_now(lambda connection: retention.begin(connection, now()))
    kinds = store.read_now(lambda connection: connection.execute(select(table.c.kind)).scalars().all())
    assert kinds.count(retention.KIND) == 1


def test_slow_work_does_not_hold_up_the_end_of_the_program() -> None:
    program = """
import asyncio, time
from bot.wakeups import in_daemon_thread

async def main():
    work = asyncio.ensure_future(in_daemon_thread(lambda: time.sleep(60)))
    await asyncio.sleep(0.05)
    work.cancel()

asyncio.run(main())
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=20)
