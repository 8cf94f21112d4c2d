"""The migrations make exactly the tables that the code knows, and the database refuses wrong states by itself."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, exc, inspect, select, text

from bot.errors import SchemaError, SettingsError, WrongKeyError
from bot.store import schema
from bot.store.crypto import KeyRing
from bot.store.engine import database_url
from bot.store.store import Store
from bot.store.tables import metadata, status_change
from domain.application import allowed_pairs
from tests.postgres import RING


def test_upgrade_to_head_makes_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        assert compare_metadata(context, metadata) == []


def test_every_check_of_the_code_stands_in_the_database(store: Store) -> None:
    inspector = inspect(store.engine)
    for table in metadata.sorted_tables:
        expected = {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)}
        assert {each["name"] for each in inspector.get_check_constraints(table.name)} == expected, table.name


def test_head_is_the_newest_revision(store: Store) -> None:
    with store.engine.connect() as connection:
        assert ScriptDirectory.from_config(schema.config(connection)).get_heads() == [schema.HEAD]
        assert schema.revision(connection) == schema.HEAD


def test_a_second_start_changes_nothing(store: Store) -> None:
    assert schema.migrate(store.engine) is False


def test_a_start_at_head_imports_neither_alembic_nor_the_other_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    first = Store(url, RING)
    schema.migrate(first.engine)
    first.close()
    program = (
        "import sys; import bot.parts; from bot.store.store import Store; from bot.store.schema import migrate; "
        "from bot.store.crypto import KeyRing; "
        f"store = Store({url!r}, KeyRing.from_secret('a secret that only the tests use')); "
        "assert migrate(store.engine) is False; store.close(); "
        "assert not {'alembic', 'psycopg', 'sqlalchemy.dialects.postgresql'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_wrong_key_is_noticed_at_the_start(store: Store) -> None:
    other = Store(
        store.engine.url.render_as_string(hide_password=False), KeyRing.from_secret("another secret of tests")
    )
    try:
        with pytest.raises(WrongKeyError):
            schema.migrate(other.engine)
    finally:
        other.close()


def test_a_database_of_a_newer_release_is_refused(store: Store) -> None:
    store.write_now(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(SchemaError):
        schema.migrate(store.engine)


def test_the_database_lets_through_the_status_changes_of_the_data_file(store: Store) -> None:
    rows = store.read_now(lambda connection: connection.execute(select(status_change)).all())
    assert {(row.was, row.became) for row in rows} == set(allowed_pairs())


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO person (id, created_at) VALUES (1, NULL)",
        "INSERT INTO unit (name, created_at) VALUES ('', '2025-01-01 00:00:00+00:00')",
        "INSERT INTO gate (name, epoch, rate, next_free, not_before) VALUES ('g', 1, 0, '2025-01-01', '2025-01-01')",
        "INSERT INTO timer (kind, subject, due_at, state, created_at) "
        "VALUES ('k', 's', '2025-01-01', 'odd', '2025-01-01')",
        "INSERT INTO timer (kind, subject, due_at, state, created_at) "
        "VALUES ('k', 's', '2025-01-01', 'fired', '2025-01-01')",
        "INSERT INTO account (person_id, channel, address, created_at) VALUES (77, 'web', 'x', '2025-01-01')",
    ],
)
def test_wrong_states_are_refused(store: Store, statement: str) -> None:
    with pytest.raises(exc.IntegrityError):
        store.write_now(lambda connection: connection.execute(text(statement)))


def test_the_audit_is_append_only(store: Store) -> None:
    insert = (
        "INSERT INTO audit (action, subject, outcome, detail, at, previous, digest) "
        "VALUES ('a', 's', 'o', '', '2025-01-01 00:00:00+00:00', :previous, :digest)"
    )
    values = {"previous": b"0" * 32, "digest": b"1" * 32}
    store.write_now(lambda connection: connection.execute(text(insert), values))
    for statement in ("UPDATE audit SET outcome = 'x'", "DELETE FROM audit"):
        with pytest.raises(exc.IntegrityError, match="append-only"):
            store.write_now(lambda connection, statement=statement: connection.execute(text(statement)))


def test_other_databases_are_refused_with_a_sentence() -> None:
    for url in ("mysql://x/y", "sqlite://"):
        with pytest.raises(SettingsError):
            database_url(url)


def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}", RING)
    pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    for pragma, expected in pragmas.items():
        found = store.read_now(lambda connection, pragma=pragma: connection.execute(text(f"PRAGMA {pragma}")).scalar())
        assert found == expected
    store.close()
    assert sqlite3.sqlite_version_info >= (3, 35)
