"""Migrated SQLite databases for the tests: one is made, the others are its copies (a tenth of the time)."""

import tempfile
from functools import cache
from pathlib import Path

from bot.store.schema import migrate
from bot.store.store import Store
from tests.postgres import RING


def fresh_database(file: Path) -> str:
    """The address of a new migrated database in this file."""
    file.write_bytes(_migrated())
    return f"sqlite:///{file}"


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="hurentong-") as folder:
        file = Path(folder) / "template.db"
        store = Store(f"sqlite:///{file}", RING)
        migrate(store.engine)
        store.close()
        return file.read_bytes()
