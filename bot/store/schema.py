"""The schema of a database: whether it is the newest, and bringing it there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, exc, insert, inspect, select, text

from bot.errors import SchemaError, StoreDownError
from bot.store.crypto import keys_of
from bot.store.tables import key_probe

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0006"
"""The newest revision in `migrations/versions` (a test compares): known without importing Alembic (0.8 s)."""

_MIGRATING = 7_236_114_411
"""Number of the advisory lock under which one process migrates a PostgreSQL database."""


def revision(connection: Connection) -> str | None:
    """The database's revision; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def migrate(engine: Engine) -> bool:
    """Brings the schema to HEAD and checks the key; True where something changed.

    Raises SchemaError for a database of a newer release, StoreDownError where there is none,
    bot.errors.WrongKeyError where its personal data were sealed with another SECRET_KEY.
    """
    try:
        with engine.connect() as connection:
            changed = revision(connection) != HEAD and _upgrade(connection)
            connection.rollback()
            with connection.begin():
                _check_key(connection)
            return changed
    except exc.OperationalError as error:
        raise StoreDownError(f"the database cannot be opened: {error.orig}") from error


def config(connection: Connection) -> "Config":
    """Alembic's configuration for this connection."""
    from alembic.config import Config  # noqa: PLC0415 - 0.8 s that a start at HEAD does not pay

    made = Config()
    made.set_main_option("script_location", "bot.store:migrations")
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection) -> bool:
    from alembic import command  # noqa: PLC0415 - see config
    from alembic.util import CommandError  # noqa: PLC0415 - see config

    connection.rollback()
    with _foreign_keys_at_rest(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATING})
        if revision(connection) == HEAD:
            return False
        try:
            command.upgrade(config(connection), "head")
        except CommandError as error:
            raise SchemaError(f"the database cannot be brought to revision {HEAD}: {error}") from error
        _check_references(connection)
    return True


@contextmanager
def _foreign_keys_at_rest(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; dropping the old one would otherwise empty all that refers to it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")  # says nothing within a transaction: none is open here
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise SchemaError(f"after the migration a row of {broken[0]} refers to nothing; nothing was changed")


def check_key(connection: Connection) -> bool:
    """Whether there is a probe yet; raises bot.errors.WrongKeyError where it does not open with the keys in use."""
    probe = connection.execute(select(key_probe.c.probe)).scalar_one_or_none()
    if probe is None:
        return False
    keys_of(connection.dialect).check(bytes(probe))
    return True


def _check_key(connection: Connection) -> None:
    if not check_key(connection):
        connection.execute(insert(key_probe).values(id=1, probe=keys_of(connection.dialect).probe()))
