"""The unit of work: `await store.write(work)` runs work(connection) in a transaction of its own, durable on return."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from bot.store.bells import Bells, LocalBells, PostgresBells
from bot.store.crew import Crew
from bot.store.crypto import KeyRing, use_keys
from bot.store.engine import database_url, open_engine
from bot.store.jobs import Job
from bot.store.locks import FileLock, Lock, PostgresLock

T = TypeVar("T")

GROUP = 64
"""How many turns may share one commit on SQLite."""
SQLITE_READERS = 2
POSTGRES_READERS = 2
POSTGRES_WRITERS = 8


class Store:
    """One database. SQLite: one writer thread with group commit; PostgreSQL: a pool of threads, a connection each."""

    def __init__(self, url: str, ring: KeyRing, *, writers: int = POSTGRES_WRITERS) -> None:
        self.url = database_url(url)
        self.engine = open_engine(self.url)
        use_keys(self.engine, ring)
        self.is_postgres = self.url.get_backend_name() == "postgresql"
        if self.is_postgres:
            self._writers = Crew(self.engine, "write", size=writers)
            self._readers = Crew(self.engine, "read", size=POSTGRES_READERS)
        else:
            self._writers = Crew(self.engine, "write", size=1, group=GROUP)
            self._readers = Crew(self.engine, "read", size=SQLITE_READERS, reads_only=True)
        self.bells: Bells = PostgresBells(self.engine) if self.is_postgres else LocalBells()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Runs the work and commits; raises what it raised, or StoreDownError. It may be run more than once."""
        job = Job(work, asyncio.get_running_loop())
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

    def try_lock(self, name: str) -> Lock | None:
        """The named lock, which one process at a time can hold; None where another has it. Blocks for a moment."""
        if self.is_postgres:
            return PostgresLock.try_take(self.engine, name)
        return FileLock.try_take(Path(f"{self.url.database}.{name}.lock"))

    def close(self) -> None:
        """Finishes queued work and closes every connection."""
        self.bells.close()
        self._writers.close()
        self._readers.close()
        self.engine.dispose()
