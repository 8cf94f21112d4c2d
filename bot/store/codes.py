"""One-time codes: made for a role, used once, expiring, with few attempts; found by their keyed digest."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.crypto import blind_index, blind_indexes, keys_of
from bot.store.states import CodeKind
from bot.store.tables import code as table
from bot.store.tables import code_attempt, unit

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 characters that nobody mistakes for another; 12 of them are 60 random bits."""
LENGTH = 12
LASTS = timedelta(days=7)
WRONG_CODES = 5
"""Wrong codes that an account may try within WRONG_WITHIN."""
WRONG_WITHIN = timedelta(hours=1)
PURPOSE = "code.digest"
"""Of the blind index by which a code is found."""


class Refusal(StrEnum):
    """Why a code is not taken."""

    UNKNOWN = "unknown"
    """Wrong, used, or expired: which of them is not told."""
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A code that was just used up."""

    id: int
    kind: CodeKind
    unit: int | None
    unit_name: str
    made_by: int | None


def plain(text: str) -> str:
    """A code as it is compared: without dashes and spaces, in capitals."""
    return "".join(character for character in text.upper() if character in ALPHABET)


def make(
    connection: Connection,
    kind: CodeKind,
    now: datetime,
    *,
    unit_id: int | None = None,
    made_by: int | None = None,
    lasts: timedelta = LASTS,
) -> str:
    """A new code, as it is shown: ABCD-EFGH-JKLM."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    digest = blind_index(keys_of(connection.dialect), PURPOSE, letters)
    connection.execute(
        insert(table).values(
            digest=digest,
            letters=letters,
            kind=kind,
            unit_id=unit_id,
            made_by=made_by,
            made_at=now,
            expires_at=now + lasts,
        )
    )
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def redeem(connection: Connection, text: str, person: int, account: int, now: datetime) -> Redeemed | Refusal:
    """Uses the code up for this person; wrong ones are counted by account, and too many are refused unlooked."""
    if _wrong_so_far(connection, account, now) >= WRONG_CODES:
        return Refusal.TOO_MANY
    digests = blind_indexes(keys_of(connection.dialect), PURPOSE, plain(text))
    row = connection.execute(
        update(table)
        .where(table.c.digest.in_(digests), table.c.used_at.is_(None), table.c.expires_at > now)
        .values(used_by=person, used_at=now, letters=None)
        .returning(table.c.id, table.c.kind, table.c.unit_id, table.c.made_by)
    ).one_or_none()
    if row is None:
        _count_wrong(connection, account, now)
        return Refusal.UNKNOWN
    name = connection.execute(select(unit.c.name).where(unit.c.id == row.unit_id)).scalar_one_or_none()
    return Redeemed(row.id, row.kind, row.unit_id, name or "", row.made_by)


def _wrong_so_far(connection: Connection, account: int, now: datetime) -> int:
    counted = select(code_attempt.c.since, code_attempt.c.count).where(code_attempt.c.account_id == account)
    row = connection.execute(counted).one_or_none()
    return 0 if row is None or row.since + WRONG_WITHIN <= now else int(row[-1])


def _count_wrong(connection: Connection, account: int, now: datetime) -> None:
    if _wrong_so_far(connection, account, now):
        connection.execute(
            update(code_attempt).where(code_attempt.c.account_id == account).values(count=code_attempt.c.count + 1)
        )
        return
    connection.execute(delete(code_attempt).where(code_attempt.c.account_id == account))
    connection.execute(insert(code_attempt).values(account_id=account, since=now, count=1))
