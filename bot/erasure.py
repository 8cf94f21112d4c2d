"""Forgetting a person: at once nothing of theirs is used any more, after the grace it is gone."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.store import audit, conversations, erasures, forgetting, roles, timers
from bot.store.audit import Entry
from bot.store.erasures import Pending
from bot.store.timers import Timer
from dialogs.own_data import GRACE_DAYS

KIND = "erasure"
"""Kind of the timers whose subject is a person to be forgotten."""
GRACE = timedelta(days=GRACE_DAYS)


def schedule(connection: Connection, person: int, now: datetime) -> Pending:
    """Begins the grace; where it has begun already, it ends when it would have."""
    known = erasures.pending(connection, person)
    if known is not None:
        return known
    # The step has emptied the conversation, but the turn has not saved it yet: here it is as it was.
    before = conversations.find(connection, person).but(side=None)
    made = Pending(person=person, state=before.model_dump_json(), asked_at=now, due_at=now + GRACE)
    erasures.begin(connection, made)
    timers.set_timer(connection, KIND, _subject(person), made.due_at, now)
    return made


def take_back(connection: Connection, person: int, now: datetime) -> bool:
    """Puts everything back as it was; False where no erasure is under way."""
    known = erasures.pending(connection, person)
    if known is None:
        return False
    stands = conversations.find(connection, person)
    restored = conversations.parse(known.state).but(revision=stands.revision + 1, language=stands.language, seen_at=now)
    conversations.save(connection, restored, stands.revision, now)
    _settle(connection, known, now)
    return True


def begin_anew(connection: Connection, person: int, now: datetime) -> bool:
    """The person agrees afresh instead of taking it back: what was before goes at once. False where none is due."""
    known = erasures.pending(connection, person)
    if known is None:
        return False
    forgetting.forget_past(connection, person, known.asked_at, now)
    _settle(connection, known, now)
    _note(connection, person, "begun anew", now)
    return True


def fire(connection: Connection, timer: Timer, now: datetime) -> None:
    """The end of the grace."""
    person = int(timer.subject.rsplit(" ", 1)[-1])
    known = erasures.pending(connection, person)
    if known is None or known.due_at > now:
        return
    if roles.of(connection, person):
        # Whoever works for a unit or the secretariat goes on doing so; what they gave as a candidate goes.
        forgetting.forget_past(connection, person, known.asked_at, now)
        erasures.end(connection, known)
    else:
        forgetting.forget_person(connection, person, now)
    _note(connection, person, "grace over", now)


def _settle(connection: Connection, known: Pending, now: datetime) -> None:
    erasures.end(connection, known)
    timers.cancel_timer(connection, KIND, _subject(known.person), now)


def _note(connection: Connection, person: int, detail: str, now: datetime) -> None:
    audit.write(connection, Entry(action="erased", actor=None, subject=f"person {person}", detail=detail), now)


def _subject(person: int) -> str:
    return f"person {person}"
