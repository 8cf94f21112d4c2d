"""The two databases, set up so that nothing acknowledged is lost and no update is overwritten."""

import sqlite3
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

from bot.errors import SettingsError

SQLITE_AT_LEAST = (3, 35, 0)
"""RETURNING and upsert (sqlite.org/releaselog/3_35_0.html)."""
BUSY_MS = 5000
"""How long a statement waits for another process that writes, milliseconds."""
LOG_PAGES = 1_000
"""Pages in the write-ahead log at which a commit empties it itself, should bot.store.checkpoints be late. A longer log
makes reading slower: with 25,000 a turn among a million candidates took half as long again.
"""
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16000",
    f"PRAGMA wal_autocheckpoint={LOG_PAGES}",
)


def database_url(text: str) -> URL:
    """The setting DATABASE_URL with its driver filled in; raises SettingsError on another kind of database."""
    url = make_url(text)
    match url.get_backend_name():
        case "sqlite":
            if url.database in (None, "", ":memory:"):
                raise SettingsError("DATABASE_URL: an SQLite database needs a file, e.g. sqlite:///data/hurentong.db")
            return url.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise SettingsError(f"DATABASE_URL: {other} is not supported; use sqlite:///… or postgresql://…")


def open_engine(url: URL) -> Engine:
    """An engine without a pool of its own: every thread of the store keeps its one connection."""
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 5}, query_cache_size=1000)


def _open_sqlite(url: URL) -> Engine:
    if sqlite3.sqlite_version_info < SQLITE_AT_LEAST:
        wanted = ".".join(map(str, SQLITE_AT_LEAST))
        raise SettingsError(f"SQLite {wanted} or newer is needed; this Python brings {sqlite3.sqlite_version}")
    engine = create_engine(
        url,
        poolclass=NullPool,
        connect_args={"check_same_thread": False, "cached_statements": 512},
        query_cache_size=1000,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _: object) -> None:
    # The driver's own transactions begin at the first write only; a read before it stands outside and updates get lost.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Any) -> None:
    mode = "DEFERRED" if connection.get_execution_options().get("reads_only") else "IMMEDIATE"
    connection.connection.driver_connection.execute(f"BEGIN {mode}")


def end_reading(connection: Connection) -> None:
    """SQLite: a reader lets go of its snapshot before it thinks: as long as one is held the log cannot begin anew, and
    every commit tries to empty it. What is read from now on is of that moment, as each statement is on PostgreSQL.
    Any other connection goes on in its transaction.
    """
    if connection.dialect.name == "sqlite" and connection.get_execution_options().get("reads_only"):
        driver: Any = connection.connection.driver_connection
        driver.execute("COMMIT")
