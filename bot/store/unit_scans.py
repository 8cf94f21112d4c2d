"""Scans of stamped prints, kept with the unit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.store.attachments import Attachment
from bot.store.tables import unit_scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One file."""

    id: int
    name: str
    media_type: str
    content: bytes = field(repr=False)
    at: datetime


def keep(connection: Connection, unit_id: int, file: Attachment, media_type: str, now: datetime) -> None:
    """Stores a copy that is the unit's; whose message it came with may be forgotten."""
    connection.execute(
        insert(unit_scan).values(
            unit_id=unit_id,
            name=file.name,
            media_type=media_type,
            content=file.content,
            handed_in_by=file.person,
            at=now,
        )
    )


def of(connection: Connection, unit_id: int) -> Sequence[Scan]:
    """The unit's scans, the newest first."""
    rows = connection.execute(select(unit_scan).where(unit_scan.c.unit_id == unit_id).order_by(unit_scan.c.id.desc()))
    return [Scan(id=row.id, name=row.name, media_type=row.media_type, content=row.content, at=row.at) for row in rows]
