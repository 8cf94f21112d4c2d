"""Work that one process at a time may do: polling a bot account, driving a gate. The others stand by."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.errors import StoreDownError
from bot.store.locks import Lock
from bot.store.store import Store
from bot.wakeups import first

log = structlog.get_logger(__name__)

ASK_SECONDS = 1.0
"""How often a process that stands by asks for the lock."""
CHECK_SECONDS = 2.0
"""How often the one that works makes sure that the lock is still its own."""
PAUSE_SECONDS = 0.2


async def lead(store: Store, name: str, work: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event) -> None:
    """Runs `work(stop)` while this process holds the named lock, until the outer `stop` is set.

    The work is told to stop when the lock is lost; when it returns by itself it is begun again.
    """
    lock: Lock | None = None
    try:
        while not stop.is_set():
            lock = await _take(store, name, lock)
            if lock is None:
                await first(stop.wait(), seconds=ASK_SECONDS)
                continue
            await _work_while_held(lock, work, stop)
            await first(stop.wait(), seconds=PAUSE_SECONDS)
    finally:
        if lock is not None:
            lock.release()


async def _take(store: Store, name: str, lock: Lock | None) -> Lock | None:
    if lock is not None:
        if await asyncio.to_thread(lock.holds):
            return lock
        log.warning("lock.lost", name=name)
    with suppress(StoreDownError):
        return await asyncio.to_thread(store.try_lock, name)
    return None


async def _work_while_held(lock: Lock, work: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event) -> None:
    ending = asyncio.Event()
    working = asyncio.ensure_future(work(ending))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        while not working.done() and not stopping.done():
            await asyncio.wait((working, stopping), timeout=CHECK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not await asyncio.to_thread(lock.holds):
                break
    finally:
        stopping.cancel()
        ending.set()
        await working
