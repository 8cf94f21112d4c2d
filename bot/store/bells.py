"""Wake-ups: whoever commits work rings a bell, whoever waits for work hears it, in other processes too.

A bell may get lost (a process dies, a connection breaks); every waiter therefore also looks by itself now and then.
"""

import asyncio
import contextlib
import queue
import threading
from collections import defaultdict
from typing import Protocol

import psycopg
import structlog
from sqlalchemy import Engine, exc

from bot.channels.base import ChannelName

log = structlog.get_logger(__name__)

CHANNEL = "hurentong"
"""The one PostgreSQL channel; its payloads are topics."""
INBOX = "inbox"
"""Rings when arrivals are stored."""
TIMERS = "timers"
"""Rings when a timer is set that is due."""
RETRY_SECONDS = 0.5
_LISTEN_SECONDS = 0.5


def outbox_bell(channel: ChannelName) -> str:
    """The topic that rings when a channel has something to send."""
    return f"outbox:{channel}"


def account_bell(account: int) -> str:
    """The topic that rings when a web account has something to show."""
    return f"account:{account}"


class Bells(Protocol):
    """Ringing and hearing by topic."""

    def ring(self, topic: str, *, here: bool = True) -> None:
        """There is work of this topic; from any thread. Not `here`: this process knows, only others are to hear."""

    def hear(self, topic: str) -> asyncio.Event:
        """An event of the running loop that is set whenever the topic's bell rings; the waiter clears it."""

    def forget(self, topic: str, event: asyncio.Event) -> None:
        """Ends the hearing."""

    def close(self) -> None:
        """Ends the threads, if any."""


class LocalBells:
    """Bells of one process."""

    def __init__(self) -> None:
        self._waiters: dict[str, list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = defaultdict(list)

    def ring(self, topic: str, *, here: bool = True) -> None:
        """Sets every waiter's event."""
        if not here:
            return
        running = asyncio._get_running_loop()
        for loop, event in tuple(self._waiters.get(topic, ())):
            if event.is_set():
                continue
            if loop is running:
                event.set()
            else:
                with contextlib.suppress(RuntimeError):  # that loop has ended
                    loop.call_soon_threadsafe(event.set)

    def hear(self, topic: str) -> asyncio.Event:
        """A new waiter."""
        event = asyncio.Event()
        self._waiters[topic].append((asyncio.get_running_loop(), event))
        return event

    def forget(self, topic: str, event: asyncio.Event) -> None:
        """Removes the waiter."""
        left = [each for each in self._waiters.get(topic, ()) if each[1] is not event]
        if left:
            self._waiters[topic] = left
        else:
            self._waiters.pop(topic, None)

    def close(self) -> None:
        """Nothing to end."""


class PostgresBells(LocalBells):
    """Also rings in other processes, by NOTIFY from a thread of its own: inside a turn's transaction it would make
    commits wait for each other (PostgreSQL holds one lock from NOTIFY to the end of the commit).
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._out: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._pending: set[str] = set()
        self._closed = threading.Event()
        self._own_pid = 0
        self._threads = [
            threading.Thread(target=self._serve, args=(what,), name=what.__name__.strip("_"), daemon=True)
            for what in (self._notify, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def ring(self, topic: str, *, here: bool = True) -> None:
        """Here at once, elsewhere a moment later; many rings of one topic become one."""
        super().ring(topic, here=here)
        if topic not in self._pending:
            self._pending.add(topic)
            self._out.put(topic)

    def close(self) -> None:
        """Ends both threads."""
        self._closed.set()
        self._out.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, what: "contextlib.AbstractContextManager[None] | object") -> None:
        while not self._closed.is_set():
            try:
                with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    what(connection.connection.driver_connection)  # type: ignore[operator]
                    connection.invalidate()
            except (psycopg.Error, exc.DBAPIError) as error:
                log.debug("bells.connection_lost", error=type(error).__name__)
                self._closed.wait(RETRY_SECONDS)

    def _notify(self, connection: psycopg.Connection) -> None:
        self._own_pid = connection.info.backend_pid
        while (topic := self._out.get()) is not None:
            self._pending.discard(topic)
            connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, topic))

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        for topic in tuple(self._waiters):  # whatever rang while we were away
            super().ring(topic)
        while not self._closed.is_set():
            for notice in connection.notifies(timeout=_LISTEN_SECONDS):
                if notice.pid != self._own_pid:
                    super().ring(notice.payload)
