"""Events: every change of state that is not the ordinary path of a message, in the change's own transaction.

The ordinary path (received, handled; waiting, sending, sent) stands in the inbox and outbox rows as moments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.prepared import insertion
from bot.store.tables import event

_INSERT = insertion(event, "subject", "subject_id", "was", "became", "actor_id", "detail", "at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change: `subject` is the table's name; `actor` a person, or None for the product itself."""

    subject: str
    subject_id: int | str
    was: str | None
    became: str
    actor: int | None = None
    detail: str | None = None


def note(connection: Connection, now: datetime, *events: Event) -> None:
    """Writes the events."""
    for each in events:
        _INSERT.change(
            connection,
            {
                "subject": each.subject,
                "subject_id": str(each.subject_id),
                "was": each.was,
                "became": each.became,
                "actor_id": each.actor,
                "detail": each.detail[:400] if each.detail else None,
                "at": now,
            },
        )


def of(connection: Connection, subject: str, subject_id: int | str) -> Sequence[Event]:
    """The events of one row, oldest first."""
    rows = connection.execute(
        select(event).where(event.c.subject == subject, event.c.subject_id == str(subject_id)).order_by(event.c.id)
    )
    return [
        Event(
            subject=row.subject,
            subject_id=row.subject_id,
            was=row.was,
            became=row.became,
            actor=row.actor_id,
            detail=row.detail,
        )
        for row in rows
    ]
