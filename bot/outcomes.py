"""How the end of a send is written down: one row state, and what it says about the account."""

import random
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.channels.base import Later, Moved, NotSent, Refused, Result, Sent, Unknown, Unreachable, WindowClosed
from bot.store import outbox, people
from bot.store.claims import Parcel
from bot.store.states import OutboxState

log = structlog.get_logger(__name__)

ATTEMPTS = 20
"""Requests that never left, after which a message is `failed`: with the pauses below, an hour and a quarter."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 300.0


def pause(attempts: int, dice: random.Random) -> timedelta:
    """How long to wait after that many failed attempts: doubling, with jitter, within bounds."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=longest * dice.uniform(0.5, 1.0))


def record(connection: Connection, parcel: Parcel, result: Result, now: datetime, dice: random.Random) -> None:
    """Writes the result down; a second time it changes nothing."""
    match result:
        case Sent(message_id):
            outbox.end(connection, parcel.id, OutboxState.SENT, now, message_id=message_id or parcel.edits or None)
        case Later(seconds, chat_only):
            outbox.put_back(connection, parcel.id, "the platform asked to wait", counted=False)
            if chat_only:
                people.hold(connection, parcel.account, now + timedelta(seconds=seconds))
        case NotSent(reason):
            _again_or_failed(connection, parcel, reason, now, dice)
        case Unknown(reason):
            if parcel.edits:  # an edit shows the same however often it is made
                _again_or_failed(connection, parcel, reason, now, dice)
            else:
                outbox.end(connection, parcel.id, OutboxState.UNCERTAIN, now, reason=reason)
        case Unreachable(reason):
            if outbox.end(connection, parcel.id, OutboxState.UNREACHABLE, now, reason=reason):
                people.lost_touch(connection, parcel.account, reason, now)
        case WindowClosed(reason):
            outbox.end(connection, parcel.id, OutboxState.WINDOW_CLOSED, now, reason=reason)
        case Refused(reason):
            log.error("sender.refused", outbox=parcel.id, why=reason)
            outbox.end(connection, parcel.id, OutboxState.FAILED, now, reason=reason)
        case Moved(address):
            outbox.put_back(connection, parcel.id, "the chat has moved", counted=parcel.attempts > 1)
            people.moved(connection, parcel.account, address, now)


def _again_or_failed(connection: Connection, parcel: Parcel, reason: str, now: datetime, dice: random.Random) -> None:
    if parcel.attempts >= ATTEMPTS:
        outbox.end(connection, parcel.id, OutboxState.FAILED, now, reason=reason)
        return
    outbox.put_back(connection, parcel.id, reason)
    people.hold(connection, parcel.account, now + pause(parcel.attempts, dice))
