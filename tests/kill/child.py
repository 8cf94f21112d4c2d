"""The process that gets killed: the tiny dialogue over the real Telegram channel, lanes, sender and timers.

Set up by environment variables: KILL_DATABASE, KILL_TELEGRAM (base URL), KILL_TOKEN, KILL_MODE (polling, webhook or
worker: lanes only), KILL_PORT; HURENTONG_FAULT names the point of death. Prints `ready` once it works.
"""

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import structlog
import uvicorn
from sqlalchemy import Connection
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
from bot.store.store import Store
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


def count_timer(connection: Connection, timer: Timer, moment: datetime) -> None:
    """A timer's effect that can be counted: a unit named after it; a second one would be refused, and show."""
    from sqlalchemy import insert  # noqa: PLC0415

    from bot.store.tables import unit  # noqa: PLC0415

    connection.execute(insert(unit).values(name=f"timer {timer.subject}", created_at=moment))


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    arm(os.environ)
    mode = os.environ["KILL_MODE"]
    store = Store(os.environ["KILL_DATABASE"], RING)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if mode == "worker":
        workers = Workers(store, tiny_turns(TinyChannel()))
        await _until_stop([workers.run(stop)], None)
    else:
        await _serve(store, mode, stop)
    store.close()


async def _serve(store: Store, mode: str, stop: asyncio.Event) -> None:
    api = TelegramApi(os.environ["KILL_TOKEN"], os.environ["KILL_TELEGRAM"])
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
    if mode == "polling":
        poller = TelegramPoller(api, take_in, channel.acknowledge, poll_seconds=1)
        work.append(lead(store, "poller", poller.run, stop))
    else:
        port = int(os.environ["KILL_PORT"])
        app = Starlette(routes=[webhook_route("/telegram", SECRET, take_in)])
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        work.append(server.serve(sockets=[bound]))
        with suppress(HurentongError):
            await set_webhook(api, f"http://127.0.0.1:{port}/telegram", SECRET)
    await _until_stop(work, server)
    await channel.close()


async def _until_stop(work: list[object], server: uvicorn.Server | None) -> None:
    tasks = [asyncio.ensure_future(each) for each in work]  # type: ignore[arg-type]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if server is not None:
        # uvicorn takes SIGTERM for itself; the others follow it.
        await tasks[-1]
        os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    asyncio.run(main())
