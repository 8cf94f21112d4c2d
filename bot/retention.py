"""The retention timer: every day, in small steps, what finished messages said is cleared."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import campaign_retention
from bot.store import attachments, retention
from bot.store.timers import Timer, keep_timer
from bot.timers import Fire

KIND = "retention"
EVERY = timedelta(days=1)
NEXT_STEP = timedelta(seconds=1)
ROWS_KEPT = 12
"""Rows without their payload stay for that many times the retention: duplicates are known, reports add up."""


def retain(days: int) -> Fire:
    """What the timer does: clears payloads older than `days`, deletes rows ROWS_KEPT times as old."""

    def fire(connection: Connection, _: Timer, now: datetime) -> datetime:
        touched = retention.clear_payloads(connection, now - timedelta(days=days))
        touched += retention.delete_rows(connection, now - timedelta(days=days * ROWS_KEPT))
        touched += attachments.forget_expired(connection, now)
        return now + (NEXT_STEP if touched else EVERY)

    return fire


def begin(connection: Connection, now: datetime) -> None:
    """Sets the timers at a start, unless they wait already."""
    keep_timer(connection, KIND, "messages", now + timedelta(minutes=1), now)
    campaign_retention.begin(connection, now)
