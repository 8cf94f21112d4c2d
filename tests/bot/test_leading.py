"""One leader at a time: the others stand by, and the next takes over when the first is gone."""

import asyncio

import pytest

from bot import leading
from bot.leading import lead
from bot.store.store import Store
from tests.bot.running import until
from tests.postgres import RING


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "ASK_SECONDS", 0.05)
    monkeypatch.setattr(leading, "CHECK_SECONDS", 0.05)


async def test_a_second_leader_is_refused_and_takes_over_when_the_first_is_gone(database: str, store: Store) -> None:
    other = Store(database, RING)
    working: list[str] = []

    def work(name: str):
        async def run(stop: asyncio.Event) -> None:
            working.append(name)
            await stop.wait()
            working.remove(name)

        return run

    stops = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(lead(store, "poller", work("first"), stops[0]))
    await until(lambda: working == ["first"])
    second = asyncio.create_task(lead(other, "poller", work("second"), stops[1]))
    await asyncio.sleep(0.3)
    assert working == ["first"]
    stops[0].set()
    await first
    await until(lambda: working == ["second"])
    stops[1].set()
    await second
    assert working == []
    other.close()


async def test_work_that_ends_by_itself_is_begun_again(store: Store) -> None:
    begun: list[int] = []

    async def work(_: asyncio.Event) -> None:
        begun.append(1)

    stop = asyncio.Event()
    leading_ = asyncio.create_task(lead(store, "poller", work, stop))
    await until(lambda: len(begun) == 2)
    stop.set()
    await leading_


@pytest.mark.postgres
async def test_who_loses_the_lock_is_told_to_stop(postgres_store: Store) -> None:
    from sqlalchemy import text  # noqa: PLC0415

    stopped: list[int] = []

    async def work(stop: asyncio.Event) -> None:
        await stop.wait()
        stopped.append(1)

    stop = asyncio.Event()
    leading_ = asyncio.create_task(lead(postgres_store, "poller", work, stop))
    await asyncio.sleep(0.3)
    terminate = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    await postgres_store.write(lambda connection: connection.execute(text(terminate)).all())
    await until(lambda: stopped == [1])
    stop.set()
    await leading_
