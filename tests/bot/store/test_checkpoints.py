"""Checkpoints beside the writer: the log does not grow for ever, and whoever reads for long is not disturbed."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from bot.store import checkpoints
from bot.store.store import Store
from bot.store.tables import unit
from tests.bot.tiny import now

PAGE = 4096


@pytest.fixture
def written(tmp_path: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """A database whose log nobody empties, and a connection to it."""
    path = tmp_path / "log.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("CREATE TABLE thing (text)")
        fill(connection)
        yield path, connection


def fill(connection: sqlite3.Connection) -> None:
    with connection:
        connection.executemany("INSERT INTO thing VALUES (?)", (("x" * PAGE,) for _ in range(checkpoints.BEGIN_ANEW)))


def log_of(path: Path) -> int:
    return path.with_name(f"{path.name}-wal").stat().st_size


def test_a_long_log_begins_anew(written: tuple[Path, sqlite3.Connection]) -> None:
    path, connection = written
    before = log_of(path)
    for _ in range(5):
        checkpoints.checkpoint(path)
        fill(connection)
    assert log_of(path) < 1.5 * before


def test_who_reads_meanwhile_sees_what_was_there_and_holds_nobody_up(
    written: tuple[Path, sqlite3.Connection],
) -> None:
    path, connection = written
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        (seen,) = reader.execute("SELECT count(*) FROM thing").fetchone()
        fill(connection)
        began = time.monotonic()
        checkpoints.checkpoint(path)
        assert time.monotonic() - began < 1.0
        assert reader.execute("SELECT count(*) FROM thing").fetchone() == (seen,)
        connection.execute("INSERT INTO thing VALUES ('more')")


def test_the_store_empties_its_log_by_itself(sqlite_store: Store) -> None:
    path = Path(str(sqlite_store.url.database))
    sqlite_store.write_now(lambda connection: connection.execute(insert(unit).values(name="one", created_at=now())))
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as file_alone:
            if file_alone.execute("SELECT count(*) FROM unit").fetchone() == (1,):
                return
        time.sleep(0.1)
    pytest.fail("what was written is in the log only")


def test_commits_of_the_store_are_durable_against_a_power_cut(sqlite_store: Store) -> None:
    level = sqlite_store.write_now(lambda connection: connection.execute(text("PRAGMA synchronous")).scalar_one())
    assert level == 2  # FULL
