"""Sealing everything again with the newest key, in small steps beside the running program; resumable at any point."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    and_,
    delete,
    insert,
    select,
    type_coerce,
    update,
)

from bot.store import codes
from bot.store.candidates import PHONE, search_indexes
from bot.store.crypto import Encrypted, KeyRing, blind_index, keys_of
from bot.store.tables import candidate, candidate_name, code, key_probe, metadata

ROWS = 100
"""Rows that one transaction touches: it must not hold up turns."""
PASSES = 20


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A column, and how its values are named when they are sealed."""

    table: Table
    key: Column[Any]
    column: Column[Any]
    label: str


def encrypted_columns() -> list[EncryptedColumn]:
    """Every one of the schema; a new one is found by itself."""
    found = []
    for table in metadata.sorted_tables:
        for column in table.c:
            if isinstance(column.type, Encrypted):
                (primary,) = table.primary_key.columns
                found.append(EncryptedColumn(table, primary, column, column.type.column))
    return found


def seal_again(engine: Engine) -> int:
    """Goes through everything until nothing is left under an older key; returns how many values were sealed again."""
    sealed = 0
    for _ in range(PASSES):
        done = sum(_column(engine, each) for each in encrypted_columns())
        done += _blind(engine)
        sealed += done
        if done == 0:
            with engine.begin() as connection:
                connection.execute(update(key_probe).values(probe=keys_of(engine.dialect).probe()))
            return sealed
    raise RuntimeError("values under the old key keep appearing: a process does not see the new key")


def _column(engine: Engine, wanted: EncryptedColumn) -> int:
    """One pass over a column. What a turn changes meanwhile is sealed by the turn, with the new key."""
    ring, sealed, last = keys_of(engine.dialect), 0, None
    while True:
        with engine.connect().execution_options(reads_only=True) as connection:
            batch = list(_batch(connection, wanted, last))
        if not batch:
            return sealed
        last = batch[-1][0]
        stale = [(row, raw) for row, raw in batch if not ring.is_current(raw, wanted.label)]
        if stale:
            with engine.begin() as connection:
                _erase_behind(connection)
                sealed += sum(_seal(connection, ring, wanted, row, raw) for row, raw in stale)


def _batch(connection: Connection, wanted: EncryptedColumn, last: Any) -> Iterator[tuple[Any, bytes]]:
    raw = type_coerce(wanted.column, LargeBinary)
    query = select(wanted.key, raw).where(wanted.column.is_not(None)).order_by(wanted.key).limit(ROWS)
    if last is not None:
        query = query.where(wanted.key > last)
    for row in connection.execute(query):
        yield row[0], bytes(row[1])


def _seal(connection: Connection, ring: KeyRing, wanted: EncryptedColumn, row: Any, raw: bytes) -> int:
    """Only where the value is still the one that was read."""
    plain = ring.open(raw, wanted.label)
    bare = Table(
        wanted.table.name,
        MetaData(),
        Column(wanted.key.name, wanted.key.type),
        Column(wanted.column.name, LargeBinary),
    )
    changed = connection.execute(
        update(bare)
        .where(bare.c[wanted.key.name] == row, bare.c[wanted.column.name] == raw)
        .values({wanted.column.name: ring.seal(plain, wanted.label)})
    )
    return changed.rowcount


def _erase_behind(connection: Connection) -> None:
    """What was sealed with the old key is to be overwritten, not only let go."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _blind(engine: Engine) -> int:
    """The indexes by which encrypted values are found: phone and name of candidates, codes that can still be used."""
    changed, last = 0, 0
    while True:
        with engine.begin() as connection:
            rows = connection.execute(
                select(candidate.c.id, candidate.c.phone, candidate.c.phone_index, candidate.c.name)
                .where(candidate.c.id > last)
                .order_by(candidate.c.id)
                .limit(ROWS)
                .with_for_update()
            ).all()
            changed += sum(_candidate(connection, row) for row in rows)
        if not rows:
            break
        last = rows[-1].id
    with engine.begin() as connection:
        return changed + _codes(connection)


def _candidate(connection: Connection, row: Any) -> int:
    ring, changed = keys_of(connection.dialect), 0
    if row.phone_index is not None:
        index = blind_index(ring, PHONE, row.phone)
        if bytes(row.phone_index) != index:
            connection.execute(update(candidate).where(candidate.c.id == row.id).values(phone_index=index))
            changed = 1
    held = select(candidate_name.c.token).where(candidate_name.c.candidate_id == row.id)
    stands = {bytes(each) for each in connection.execute(held).scalars()}
    wanted = search_indexes(ring, row.name, row.phone)
    if stands == wanted:
        return changed
    connection.execute(delete(candidate_name).where(candidate_name.c.candidate_id == row.id))
    if wanted:
        connection.execute(insert(candidate_name), [{"candidate_id": row.id, "token": each} for each in sorted(wanted)])
    return 1


def _codes(connection: Connection) -> int:
    usable = and_(code.c.used_at.is_(None), code.c.letters.is_not(None))
    changed = 0
    for row in connection.execute(select(code.c.id, code.c.digest, code.c.letters).where(usable).with_for_update()):
        digest = blind_index(keys_of(connection.dialect), codes.PURPOSE, row.letters)
        if bytes(row.digest) != digest:
            connection.execute(update(code).where(code.c.id == row.id).values(digest=digest))
            changed += 1
    return changed
