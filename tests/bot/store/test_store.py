"""The unit of work: durable when it returns, one commit for many, one failure for one."""

import asyncio
import threading
import time
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, insert, select, text

from bot.errors import StoreDownError
from bot.store.locks import Lock
from bot.store.store import Store
from bot.store.tables import unit
from tests.bot.running import until
from tests.bot.tiny import now
from tests.postgres import RING


def add(name: str) -> Any:
    return lambda connection: connection.execute(insert(unit).values(name=name, created_at=now()))


def names(store: Store) -> set[str]:
    return set(store.read_now(lambda connection: connection.execute(select(unit.c.name)).scalars().all()))


async def occupied(store: Store) -> tuple["asyncio.Task[bool]", threading.Event]:
    """A writer that is busy until the event is set: what is written meanwhile waits together."""
    began, release = threading.Event(), threading.Event()

    def work(_: Connection) -> bool:
        began.set()
        return release.wait(10)

    first = asyncio.create_task(store.write(work))
    await asyncio.to_thread(began.wait, 10)
    return first, release


async def test_a_failing_job_takes_no_other_down(store: Store) -> None:
    def fail(connection: Connection) -> None:
        add("half done")(connection)
        raise ValueError("a defect")

    jobs = [store.write(fail if number % 3 == 0 else add(f"unit {number}")) for number in range(30)]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert [isinstance(each, ValueError) for each in results] == [number % 3 == 0 for number in range(30)]
    assert names(store) == {f"unit {number}" for number in range(30) if number % 3}


async def test_an_integrity_error_is_its_own_jobs_alone(store: Store) -> None:
    results = await asyncio.gather(*(store.write(add(f"u{n // 2}")) for n in range(20)), return_exceptions=True)
    assert sum(isinstance(each, Exception) for each in results) == 10
    assert names(store) == {f"u{number}" for number in range(10)}


async def test_jobs_that_wait_together_share_a_commit(sqlite_store: Store) -> None:
    store, commits = sqlite_store, []
    event.listen(store.engine, "commit", commits.append)
    first, release = await occupied(store)
    rest = [asyncio.create_task(store.write(add(f"u{number}"))) for number in range(50)]
    await asyncio.sleep(0.05)
    release.set()
    await asyncio.gather(first, *rest)
    assert len(commits) == 2
    assert len(names(store)) == 50


async def test_urgent_work_waits_for_what_has_begun_and_for_nothing_else(sqlite_store: Store) -> None:
    store, order, begun = sqlite_store, list[str](), threading.Event()

    def slow(_: Connection) -> None:
        begun.set()
        time.sleep(0.05)
        order.append("slow")

    first, release = await occupied(store)
    others = [asyncio.create_task(store.write(slow)) for _ in range(5)]
    await asyncio.sleep(0.05)
    release.set()
    await asyncio.to_thread(begun.wait, 10)
    await store.write(lambda _: order.append("urgent"), urgent=True)
    assert order.index("urgent") <= 2
    await asyncio.gather(first, *others)
    assert order.count("slow") == 5


async def test_urgent_work_goes_before_what_the_end_of_other_work_sets_off(sqlite_store: Store) -> None:
    order, began, release = list[str](), threading.Event(), threading.Event()

    def work(_: Connection) -> bool:
        began.set()
        return release.wait(10)

    future = sqlite_store.submit(work)
    future.add_done_callback(lambda _: order.append("end"))
    await asyncio.to_thread(began.wait, 10)
    urgent = asyncio.create_task(sqlite_store.write(lambda _: order.append("urgent"), urgent=True))
    await asyncio.sleep(0.05)
    release.set()
    await urgent
    await asyncio.wrap_future(future)
    assert order == ["urgent", "end"]


async def test_however_much_urgent_work_comes_in_between_every_job_is_done_once(sqlite_store: Store) -> None:
    store, done = sqlite_store, list[str]()

    def work(name: str) -> Any:
        def run(_: Connection) -> None:
            time.sleep(0.002)
            done.append(name)

        return run

    jobs = [asyncio.create_task(store.write(work(f"other {number}"))) for number in range(200)]
    for number in range(200):  # they come whether or not the ones before are done
        jobs.append(asyncio.create_task(store.write(work(f"urgent {number}"), urgent=True)))
        await asyncio.sleep(0.001)
    async with asyncio.timeout(30):
        await asyncio.gather(*jobs)
    assert len(done) == len(set(done)) == 400


