"""The audit: append-only rows in the transaction of what they tell of, chained by hash so that a gap shows.

The chain's length and last digest stand beside it, sealed with the installation's key: who can write into the database
but has no key can neither cut the end off nor compute the chain anew without its showing.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, text, update

from bot.errors import WrongKeyError
from bot.store.prepared import Prepared, insertion
from bot.store.tables import audit as table
from bot.store.tables import audit_head

GENESIS = sha256(b"hurentong audit 1").digest()
"""What the first row follows."""
_CHAIN_LOCK = 7_236_114_412
"""PostgreSQL's advisory lock under which one transaction at a time extends the chain."""


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was done: `actor` is a person's id (None: the product or the operator), `subject` whom or what it touched.

    `detail` names filters and figures, never personal data.
    """

    action: str
    actor: int | None
    subject: str = ""
    outcome: Outcome = Outcome.DONE
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it stands in the chain."""

    id: int
    entry: Entry
    at: datetime


_LAST = Prepared(select(table.c.digest).order_by(table.c.id.desc()).limit(1))
_INSERT = insertion(table, "actor_id", "action", "subject", "outcome", "detail", "at", "previous", "digest")
_HEAD = Prepared(select(audit_head.c.head))
_MOVE = Prepared(update(audit_head).values(head=bindparam("head")))


def write(connection: Connection, entry: Entry, now: datetime) -> None:
    """Appends to the chain."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _CHAIN_LOCK})
    previous = _LAST.row(connection, {})
    link = previous[0] if previous else GENESIS
    digest = _digest(link, entry, now)
    _INSERT.change(
        connection,
        {
            "actor_id": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "outcome": entry.outcome,
            "detail": entry.detail[:1000],
            "at": now,
            "previous": link,
            "digest": digest,
        },
    )
    _move_head(connection, digest, first=previous is None)


def _move_head(connection: Connection, digest: bytes, *, first: bool) -> None:
    """Counts on from what is sealed, never from the rows: what was taken away stays missing."""
    head = _HEAD.row(connection, {})
    if head is not None:
        _MOVE.change(connection, {"head": _head(int(head[0].split()[0]) + 1, digest)})
    elif first:
        connection.execute(insert(audit_head).values(id=1, head=_head(1, digest)))


def _head(count: int, digest: bytes) -> str:
    return f"{count} {digest.hex()}"


def latest(connection: Connection, limit: int = 20) -> list[Written]:
    """The newest entries, newest first."""
    rows = connection.execute(select(table).order_by(table.c.id.desc()).limit(limit))
    return [_written(row) for row in rows]


def page(
    connection: Connection, *, before: int = 0, actor: int = 0, action: str = "", limit: int = 50
) -> list[Written]:
    """Entries older than that one, newest first, of one actor or action where given."""
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    for wanted, condition in (
        (before, table.c.id < before),
        (actor, table.c.actor_id == actor),
        (action, table.c.action == action),
    ):
        if wanted:
            query = query.where(condition)
    return [_written(row) for row in connection.execute(query)]


def problem(connection: Connection) -> str:
    """What is wrong with the audit, in a few words; '' where it is whole."""
    link, count = GENESIS, 0
    for row in connection.execute(select(table).order_by(table.c.id)).yield_per(1000):
        if row.previous != link or row.digest != _digest(row.previous, _written(row).entry, row.at):
            return f"row {row.id} was changed, or the one before it is missing"
        link, count = row.digest, count + 1
    try:
        head = connection.execute(select(audit_head.c.head)).scalar_one_or_none()
    except WrongKeyError:
        return "its sealed length does not open"
    if head is None:
        return "its sealed length is missing" if count else ""
    expected = int(head.split()[0])
    if count < expected:
        return f"{expected - count} of {expected} rows are missing at the end"
    return "" if head == _head(count, link) else "it does not end as it was sealed: rows were added or all written anew"


def _written(row: Row[Any]) -> Written:
    entry = Entry(
        action=row.action,
        actor=row.actor_id,
        subject=row.subject,
        outcome=Outcome(row.outcome),
        detail=row.detail,
    )
    return Written(row.id, entry, row.at)


def _digest(previous: bytes, entry: Entry, at: datetime) -> bytes:
    told = [entry.action, entry.actor, entry.subject, entry.outcome, entry.detail[:1000]]
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(previous + json.dumps([*told, moment], ensure_ascii=False).encode()).digest()
