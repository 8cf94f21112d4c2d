"""Runs the program: pages, poller, workers, senders, timers, until it is told to stop."""

import asyncio
import signal
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette

from bot import retention
from bot.channels.telegram_commands import publish_commands
from bot.channels.telegram_polling import TelegramPoller
from bot.channels.telegram_webhook import set_webhook
from bot.leading import lead
from bot.listening import listen
from bot.parts import TELEGRAM_PATH, Parts, Telegram
from bot.sender import Sender
from bot.settings import TelegramMode
from domain.classification import configure, warm_up
from domain.errors import HurentongError

log = structlog.get_logger(__name__)

STOP_SECONDS = 9.0
"""How long the parts may take to finish what they have begun; a container's usual grace is 10 s."""


class Part(StrEnum):
    """What a process does; several may run on one PostgreSQL."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    SENDER = "sender"


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the program stops all its parts together."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_of(site: Starlette, trusted_proxies: str) -> uvicorn.Server:
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


async def run(parts: Parts, part: Part = Part.ALL) -> None:
    """Runs until SIGTERM or SIGINT, then finishes what was begun."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    await run_until(parts, stop, part)


async def run_until(parts: Parts, stop: asyncio.Event, part: Part = Part.ALL) -> None:
    """Runs the parts until `stop` is set; a part that breaks stops the others."""
    configure(parts.settings.data_dir)
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    tasks = [asyncio.create_task(each, name=name) for name, each in _work(parts, stop, part).items()]
    for task in tasks:
        task.add_done_callback(lambda _: stop.set())
    try:
        await stop.wait()
    finally:
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


def _work(parts: Parts, stop: asyncio.Event, part: Part) -> dict[str, Coroutine[Any, Any, None]]:
    work: dict[str, Coroutine[Any, Any, None]] = {}
    if part in (Part.ALL, Part.WEB):
        work["web"] = _serve(parts, listen(parts.settings), stop)
    if part in (Part.ALL, Part.WORKER):
        work["workers"] = parts.workers.run(stop)
        work["timers"] = _keep_time(parts, stop)
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
            work["telegram"] = _receive(parts, parts.telegram, stop)
    if parts.wechat is not None and part in (Part.ALL, Part.SENDER):
        work["wechat sender"] = Sender(
            parts.store, parts.wechat.channel, gate="wechat", rate=parts.settings.wechat_rate, now=parts.now
        ).run(stop)
    return work


async def _keep_time(parts: Parts, stop: asyncio.Event) -> None:
    """Timers, the recurring ones set first."""
    await parts.store.write(lambda connection: retention.begin(connection, parts.now()))
    await parts.timers.run(stop)


async def _serve(parts: Parts, listening: socket.socket, stop: asyncio.Event) -> None:
    """The pages; ends when the last answer has gone out."""
    server = server_of(parts.web(), parts.settings.trusted_proxies)

    async def end() -> None:
        await stop.wait()
        server.should_exit = True

    ending = asyncio.create_task(end())
    try:
        await server.serve(sockets=[listening])
    finally:
        ending.cancel()


async def _receive(parts: Parts, telegram: Telegram, stop: asyncio.Event) -> None:
    """Tells Telegram how updates shall come, then polls where that is the way."""
    with suppress(HurentongError):
        await publish_commands(telegram.api)
    if telegram.mode is TelegramMode.WEBHOOK:
        await set_webhook(telegram.api, f"{parts.settings.address}{TELEGRAM_PATH}", telegram.secret)
        await stop.wait()
        return
    poller = TelegramPoller(telegram.api, parts.take_in, telegram.channel.acknowledge)
    await lead(parts.store, "telegram-poller", poller.run, stop)
