"""Retention: payloads of finished messages are cleared after a while, their rows deleted long after."""

from datetime import datetime

from sqlalchemy import Connection, Table, delete, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from bot.store.tables import event, inbox, outbox, timer

BATCH = 2000
"""Rows that one transaction touches at most in each table: it must not hold up turns."""


def clear_payloads(connection: Connection, before: datetime) -> int:
    """Clears what messages finished before that moment said; returns how many rows were touched (0: none is left)."""
    received = _oldest(inbox, inbox.c.handled_at < before, inbox.c.payload.is_not(None))
    sent = _oldest(outbox, outbox.c.finished_at < before, outbox.c.card.is_not(None))
    done = _oldest(timer, timer.c.finished_at < before, timer.c.payload.is_not(None))
    touched = connection.execute(update(inbox).where(inbox.c.id.in_(received)).values(payload=None)).rowcount
    touched += connection.execute(update(outbox).where(outbox.c.id.in_(sent)).values(card=None)).rowcount
    touched += connection.execute(update(timer).where(timer.c.id.in_(done)).values(payload=None)).rowcount
    return touched


def delete_rows(connection: Connection, before: datetime) -> int:
    """Deletes messages and timers finished before that moment, and events as old; returns how many.

    Rows are made in the order of their ids, so only the lowest ids are looked at.
    """
    deleted = 0
    for table, moment in (
        (outbox, outbox.c.finished_at),
        (inbox, inbox.c.handled_at),
        (timer, timer.c.finished_at),
        (event, event.c.at),
    ):
        rows = select(table.c.id, moment.label("moment")).where(_goes(table))
        lowest = rows.order_by(table.c.id).limit(BATCH).subquery()
        old = select(lowest.c.id).where(lowest.c.moment < before).scalar_subquery()
        deleted += connection.execute(delete(table).where(table.c.id.in_(old))).rowcount
    return deleted


def _goes(table: Table) -> ColumnElement[bool]:
    """The history of an application stays as long as the application."""
    return event.c.subject != "application" if table is event else true()


def _oldest(table: Table, moment: ColumnElement[bool], held: ColumnElement[bool]) -> ColumnElement[int]:
    return select(table.c.id).where(moment, held).limit(BATCH).scalar_subquery()
