"""Locks that one process at a time can hold, and that its death releases: a poller's, a gate's."""

import fcntl
import os
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, exc, text

from bot.errors import StoreDownError


class Lock(Protocol):
    """A held lock."""

    def holds(self) -> bool:
        """Whether it is still ours (a lost connection loses it). May block for a moment."""

    def release(self) -> None:
        """Lets the next one in; harmless when repeated."""


class FileLock:
    """An advisory lock on a file next to the SQLite database."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def try_take(cls, path: Path) -> "FileLock | None":
        """The lock, or None where another open handle has it."""
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        return cls(handle)

    def holds(self) -> bool:
        """Until it is released."""
        return self._handle is not None

    def release(self) -> None:
        """Closing the handle releases the lock."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


class PostgresLock:
    """A session's advisory lock, on a connection of its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection: Connection | None = connection

    @classmethod
    def try_take(cls, engine: Engine, name: str) -> "PostgresLock | None":
        """The lock, or None where another session has it; raises StoreDownError without a database."""
        number = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
        try:
            connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}):
                return cls(connection)
            connection.close()
        except exc.DBAPIError as error:
            raise StoreDownError("the database cannot be reached just now, so no lock can be had") from error
        return None

    def holds(self) -> bool:
        """As long as the connection answers: the server frees the lock when the session ends."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except exc.DBAPIError:
            self.release()
            return False
        return True

    def release(self) -> None:
        """Ends the session; the server frees the lock a moment later."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
