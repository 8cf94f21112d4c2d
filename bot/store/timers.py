"""Timers: rows with a due time, fired exactly once by any worker; slow work is a timer that is due at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.store import events
from bot.store.bells import TIMERS
from bot.store.columns import fixed
from bot.store.events import Event
from bot.store.jobs import ring_after
from bot.store.prepared import Prepared
from bot.store.states import TimerState
from bot.store.tables import timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A due timer. `payload` is text that the kind's own code reads (JSON)."""

    id: int
    kind: str
    subject: str
    payload: str
    due_at: datetime
    attempts: int


_WAITS = timer.c.state == fixed(TimerState.WAITING)
_DUE = (
    select(timer.c.id)
    .where(
        _WAITS,
        timer.c.due_at <= bindparam("now"),
        timer.c.kind.in_(bindparam("kinds", expanding=True)),
        timer.c.id.not_in(bindparam("busy", expanding=True)),
    )
    .order_by(timer.c.due_at)
    .limit(bindparam("limit"))
)
_NAMED = (timer.c.kind == bindparam("kind"), timer.c.subject == bindparam("subject"), _WAITS)
_MOVE = Prepared(
    update(timer).where(*_NAMED).values(due_at=bindparam("due_at"), payload=bindparam("payload")).returning(timer.c.id)
)
_MAKE = Prepared(
    insert(timer)
    .values(
        kind=bindparam("kind"),
        subject=bindparam("subject"),
        payload=bindparam("payload"),
        due_at=bindparam("due_at"),
        state=TimerState.WAITING,
        created_at=bindparam("now"),
    )
    .returning(timer.c.id)
)
_CANCEL = Prepared(update(timer).where(*_NAMED).values(state=TimerState.CANCELLED, finished_at=bindparam("now")))
_TAKE = select(timer).where(timer.c.id == bindparam("timer"), _WAITS).with_for_update(skip_locked=True)


def set_timer(
    connection: Connection, kind: str, subject: str, due_at: datetime, now: datetime, payload: str = ""
) -> int:
    """Makes the (kind, subject) timer due at that moment, whether it waits already or not; returns its id."""
    if due_at <= now:
        ring_after(connection, TIMERS)
    given = {"kind": kind, "subject": subject, "payload": payload, "due_at": due_at}
    row = _MOVE.row(connection, given) or _MAKE.row(connection, given | {"now": now})
    assert row is not None  # noqa: S101 - an insertion returns its row
    return int(row[0])


def keep_timer(connection: Connection, kind: str, subject: str, due_at: datetime, now: datetime) -> None:
    """Sets the timer unless one waits already (the recurring ones, at every start)."""
    waits = select(timer.c.id).where(timer.c.kind == kind, timer.c.subject == subject, _WAITS)
    if connection.execute(waits).first() is None:
        set_timer(connection, kind, subject, due_at, now)


def cancel_timer(connection: Connection, kind: str, subject: str, now: datetime) -> bool:
    """Withdraws it; False where none waits."""
    return _CANCEL.change(connection, {"kind": kind, "subject": subject, "now": now}) > 0


def due(connection: Connection, now: datetime, kinds: Collection[str], busy: Collection[int], limit: int) -> list[int]:
    """Ids of due timers of these kinds that are not `busy`, the most overdue first."""
    return list(
        connection.execute(_DUE, {"now": now, "kinds": list(kinds), "busy": list(busy), "limit": limit}).scalars()
    )


def take(connection: Connection, timer_id: int) -> Timer | None:
    """The timer if it still waits; on PostgreSQL it is locked until the transaction ends (None: another has it)."""
    row = connection.execute(_TAKE, {"timer": timer_id}).one_or_none()
    if row is None:
        return None
    return Timer(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        payload=row.payload or "",
        due_at=row.due_at,
        attempts=row.attempts,
    )


def fired(connection: Connection, timer_id: int, now: datetime) -> bool:
    """Marks it fired; False where it no longer waits (then nothing of its work may be kept)."""
    changed = connection.execute(
        update(timer).where(timer.c.id == timer_id, _WAITS).values(state=TimerState.FIRED, finished_at=now)
    )
    return changed.rowcount == 1


def put_off(connection: Connection, timer_id: int, until: datetime) -> int:
    """A failed attempt: tried again then. Returns how many have failed."""
    return (
        connection.execute(
            update(timer)
            .where(timer.c.id == timer_id, _WAITS)
            .values(attempts=timer.c.attempts + 1, due_at=until)
            .returning(timer.c.attempts)
        ).scalar_one_or_none()
        or 0
    )


def give_up(connection: Connection, timer_id: int, reason: str, now: datetime) -> None:
    """Ends it as failed."""
    connection.execute(
        update(timer).where(timer.c.id == timer_id, _WAITS).values(state=TimerState.FAILED, finished_at=now)
    )
    events.note(
        connection,
        now,
        Event(subject="timer", subject_id=timer_id, was=TimerState.WAITING, became=TimerState.FAILED, detail=reason),
    )


def next_due(connection: Connection, kinds: Collection[str], busy: Collection[int]) -> datetime | None:
    """When the next timer of these kinds that is not `busy` is due."""
    earliest: datetime | None = connection.execute(
        select(func.min(timer.c.due_at)).where(_WAITS, timer.c.kind.in_(kinds), timer.c.id.not_in(busy))
    ).scalar_one()
    return earliest


def count_waiting(connection: Connection, kinds: Collection[str]) -> int:
    """How many timers of these kinds wait or are at work."""
    query = select(func.count()).select_from(timer).where(_WAITS, timer.c.kind.in_(kinds))
    return int(connection.execute(query).scalar_one())
