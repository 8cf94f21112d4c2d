"""Signing in at the desk: one-time codes for one person, and the sessions that they open."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from bot.store.codes import ALPHABET, LENGTH, plain
from bot.store.crypto import blind_index, blind_indexes, keys_of
from bot.store.tables import desk_entry, desk_session

CODE_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(hours=12)
"""A working day; after it the member asks for another link in their own chat."""
TOKEN_BYTES = 32
_PURPOSE = "desk_entry.digest"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that stands."""

    person: int
    expires_at: datetime


def make_code(connection: Connection, person: int, now: datetime) -> str:
    """A new code for this person, as it is shown (ABCD-EFGH-JKLM); their earlier ones are void."""
    connection.execute(delete(desk_entry).where((desk_entry.c.person_id == person) | (desk_entry.c.expires_at <= now)))
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    digest = blind_index(keys_of(connection.dialect), _PURPOSE, letters)
    connection.execute(insert(desk_entry).values(digest=digest, person_id=person, expires_at=now + CODE_LASTS))
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def redeem(connection: Connection, code: str, now: datetime) -> tuple[int, str] | None:
    """Uses the code up: its person and the token of a new session; None for a wrong, used or old code.

    60 random bits for ten minutes need no count of wrong tries.
    """
    digests = blind_indexes(keys_of(connection.dialect), _PURPOSE, plain(code))
    person = connection.execute(
        delete(desk_entry)
        .where(desk_entry.c.digest.in_(digests), desk_entry.c.expires_at > now)
        .returning(desk_entry.c.person_id)
    ).scalar_one_or_none()
    if person is None:
        return None
    connection.execute(delete(desk_session).where(desk_session.c.expires_at <= now))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    connection.execute(
        insert(desk_session).values(
            digest=_digest(token), person_id=person, made_at=now, expires_at=now + SESSION_LASTS
        )
    )
    return int(person), token


def find(connection: Connection, token: str, now: datetime) -> SignedIn | None:
    """The session of a browser's token; None where it is over."""
    row = connection.execute(
        select(desk_session.c.person_id, desk_session.c.expires_at).where(
            desk_session.c.digest == _digest(token), desk_session.c.expires_at > now
        )
    ).one_or_none()
    return None if row is None else SignedIn(row.person_id, row.expires_at)


def end(connection: Connection, token: str) -> None:
    """Signs the browser out."""
    connection.execute(delete(desk_session).where(desk_session.c.digest == _digest(token)))


def end_all(connection: Connection, person: int) -> None:
    """Signs every browser of the person out, and voids their codes."""
    connection.execute(delete(desk_session).where(desk_session.c.person_id == person))
    connection.execute(delete(desk_entry).where(desk_entry.c.person_id == person))


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
