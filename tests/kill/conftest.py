"""Databases for the deaths."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import postgres_server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kill.db'}"
        return
    with postgres_server().database() as url:
        yield url
