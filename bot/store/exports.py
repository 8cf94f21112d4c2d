"""Export history: every workbook that was handed out, by whose request and with which filters."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from bot.store.tables import export


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
