"""Files: what people sent, and what was made for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.tables import attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A stored file; `reference` is its name everywhere else."""

    reference: str
    person: int
    name: str
    media_type: str
    content: bytes = field(repr=False)


def put(
    connection: Connection,
    person: int,
    name: str,
    media_type: str,
    content: bytes,
    now: datetime,
    *,
    inbox_row: int | None = None,
    position: int = 0,
    expires_at: datetime | None = None,
) -> str:
    """Stores a file and returns its reference. One that came with a message is stored once by its place in it."""
    if inbox_row is not None:
        known = connection.execute(
            select(attachment.c.reference).where(attachment.c.inbox_id == inbox_row, attachment.c.position == position)
        ).scalar_one_or_none()
        if known is not None:
            return str(known)
    reference = token_hex(16)
    connection.execute(
        insert(attachment).values(
            reference=reference,
            person_id=person,
            inbox_id=inbox_row,
            position=position,
            name=name,
            media_type=media_type,
            size=len(content),
            content=content,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return reference


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came with a message; `media_type` is what its content says, '' for what is of no known kind."""

    reference: str
    media_type: str


def received(connection: Connection, inbox_row: int) -> list[Received]:
    """The files that came with a message, in their order."""
    query = select(attachment.c.reference, attachment.c.media_type).where(attachment.c.inbox_id == inbox_row)
    return [Received(*row) for row in connection.execute(query.order_by(attachment.c.position))]


def assign(connection: Connection, person: int, references: Sequence[str], kind: str) -> int:
    """Makes the person's own files part of their application, kept as long as it; returns how many were theirs."""
    return connection.execute(
        update(attachment)
        .where(attachment.c.person_id == person, attachment.c.reference.in_(references))
        .values(kind=kind, expires_at=None)
    ).rowcount


def find(connection: Connection, reference: str) -> Attachment | None:
    """The file; None where it has been deleted."""
    row = connection.execute(select(attachment).where(attachment.c.reference == reference)).one_or_none()
    if row is None:
        return None
    return Attachment(
        reference=row.reference,
        person=row.person_id,
        name=row.name,
        media_type=row.media_type,
        content=row.content,
    )


def forget_expired(connection: Connection, now: datetime) -> int:
    """Deletes files whose time is over; returns how many."""
    return connection.execute(delete(attachment).where(attachment.c.expires_at <= now)).rowcount
