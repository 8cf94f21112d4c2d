"""Consents: every one that was given or withdrawn is kept; the newest of a purpose holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.prepared import insertion
from bot.store.tables import consent as table
from dialogs.effects import Purpose


@dataclass(frozen=True, slots=True)
class Consent:
    """What was agreed to or refused: `version` is that of the notice which was shown."""

    purpose: Purpose
    version: str
    given: bool
    at: datetime


_INSERT = insertion(table, "person_id", "purpose", "version", "given", "at")


def record(connection: Connection, person: int, purpose: Purpose, version: str, now: datetime, *, given: bool) -> None:
    """Adds it."""
    row = {"person_id": person, "purpose": purpose, "version": version, "given": given, "at": now}
    _INSERT.change(connection, row)


def of(connection: Connection, person: int) -> Sequence[Consent]:
    """All of the person's, oldest first."""
    rows = connection.execute(select(table).where(table.c.person_id == person).order_by(table.c.id))
    return [Consent(row.purpose, row.version, row.given, row.at) for row in rows]


def holds(connection: Connection, person: int, purpose: Purpose) -> bool:
    """Whether the newest one of that purpose was given."""
    newest = (
        select(table.c.given)
        .where(table.c.person_id == person, table.c.purpose == purpose)
        .order_by(table.c.id.desc())
        .limit(1)
    )
    return connection.execute(newest).scalar_one_or_none() is True
