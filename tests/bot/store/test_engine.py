"""How a connection is set up."""

from pathlib import Path

import pytest

from bot.store.engine import BUSY_MS, LOG_PAGES, database_url, open_engine


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", BUSY_MS),
        ("wal_autocheckpoint", LOG_PAGES),
    ],
)
def test_sqlite_is_durable_and_strict_and_its_log_stays_short(tmp_path: Path, pragma: str, value: object) -> None:
    engine = open_engine(database_url(f"sqlite:///{tmp_path / 'a.db'}"))
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
