"""Enquiries: questions to the secretariat that the bot could not answer, and what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.store.tables import enquiry as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """A question; `answer` is None while it waits. `account` is where it came from and the answer goes."""

    id: int
    person: int
    account: int | None
    text: str
    asked_at: datetime
    answer: str | None
    answered_by: int | None
    answered_at: datetime | None


def ask(connection: Connection, person: int, account: int, text: str, now: datetime) -> int:
    """Puts the question on the list; returns its id."""
    made: int = connection.execute(
        insert(table).values(person_id=person, account_id=account, text=text, asked_at=now).returning(table.c.id)
    ).scalar_one()
    return made


def waiting(connection: Connection, limit: int = 100) -> Sequence[Enquiry]:
    """What has no answer yet, the longest waiting first."""
    rows = connection.execute(select(table).where(table.c.answered_at.is_(None)).order_by(table.c.id).limit(limit))
    return [_enquiry(row) for row in rows]


def of(connection: Connection, person: int) -> Sequence[Enquiry]:
    """All that the person has asked, oldest first."""
    rows = connection.execute(select(table).where(table.c.person_id == person).order_by(table.c.id))
    return [_enquiry(row) for row in rows]


def answer(connection: Connection, enquiry: int, text: str, by: int, now: datetime) -> Enquiry | None:
    """Answers it, once; None where it has been answered already or is gone. The caller sends the answer."""
    row = connection.execute(
        update(table)
        .where(table.c.id == enquiry, table.c.answered_at.is_(None))
        .values(answer=text, answered_by=by, answered_at=now)
        .returning(*table.c)
    ).one_or_none()
    return None if row is None else _enquiry(row)


def _enquiry(row: Row[Any]) -> Enquiry:
    return Enquiry(
        id=row.id,
        person=row.person_id,
        account=row.account_id,
        text=row.text,
        asked_at=row.asked_at,
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
    )
