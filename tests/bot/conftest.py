"""A fresh migrated database for each test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.schema import migrate
from bot.store.store import Store
from tests.postgres import RING, postgres_server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: for `Store(database, RING)` and `migrate`."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    with postgres_server().database() as url:
        yield url


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A store on that database, migrated."""
    opened = Store(database, RING)
    migrate(opened.engine)
    yield opened
    opened.close()
