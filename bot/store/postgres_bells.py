"""Bells that ring in other processes too, by LISTEN and NOTIFY."""

import queue
import threading
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import Engine, exc

from bot.store.bells import LocalBells

log = structlog.get_logger(__name__)

CHANNEL = "hurentong"
"""The one PostgreSQL channel; its payloads are topics."""
RETRY_SECONDS = 0.5
_LISTEN_SECONDS = 0.5


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

    def _serve(self, what: Callable[[psycopg.Connection], None]) -> None:
        while not self._closed.is_set():
            try:
                with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    driver = connection.connection.driver_connection
                    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - the engine is PostgreSQL's
                    what(driver)
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
