"""Export history: every workbook that was handed out, by whose request and with which filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.store.tables import attachment, export


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """A workbook that was made. `filters` is JSON; `digest` the SHA-256 of its rows."""

    requested_by: int | None
    campaign: str
    filters: str
    rows: int
    digest: bytes
    reference: str | None
    made_at: datetime


def note(connection: Connection, handed_out: HandedOut) -> None:
    """Writes it into the history."""
    connection.execute(
        insert(export).values(
            requested_by=handed_out.requested_by,
            campaign=handed_out.campaign,
            filters=handed_out.filters,
            rows=handed_out.rows,
            digest=handed_out.digest,
            reference=handed_out.reference,
            made_at=handed_out.made_at,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the history; `name` is '' once the file is no longer kept."""

    requested_by: int | None
    filters: str
    rows: int
    digest: str
    reference: str
    name: str
    made_at: datetime


def history(connection: Connection, limit: int = 50) -> Sequence[Entry]:
    """The newest exports, newest first."""
    rows = connection.execute(
        select(export, attachment.c.name.label("name"))
        .join(attachment, attachment.c.reference == export.c.reference, isouter=True)
        .order_by(export.c.id.desc())
        .limit(limit)
    )
    return [
        Entry(
            requested_by=row.requested_by,
            filters=row.filters,
            rows=row.rows,
            digest=row.digest.hex(),
            reference=row.reference or "",
            name=row.name or "",
            made_at=row.made_at,
        )
        for row in rows
    ]


def is_known(connection: Connection, reference: str) -> bool:
    """Whether the file is an export: nothing else may be fetched as one."""
    return connection.execute(select(export.c.id).where(export.c.reference == reference)).first() is not None