async def test_a_group_whose_commit_fails_is_run_again_one_by_one(sqlite_store: Store) -> None:
    store = sqlite_store
    commits: list[int] = []

    def refuse_the_second(_: Any) -> None:
        commits.append(1)
        if len(commits) == 2:
            raise OSError("the disk said no")

    event.listen(store.engine, "commit", refuse_the_second)
    first, release = await occupied(store)
    rest = [asyncio.create_task(store.write(add(f"u{number}"))) for number in range(5)]
    await asyncio.sleep(0.05)
    release.set()
    await asyncio.gather(first, *rest)
    assert len(commits) == 2 + 5
    assert len(names(store)) == 5


async def test_four_writers_that_read_first_lose_no_update(store: Store) -> None:
    store.write_now(add("counter 0"))

    def count(connection: Connection) -> None:
        name = connection.execute(select(unit.c.name).with_for_update()).scalar_one()
        after = f"counter {int(name.split()[1]) + 1}"
        connection.execute(text("UPDATE unit SET name = :name"), {"name": after})

    await asyncio.gather(*(store.write(count) for _ in range(100)))
    assert names(store) == {"counter 100"}


async def test_what_is_read_is_one_snapshot(sqlite_store: Store) -> None:
    store = sqlite_store
    reading, written = threading.Event(), threading.Event()

    def read(connection: Connection) -> tuple[int, int]:
        before = connection.execute(select(func.count()).select_from(unit)).scalar_one()
        reading.set()
        written.wait(5)
        return before, connection.execute(select(func.count()).select_from(unit)).scalar_one()

    found = asyncio.create_task(store.read(read))
    await asyncio.to_thread(reading.wait, 5)
    await store.write(add("new"))
    written.set()
    assert await found == (0, 0)


def test_a_closed_store_says_so(store: Store) -> None:
    other = Store(store.engine.url.render_as_string(hide_password=False), RING)
    other.close()
    with pytest.raises(StoreDownError):
        other.write_now(lambda _: None)


async def test_a_lock_is_held_by_one_and_freed_by_release(store: Store) -> None:
    held = store.try_lock("poller")
    assert held is not None
    assert held.holds()
    assert store.try_lock("poller") is None
    other = store.try_lock("another")
    assert other is not None
    held.release()
    taken: list[Lock] = []

    def takes() -> bool:
        taken.extend(filter(None, [store.try_lock("poller")]))
        return bool(taken)

    await until(takes)  # PostgreSQL frees it when it has noticed that the session ended
    for each in (*taken, other):
        each.release()


async def test_a_bell_is_heard_after_the_commit_and_in_other_processes(store: Store) -> None:
    from bot.store.jobs import ring_after  # noqa: PLC0415

    bell = store.bells.hear("topic")
    await store.write(lambda connection: ring_after(connection, "topic"))
    await asyncio.wait_for(bell.wait(), 2)
    if store.is_postgres:
        other = Store(store.engine.url.render_as_string(hide_password=False), RING)
        await asyncio.sleep(0.3)
        bell.clear()
        other.bells.ring("topic")
        await asyncio.wait_for(bell.wait(), 2)
        other.close()


def test_an_unreachable_database_is_a_store_that_is_down() -> None:
    store = Store("postgresql://nobody@127.0.0.1:9/none", RING)
    with pytest.raises(StoreDownError):
        store.write_now(lambda connection: connection.execute(text("SELECT 1")))
    store.close()


async def test_a_relaxed_write_is_committed_and_leaves_the_next_one_strict(store: Store) -> None:
    await store.write(add("relaxed"), relaxed=True)

    def level(connection: Connection) -> object:
        pragma = "SHOW synchronous_commit" if store.is_postgres else "PRAGMA synchronous"
        return connection.execute(text(pragma)).scalar_one()

    assert names(store) == {"relaxed"}
    assert await store.write(level, relaxed=True) == ("off" if store.is_postgres else 1)
    assert await store.write(level) == ("on" if store.is_postgres else 2)

    def fail(_: Connection) -> None:
        raise ValueError("a defect")

    with pytest.raises(ValueError, match="defect"):
        await store.write(fail, relaxed=True)
    assert await store.write(level) == ("on" if store.is_postgres else 2)


def test_closing_does_not_wait_for_what_hangs(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.store.CLOSE_SECONDS", 0.4)
    release = threading.Event()
    sqlite_store.turn(lambda _: release.wait(30), lambda _, __: None, lambda _: None, unless=bool)
    began = time.monotonic()
    sqlite_store.close()
    assert time.monotonic() - began < 5
    release.set()
