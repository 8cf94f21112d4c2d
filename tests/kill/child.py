"""The process that gets killed: the tiny dialogue over the real Telegram channel, lanes, sender and timers.

Forked from a server that has imported everything already: a thousand deaths would else be a thousand imports.
"""

import asyncio
import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from threading import Lock

import structlog
import uvicorn
from sqlalchemy import Connection as Database
from sqlalchemy import insert
from starlette.applications import Starlette

from bot.channels.base import ChannelName
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_polling import TelegramPoller
from bot.channels.telegram_webhook import set_webhook, webhook_route
from bot.faults import arm
from bot.ingest import Ingest
from bot.leading import lead
from bot.sender import Sender
from bot.store import postgres_bells  # noqa: F401 - imported before the fork
from bot.store.store import Store
from bot.store.tables import unit
from bot.store.timers import Timer
from bot.timers import Timers
from bot.turns import Turns
from bot.workers import Workers
from domain.errors import HurentongError
from tests.bot.tiny import TinyChannel, now, tiny_turns
from tests.postgres import RING

RATE = 80.0
SECRET = "the-secret-of-the-kill-test"
KEY = b"k" * 32
_ONE_ASKS = Lock()
"""Starting a child asks after all others, too, and of two threads that ask after one at once one would hear 255."""


def count_timer(connection: Database, timer: Timer, moment: datetime) -> None:
    """A timer's effect that can be counted: a unit named after it; a second one would be refused, and show."""
    connection.execute(insert(unit).values(name=f"timer {timer.subject}", created_at=moment))


@dataclass(frozen=True)
class Setting:
    """What a child is to do. `mode`: polling, webhook, or worker (lanes only); `fault` names the point of death."""

    database: str
    mode: str = "worker"
    fault: str = ""
    telegram: str = ""
    token: str = ""
    port: int = 0


def start(setting: Setting) -> ForkServerProcess:
    """A child process that works, or that is dead already."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    ready, told = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(setting, told), daemon=True)
    with _ONE_ASKS:
        child.start()
    told.close()
    with ready, suppress(EOFError):
        ready.recv()
    return child


def is_alive(child: ForkServerProcess) -> bool:
    """Whether it is, however many threads have children."""
    with _ONE_ASKS:
        return child.is_alive()


def end_of(child: ForkServerProcess, seconds: float = 10.0) -> int | None:
    """Waits so long for its end; the exit code, minus the signal that killed it, or None."""
    end = time.monotonic() + seconds
    while is_alive(child) and time.monotonic() < end:
        time.sleep(0.002)
    return child.exitcode


def _child(setting: Setting, told: Connection) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    arm({"HURENTONG_FAULT": setting.fault, "HURENTONG_TEST_FAULTS": "1"})
    asyncio.run(_main(setting, told))


async def _main(setting: Setting, told: Connection) -> None:
    store = Store(setting.database, RING)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if setting.mode == "worker":
        workers = Workers(store, tiny_turns(TinyChannel()))
        await _until_stop([workers.run(stop)], None, told)
    else:
        await _serve(store, setting, stop, told)
    store.close()


async def _serve(store: Store, setting: Setting, stop: asyncio.Event, told: Connection) -> None:
    api = TelegramApi(setting.token, setting.telegram)
    channel = TelegramChannel(api, KEY)
    turns: Turns = replace(tiny_turns(TinyChannel()), channels={ChannelName.TELEGRAM: channel}, press_key=KEY)
    workers = Workers(store, turns)
    take_in = Ingest(store, now, workers)
    work = [
        workers.run(stop),
        Sender(store, channel, gate="telegram", rate=RATE, now=now).run(stop),
        Timers(store, {"count": count_timer}, now).run(stop),
    ]
    server = None
    if setting.mode == "polling":
        poller = TelegramPoller(api, take_in, channel.acknowledge, poll_seconds=1)
        work.append(lead(store, "poller", poller.run, stop))
    else:
        port = setting.port
        app = Starlette(routes=[webhook_route("/telegram", SECRET, take_in)])
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        work.append(server.serve(sockets=[bound]))
        with suppress(HurentongError):
            await set_webhook(api, f"http://127.0.0.1:{port}/telegram", SECRET)
    await _until_stop(work, server, told)
    await channel.close()


async def _until_stop(work: list[object], server: uvicorn.Server | None, told: Connection) -> None:
    tasks = [asyncio.ensure_future(each) for each in work]  # type: ignore[arg-type]
    told.send("ready")
    told.close()
    if server is not None:
        # uvicorn takes SIGTERM for itself; the others follow it.
        await tasks[-1]
        os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.gather(*tasks)
