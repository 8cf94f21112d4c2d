"""Backups: one SQLite file with every row, personal data as encrypted as in the database; made while the program runs.

From PostgreSQL the rows are copied in one snapshot; a backup of either database can be restored into either.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    delete,
    exc,
    func,
    insert,
    select,
    text,
)

from bot.errors import BackupError
from bot.store import schema
from bot.store.crypto import Encrypted, KeyRing, KeySource, keys_of, use_keys
from bot.store.engine import database_url, open_engine
from bot.store.tables import broadcast_change, delivery_change, key_probe, metadata, person, status_change

FILLED_AT_START = (key_probe, status_change, broadcast_change, delivery_change)
"""Tables that a fresh database has rows in already: the backup's own take their place."""
_ROWS = 500
_OWNER_ONLY = 0o600


def back_up(engine: Engine, target: Path) -> int:
    """Writes the backup, readable by the owner only; returns its size in bytes. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} exists: a backup does not overwrite another; choose a new name")
    beside = target.with_name(f".{target.name}.part")
    try:
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
        if engine.dialect.name == "sqlite":
            _copy_file(Path(str(engine.url.database)), beside)
        else:
            _copy_out(engine, beside)
        _check_whole(beside)
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"the backup {target} could not be written: {error}") from error
    finally:
        beside.unlink(missing_ok=True)
    return target.stat().st_size


def restore(source: Path, engine: Engine) -> Path | None:
    """Puts the backup in the place of the database; the program must not run.

    What stood there before is kept beside (SQLite; its path is returned) or must be empty (PostgreSQL). Raises
    BackupError, or bot.errors.WrongKeyError where the keys given do not open the backup.
    """
    if not source.is_file():
        raise BackupError(f"{source}: no such file")
    keys = keys_of(engine.dialect)
    if engine.dialect.name == "sqlite":
        return _replace_file(source, Path(str(engine.url.database)), keys)
    with _opened(source, keys) as copy:
        _copy_in(copy, engine)
    return None


@contextmanager
def _opened(source: Path, keys: KeyRing | KeySource) -> Iterator[Engine]:
    """A copy of the backup: checked, brought to this release's schema, its key tried. The backup is left as it is."""
    work = source.with_name(f".{source.name}.restoring")
    try:
        try:
            _copy_file(source, work)
            _check_whole(work)
        except sqlite3.Error as error:
            raise BackupError(f"{source} is no backup of this program, or damaged: {error}") from error
        engine = open_engine(database_url(f"sqlite:///{work.resolve()}"))
        use_keys(engine, keys)
        try:
            with engine.connect() as connection:
                if schema.revision(connection) is None:
                    raise BackupError(f"{source} is no backup of this program")
            schema.migrate(engine)
            yield engine
        finally:
            engine.dispose()
    finally:
        for each in (work, *_side_files(work)):
            each.unlink(missing_ok=True)


def _replace_file(source: Path, database: Path, keys: KeyRing) -> Path | None:
    before = None
    with _opened(source, keys) as copy:
        with closing(sqlite3.connect(str(copy.url.database))) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = database.with_name(f".{database.name}.restored")
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
        _copy_file(Path(str(copy.url.database)), beside)
    if database.exists():
        _must_be_idle(database)
        before = _free_name(database)
        database.replace(before)
        for each in _side_files(database):
            each.unlink(missing_ok=True)
    beside.replace(database)
    return before


def _must_be_idle(database: Path) -> None:
    """Nobody else may have the database open; its WAL goes into it, so that it can be kept as one file."""
    try:
        with closing(sqlite3.connect(database, timeout=1.0, isolation_level=None)) as alone:
            alone.execute("PRAGMA locking_mode=EXCLUSIVE")
            alone.execute("BEGIN EXCLUSIVE")
            alone.execute("COMMIT")
            alone.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise BackupError(f"{database} is in use: stop the program before restoring ({error})") from error
    except sqlite3.DatabaseError:
        return  # it is damaged, which is why something is restored


def _free_name(database: Path) -> Path:
    for number in range(1, 1000):
        name = database.with_name(f"{database.name}.before-restore-{number}")
        if not name.exists():
            return name
    raise BackupError(f"clear away the old files {database.name}.before-restore-… first")


def _side_files(database: Path) -> tuple[Path, Path]:
    return database.with_name(database.name + "-wal"), database.with_name(database.name + "-shm")


def _copy_file(source: Path, target: Path) -> None:
    """SQLite's online backup: a consistent copy while others write."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as read, closing(sqlite3.connect(target)) as made:
        read.backup(made, pages=2000, sleep=0.01)
        made.execute("PRAGMA journal_mode=DELETE")


def _check_whole(file: Path) -> None:
    with closing(sqlite3.connect(file)) as opened:
        (found,) = opened.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(str(found))


def _copy_out(engine: Engine, target: Path) -> None:
    copy = open_engine(database_url(f"sqlite:///{target.resolve()}"))
    use_keys(copy, keys_of(engine.dialect))
    try:
        schema.migrate(copy)
        with engine.connect() as read:
            read.execution_options(isolation_level="REPEATABLE READ")
            with copy.begin() as write:
                _copy_rows(read, write)
    finally:
        copy.dispose()
    with closing(sqlite3.connect(target)) as made:
        made.execute("PRAGMA journal_mode=DELETE")


def _copy_in(copy: Engine, engine: Engine) -> None:
    schema.migrate(engine)
    try:
        with copy.connect().execution_options(reads_only=True) as read, engine.begin() as write:
            if write.execute(select(func.count()).select_from(person)).scalar_one():
                raise BackupError("the PostgreSQL database is not empty: restore into a fresh one")
            _copy_rows(read, write)
            _set_sequences(write)
    except exc.OperationalError as error:
        raise BackupError(f"the backup could not be restored: {error.orig}") from error


def _copy_rows(read: Connection, write: Connection) -> None:
    """Every table, parents first, encrypted values as they are."""
    if write.dialect.name == "sqlite":
        write.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table in metadata.sorted_tables:
        bare = _bare(table)
        if table in FILLED_AT_START:
            write.execute(delete(bare))
        query = select(bare).order_by(*_order(bare))
        for rows in read.execute(query).mappings().partitions(_ROWS):
            write.execute(insert(bare), [dict(each) for each in rows])


def _bare(table: Table) -> Table:
    """The table with its encrypted columns as bytes."""
    sealed = LargeBinary()
    columns: list[Column[Any]] = [
        Column(each.name, sealed if isinstance(each.type, Encrypted) else each.type, primary_key=each.primary_key)
        for each in table.c
    ]
    return Table(table.name, MetaData(), *columns)


def _order(bare: Table) -> list[Any]:
    """By key; where rows of a table point at others of it, those first."""
    first = [bare.c.duplicate_of.is_not(None)] if "duplicate_of" in bare.c else []
    return [*first, *bare.primary_key.columns]


def _set_sequences(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        column = next((each for each in table.primary_key.columns if each.name == "id"), None)
        if column is None:
            continue
        name = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name}
        ).scalar_one_or_none()
        if name is not None:
            highest = connection.execute(select(func.max(column))).scalar_one_or_none()
            if highest is not None:
                connection.execute(text("SELECT setval(:name, :highest)"), {"name": name, "highest": highest})
