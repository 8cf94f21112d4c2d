"""Runs the program: pages, poller, workers, senders, timers, until it is told to stop."""

import asyncio
import gc
import signal
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette

from bot.companions import accompany
from bot.late import late
from bot.listening import listen
from bot.parts import Parts, kinds_of
from bot.sender import Sender
from bot.timers import Timers
from bot.wakeups import first
from domain.classification import configure, warm_up

begin_retention = late("bot.retention:begin")
read_once = late("bot.first_reading:read_once")

log = structlog.get_logger(__name__)

STOP_SECONDS = 9.0
"""How long the parts may take to finish what they have begun; a container's usual grace is 10 s."""
FIRST_PAGE_SECONDS = 0.05
"""What is not needed for it begins so much later."""
YOUNG_OBJECTS = 10_000
"""Made between two looks of the collector for what refers to itself: a turn makes hundreds that do not."""


class Part(StrEnum):
    """What a process does; several may run on one PostgreSQL."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    SENDER = "sender"


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the program stops all its parts together. `up` is set once it serves."""

    up: asyncio.Event | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.up is not None:
            self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_of(site: Starlette, trusted_proxies: str) -> _Server:
    """The server; what a proxy says of who is calling counts only from those that are named."""
    return _Server(
        uvicorn.Config(
            site,
            log_config=None,
            lifespan="off",
            server_header=False,
            proxy_headers=bool(trusted_proxies),
            forwarded_allow_ips=trusted_proxies,
            timeout_graceful_shutdown=5,
        )
    )


async def run(parts: Parts, part: Part = Part.ALL, workers: int = 1) -> None:
    """Runs until SIGTERM or SIGINT, then finishes what was begun. `workers`: processes that do turns, this one too."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    await run_until(parts, stop, part, workers)


async def run_until(parts: Parts, stop: asyncio.Event, part: Part = Part.ALL, workers: int = 1) -> None:
    """Runs the parts until `stop` is set; a part that breaks stops the others."""
    up = asyncio.Event()
    work = _work(parts, stop, up, part)
    if workers > 1:
        work["companions"] = accompany(workers - 1, stop)
    tasks = [asyncio.create_task(each, name=name) for name, each in work.items()]
    if part in (Part.WORKER, Part.SENDER):
        up.set()
    warming = asyncio.create_task(_warm_up(parts, up))
    for task in tasks:
        task.add_done_callback(lambda _: stop.set())
    try:
        await stop.wait()
    finally:
        warming.cancel()
        parts.children.end()
        done, pending = await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in pending:
            log.warning("part.cut_off", part=task.get_name())
            task.cancel()
        if parts.telegram is not None:
            await parts.telegram.channel.close()
        if parts.wechat is not None:
            await parts.wechat.channel.close()
        parts.store.close()
    for task in done:
        task.result()


async def _warm_up(parts: Parts, up: asyncio.Event) -> None:
    """What the first page does not need: made ready once it can be served, in a thread that nobody waits for."""
    await up.wait()
    await asyncio.sleep(FIRST_PAGE_SECONDS)
    configure(parts.settings.data_dir)

    def prepare() -> None:
        try:
            warm_up()
            read_once(parts.now())
            parts.desk.prepare()
        finally:
            gc.freeze()  # what is loaded now stays
            gc.set_threshold(YOUNG_OBJECTS)
            gc.enable()

    threading.Thread(target=prepare, name="warm-up", daemon=True).start()


def _work(parts: Parts, stop: asyncio.Event, up: asyncio.Event, part: Part) -> dict[str, Coroutine[Any, Any, None]]:
    work: dict[str, Coroutine[Any, Any, None]] = {}
    if part in (Part.ALL, Part.WEB):
        work["web"] = _serve(parts, listen(parts.settings), stop, up)
    if part in (Part.ALL, Part.WORKER):
        work["workers"] = parts.workers.run(stop)
        work["timers"] = _keep_time(parts, stop, up)
    if parts.telegram is not None:
        if part in (Part.ALL, Part.SENDER):
            work["telegram sender"] = Sender(
                parts.store,
                parts.telegram.channel,
                gate="telegram",
                rate=parts.settings.telegram_rate,
                now=parts.now,
            ).run(stop)
        if part in (Part.ALL, Part.WEB):
            work["telegram"] = parts.telegram.receive(parts.store, parts.take_in, stop)
    if parts.wechat is not None and part in (Part.ALL, Part.SENDER):
        work["wechat sender"] = Sender(
            parts.store, parts.wechat.channel, gate="wechat", rate=parts.settings.wechat_rate, now=parts.now
        ).run(stop)
    return work


async def _keep_time(parts: Parts, stop: asyncio.Event, up: asyncio.Event) -> None:
    """Timers, the recurring ones set first; after the first page, like all that it can do without."""
    await first(up.wait(), stop.wait(), seconds=STOP_SECONDS)
    await asyncio.sleep(2 * FIRST_PAGE_SECONDS)
    kinds = await asyncio.to_thread(kinds_of, parts.settings, parts.store, parts.children, parts.channels)
    await parts.store.write(lambda connection: begin_retention(connection, parts.now()))
    await Timers(parts.store, kinds, parts.now).run(stop)


async def _serve(parts: Parts, listening: socket.socket, stop: asyncio.Event, up: asyncio.Event) -> None:
    """The pages; ends when the last answer has gone out."""
    server = server_of(parts.web(), parts.settings.trusted_proxies)
    server.up = up

    async def end() -> None:
        await stop.wait()
        server.should_exit = True

    ending = asyncio.create_task(end())
    try:
        await server.serve(sockets=[listening])
    finally:
        ending.cancel()
