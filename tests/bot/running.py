"""The running parts put together around a store, as the program does."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.ingest import Ingest
from bot.sender import Sender
from bot.store.store import Store
from bot.turns import Turns
from bot.workers import Workers
from tests.bot.tiny import TinyChannel, now, tiny_turns


@dataclass
class Running:
    store: Store
    channel: TinyChannel
    workers: Workers
    sender: Sender
    take_in: Ingest


@asynccontextmanager
async def running(
    store: Store, channel: TinyChannel, turns: Turns | None = None, *, rate: float = 1000.0, **sender: Any
) -> AsyncIterator[Running]:
    """Workers and sender at work until the block ends."""
    workers = Workers(store, turns or tiny_turns(channel))
    made = Sender(store, channel, gate="tiny", rate=rate, now=now, **sender)
    stop = asyncio.Event()
    tasks = [asyncio.create_task(workers.run(stop)), asyncio.create_task(made.run(stop))]
    try:
        yield Running(store, channel, workers, made, Ingest(store, now, workers))
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits for something to become true; fails loudly where it does not."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.002)
