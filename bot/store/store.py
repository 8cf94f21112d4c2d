"""The unit of work: `await store.write(work)` runs work(connection) in a transaction of its own, durable on return."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from bot.errors import StoreDownError
from bot.store.bells import Bells, LocalBells
from bot.store.checkpoints import Checkpointer
from bot.store.crew import Crew
from bot.store.crypto import KeyRing, KeySource, use_keys
from bot.store.engine import database_url, open_engine
from bot.store.jobs import Job
from bot.store.locks import FileLock, Lock, PostgresLock
from bot.store.turnstile import Turnstile

T = TypeVar("T")
P = TypeVar("P")
R = TypeVar("R")

GROUP = 64
"""How many turns may share one commit on SQLite."""
CLOSE_SECONDS = 4.0
"""How long closing waits for work that is under way."""
SQLITE_READERS = 2
SQLITE_LANES = 8
"""Turns that may step at once; more wait, so that many slow ones cannot exhaust the machine."""
POSTGRES_READERS = 2
POSTGRES_WRITERS = 4
POSTGRES_LANES = 8


class Store:
    """One database. SQLite: one writer thread with group commit; PostgreSQL: a pool of threads, a connection each."""

    def __init__(self, url: str, ring: KeyRing | KeySource, *, lanes: int = POSTGRES_LANES) -> None:
        self.url = database_url(url)
        self.engine = open_engine(self.url)
        use_keys(self.engine, ring)
        self.is_postgres = self.url.get_backend_name() == "postgresql"
        self.bells: Bells = _bells(self.engine) if self.is_postgres else LocalBells()
        crew = partial(Crew, self.engine, ring=self.bells.ring)
        self._turnstile = Turnstile()
        self._checkpointer = None if self.is_postgres else Checkpointer(Path(str(self.url.database)))
        if self.is_postgres:
            self._lanes = crew("lane", size=lanes)
            self._writers = crew("write", size=POSTGRES_WRITERS)
            self._readers = crew("read", size=POSTGRES_READERS)
        else:
            self._lanes = crew("lane", size=SQLITE_LANES, reads_only=True)
            self._writers = crew("write", size=1, group=GROUP)
            self._readers = crew("read", size=SQLITE_READERS, reads_only=True)

    async def write(self, work: Callable[[Connection], T], *, relaxed: bool = False, urgent: bool = False) -> T:
        """Runs the work and commits; raises what it raised, or StoreDownError. It may be run more than once.

        `relaxed`: does not wait for the disk. The death of the process undoes nothing all the same, a power cut may.
        `urgent`: goes before all that is not, for somebody waits for its end and it takes next to no time.
        """
        job = Job(work, asyncio.get_running_loop(), relaxed=relaxed, urgent=urgent)
        self._writers.put(job)
        result: T = await job.waiter
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Runs the work on one snapshot of the data; it must not write."""
        job = Job(work, asyncio.get_running_loop())
        self._readers.put(job)
        result: T = await job.waiter
        return result

    def submit(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Like `write`, for threads that do not want to wait."""
        job = Job(work)
        self._writers.put(job)
        future: Future[T] = job.waiter
        return future

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """Like `write`, for threads; never from the event loop."""
        return self.submit(work).result()

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """Like `read`, for threads; never from the event loop."""
        job = Job(work)
        self._readers.put(job)
        result: T = job.waiter.result()
        return result

    def turn(
        self,
        prepare: Callable[[Connection], P],
        save: Callable[[Connection, P], R],
        done: "Callable[[Future[R]], None]",
        *,
        unless: type[Any] | UnionType,
        relaxed: bool = False,
    ) -> None:
        """Reads and thinks (`prepare`), then writes (`save`), then calls `done` from some thread.

        PostgreSQL: one transaction. SQLite: the writer is taken for `save` only, so `save` has to check that what
        was read still stands. A preparation that is an `unless` is not saved but is the result itself.
        """
        if self.is_postgres:

            def whole(connection: Connection) -> Any:
                prepared = prepare(connection)
                return prepared if isinstance(prepared, unless) else save(connection, prepared)

            self._put(self._lanes, whole, done, relaxed=relaxed)
            return

        def written(read: "Future[P]") -> None:
            if read.exception() is not None or isinstance(read.result(), unless):
                done(read)  # type: ignore[arg-type]
                return
            prepared = read.result()
            try:
                self._put(self._writers, lambda connection: save(connection, prepared), done, relaxed=relaxed)
            except StoreDownError as error:
                failed: Future[R] = Future()
                failed.set_exception(error)
                done(failed)

        def think(connection: Connection) -> P:
            with self._turnstile.passage():
                return prepare(connection)

        self._put(self._lanes, think, written)

    @staticmethod
    def _put(
        crew: Crew, work: Callable[[Connection], Any], done: "Callable[[Future[Any]], None]", *, relaxed: bool = False
    ) -> None:
        job = Job(work, relaxed=relaxed)
        job.waiter.add_done_callback(done)
        crew.put(job)

    def try_lock(self, name: str) -> Lock | None:
        """The named lock, which one process at a time can hold; None where another has it. Blocks for a moment."""
        if self.is_postgres:
            return PostgresLock.try_take(self.engine, name)
        return FileLock.try_take(Path(f"{self.url.database}.{name}.lock"))

    def close(self) -> None:
        """Finishes queued work and closes every connection."""
        self._lanes.close(CLOSE_SECONDS / 4)  # a slow step is thinking only, it holds no writer
        self._writers.close(CLOSE_SECONDS)
        self._readers.close(CLOSE_SECONDS / 4)
        self.bells.close()
        if self._checkpointer is not None:
            self._checkpointer.close(CLOSE_SECONDS / 4)
        self.engine.dispose()


def _bells(engine: Engine) -> Bells:
    from bot.store.postgres_bells import PostgresBells  # noqa: PLC0415 - psycopg is nothing that SQLite should wait for

    return PostgresBells(engine)
