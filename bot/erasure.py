"""Forgetting a person: at once nothing of theirs is used any more, after the grace it is gone."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.store import timers

ERASURE = "erasure"
"""Kind of the timers whose subject is a person to be erased."""
GRACE = timedelta(days=7)


def schedule(connection: Connection, person: int, now: datetime) -> None:
    """Begins the grace."""
    timers.set_timer(connection, ERASURE, f"person {person}", now + GRACE, now)
