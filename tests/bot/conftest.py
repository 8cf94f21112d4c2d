"""A fresh migrated database for each test: on SQLite and on PostgreSQL, or on the one that a promise is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.store.store import Store
from tests.postgres import RING, postgres_server
from tests.sqlite import fresh_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database: for `Store(database, RING)`."""
    if request.param == "sqlite":
        yield fresh_database(tmp_path / "test.db")
        return
    with postgres_server().database() as url:
        yield url


@contextmanager
def opened(database: str) -> Iterator[Store]:
    store = Store(database, RING)
    yield store
    store.close()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A store on each kind of database, migrated."""
    with opened(database) as store:
        yield store


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite, migrated."""
    with opened(fresh_database(tmp_path / "test.db")) as store:
        yield store


@pytest.fixture
def postgres_store() -> Iterator[Store]:
    """A store on PostgreSQL, migrated; mark the test `postgres`."""
    with postgres_server().database() as url, opened(url) as store:
        yield store
