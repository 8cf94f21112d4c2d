"""Threads that each keep one connection and run jobs; a crew of one that groups them shares one sync a group."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, exc

from bot.errors import StoreDownError
from bot.faults import reach
from bot.store.jobs import Job, settle, take_rings
from bot.store.line import Line

log = structlog.get_logger(__name__)

STRETCH_SECONDS = 0.002
"""How long a group may work before urgent jobs that wait get their turn between its parts."""
RETRIES = 3
"""How often a transaction that lost against another (deadlock, serialization) is run again."""
_LOST = {"40001", "40P01"}
_WAITS = "waits for the disk"
_SQLITE_DOWN = ("locked", "unable to open", "disk I/O", "full", "readonly", "malformed")


class Crew:
    """`size` threads over one line. Up to `group` waiting jobs share a transaction, each in its own savepoint; urgent
    ones share one of their own, so that they wait for no other work than what has begun.
    """

    def __init__(
        self,
        engine: Engine,
        name: str,
        ring: Callable[[str], None],
        *,
        size: int,
        group: int = 1,
        reads_only: bool = False,
    ) -> None:
        self._ring = ring
        self._engine = engine.execution_options(reads_only=True) if reads_only else engine
        self._group = group
        self._reads_only = reads_only
        self._line = Line()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True) for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, job: Job) -> None:
        """Queues a job; raises StoreDownError once the crew is closed."""
        if self._closed:
            raise StoreDownError("the store is closed")
        self._line.put(job)

    def close(self, seconds: float) -> None:
        """Finishes what is queued, closes the connections, ends the threads.

        What hangs for longer than that is left: its thread ends with the process, and its transaction with it.
        """
        self._closed = True
        for _ in self._threads:
            self._line.end()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _serve(self) -> None:
        keeper = _Keeper(self._engine)
        while self._work_off(keeper):
            pass
        keeper.drop()

    def _work_off(self, keeper: "_Keeper") -> bool:
        """Waits for jobs and does them; False at the end. Keeps nothing of them while the next are waited for."""
        jobs = self._line.take(self._group)
        rest = jobs
        while rest:
            rest = rest[self._run(keeper, rest) :]
        return bool(jobs)

    def _run(self, keeper: "_Keeper", jobs: Sequence[Job]) -> int:
        """Does the jobs, of those that are not urgent only so many that urgent ones need not wait for the rest. These
        come next, before what the ends of the others set off. Returns how many of `jobs`.
        """
        done = 0
        if len(jobs) > 1:
            try:
                done = self._together(keeper.connection(), jobs)
            except Exception as error:
                keeper.recover(error)
                log.warning("store.group_failed", jobs=len(jobs), error=type(error).__name__)
        if not done:
            for job in jobs:
                self._alone(keeper, job)
            done = len(jobs)
        if not jobs[0].urgent and (urgent := self._line.urgent(self._group)):
            self._run(keeper, urgent)
        settle(jobs[:done])
        return done

    def _together(self, connection: Connection, jobs: Sequence[Job]) -> int:
        done, end = 0, time.monotonic() + STRETCH_SECONDS
        with _transaction(connection, relaxed=all(job.relaxed for job in jobs)):
            driver = connection.connection.driver_connection
            for job in jobs:
                job.error = job.result = None
                driver.execute("SAVEPOINT job")  # type: ignore[union-attr]
                try:
                    job.result = job.work(connection)
                except Exception as error:
                    job.error = error
                    driver.execute("ROLLBACK TO job")  # type: ignore[union-attr]
                driver.execute("RELEASE job")  # type: ignore[union-attr]
                done += 1
                if not job.urgent and time.monotonic() > end and self._line.urgent_waits:
                    break
            reach("before_commit")
        reach("committed")
        self._ring_all(connection)
        return done

    def _ring_all(self, connection: Connection) -> None:
        # It is committed: whatever goes wrong from here on must not have it run again.
        with suppress(Exception):
            for topic in take_rings(connection):
                self._ring(topic)

    def _alone(self, keeper: "_Keeper", job: Job) -> None:
        for attempt in range(RETRIES + 1):
            job.error = job.result = None
            try:
                connection = keeper.connection()
                with _transaction(connection, relaxed=job.relaxed):
                    job.result = job.work(connection)
                    if not self._reads_only:
                        reach("before_commit")
            except Exception as error:
                job.error = keeper.recover(error)
                if attempt < RETRIES and _lost(error):
                    continue
            else:
                if not self._reads_only:
                    reach("committed")
                    self._ring_all(connection)
            return


class _Keeper:
    """One thread's connection: opened when first needed, dropped when it broke."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def recover(self, error: Exception) -> Exception:
        """Makes the connection usable again, or drops it; returns the error as callers are to see it."""
        down = _is_down(error)
        try:
            if self._connection is not None and not self._connection.invalidated:
                if self._connection.in_transaction():
                    self._connection.rollback()
                # A commit that failed has ended SQLAlchemy's transaction, not the database's.
                self._connection.connection.rollback()
                take_rings(self._connection)
        except Exception:
            down = True
        if down:
            self.drop()
            if not isinstance(error, StoreDownError):
                problem = StoreDownError(f"the database cannot be reached just now: {_brief(error)}")
                problem.__cause__ = error
                return problem
        return error

    def drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except exc.SQLAlchemyError:
                connection.invalidate()


@contextmanager
def _transaction(connection: Connection, *, relaxed: bool) -> Iterator[None]:
    """A transaction; a relaxed one is committed without waiting for the disk."""
    if connection.dialect.name == "sqlite":
        _wait_for_the_disk(connection, wait=not relaxed)
    with connection.begin():
        if relaxed and connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
        yield


def _wait_for_the_disk(connection: Connection, *, wait: bool) -> None:
    """SQLite: whether commits from now on are durable against a power cut, and all that were made before them."""
    if connection.info.get(_WAITS, True) is not wait:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA synchronous={'FULL' if wait else 'NORMAL'}")
        connection.info[_WAITS] = wait


def _is_down(error: Exception) -> bool:
    if isinstance(error, exc.DBAPIError):
        if error.connection_invalidated or isinstance(error, exc.InterfaceError):
            return True
        if isinstance(error, exc.OperationalError):
            state = getattr(error.orig, "sqlstate", None)
            if state is not None:
                return state[:2] in ("08", "57", "53", "58")
            text = str(error.orig)
            return not hasattr(error.orig, "sqlite_errorcode") or any(word in text for word in _SQLITE_DOWN)
    return False


def _lost(error: Exception) -> bool:
    return isinstance(error, exc.DBAPIError) and getattr(error.orig, "sqlstate", None) in _LOST


def _brief(error: Exception) -> str:
    original = error.orig if isinstance(error, exc.DBAPIError) else error
    return str(original).strip().splitlines()[0][:200] if str(original).strip() else type(original).__name__
