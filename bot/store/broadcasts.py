"""Broadcasts as rows: drafts, texts, audiences, states."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    insert,
    select,
    update,
)

from bot.store import events
from bot.store.events import Event
from bot.store.tables import broadcast as table
from domain.audience import Audience
from domain.broadcast import (
    BroadcastState,
    Hand,
    broadcast_rules,
    change_broadcast,
)

_OPEN_DRAFTS = (BroadcastState.DRAFT, BroadcastState.TESTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """A broadcast as it stands. `recipients` is how many delivery rows it has, once it was started."""

    id: int
    author: int | None
    account: int | None
    approved_by: int | None
    text: str
    audience: Audience
    state: BroadcastState
    recipients: int | None
    starts_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether it is cancelled or finished."""
        return self.finished_at is not None


def find(connection: Connection, number: int, *, lock: bool = False) -> Broadcast | None:
    """The broadcast; `lock` keeps others from changing it before the transaction ends."""
    query = select(table).where(table.c.id == number)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return _broadcast(row) if row is not None else None


def listing(connection: Connection, limit: int = 50) -> Sequence[Broadcast]:
    """The newest first, drafts that were never tested left out."""
    query = select(table).where(table.c.state != BroadcastState.DRAFT).order_by(table.c.id.desc()).limit(limit)
    return [_broadcast(row) for row in connection.execute(query)]


def draft(
    connection: Connection, author: int | None, account: int | None, text: str, audience: Audience, now: datetime
) -> Broadcast:
    """The author's one draft with this text and audience; a change of either makes it untested."""
    query = (
        select(table).where(table.c.author_id == author, table.c.state.in_(_OPEN_DRAFTS)).order_by(table.c.id.desc())
    )
    row = connection.execute(query.limit(1).with_for_update()).one_or_none() if author is not None else None
    if row is None:
        values = {
            "author_id": author,
            "account_id": account,
            "text": text,
            "audience": audience.model_dump_json(),
            "state": BroadcastState.DRAFT,
            "created_at": now,
        }
        made = connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
        return _must_find(connection, made)
    known = _broadcast(row)
    if (known.text, known.audience) != (text, audience):
        connection.execute(
            update(table)
            .where(table.c.id == known.id)
            .values(text=text, audience=audience.model_dump_json(), account_id=account, state=BroadcastState.DRAFT)
        )
    return _must_find(connection, known.id)


def tested(connection: Connection, author: int, text: str, audience: Audience) -> Broadcast | None:
    """The author's draft, if this text and audience are what was tested."""
    query = select(table).where(table.c.author_id == author, table.c.state == BroadcastState.TESTED)
    rows = connection.execute(query.order_by(table.c.id.desc()).with_for_update()).all()
    return next((each for each in map(_broadcast, rows) if (each.text, each.audience) == (text, audience)), None)


def set_start(connection: Connection, seen: Broadcast, starts_at: datetime | None, account: int) -> Broadcast:
    """When it is to begin (None: at once), and where its progress is to be shown."""
    connection.execute(update(table).where(table.c.id == seen.id).values(starts_at=starts_at, account_id=account))
    return _must_find(connection, seen.id)


def approved(connection: Connection, seen: Broadcast, by: int) -> Broadcast:
    """Keeps who approved it."""
    connection.execute(update(table).where(table.c.id == seen.id).values(approved_by=by))
    return _must_find(connection, seen.id)


def change(
    connection: Connection,
    seen: Broadcast,
    to: BroadcastState,
    hand: Hand,
    now: datetime,
    *,
    actor: int | None = None,
    **values: Any,
) -> Broadcast | None:
    """Changes the state; None where somebody else was faster. Raises TransitionError where there is no such change."""
    change_broadcast(seen.state, to, hand)
    if to in (each.id for each in broadcast_rules().states if each.final):
        values["finished_at"] = now
    changed = connection.execute(
        update(table).where(table.c.id == seen.id, table.c.state == seen.state).values(state=to, **values)
    )
    if not changed.rowcount:
        return None
    events.note(connection, now, Event(subject="broadcast", subject_id=seen.id, was=seen.state, became=to, actor=actor))
    return _must_find(connection, seen.id)


def _must_find(connection: Connection, number: int) -> Broadcast:
    found = find(connection, number)
    assert found is not None  # noqa: S101 - it was written a moment ago
    return found


def _broadcast(row: Row[Any]) -> Broadcast:
    return Broadcast(
        id=row.id,
        author=row.author_id,
        account=row.account_id,
        approved_by=row.approved_by,
        text=row.text,
        audience=Audience.model_validate_json(row.audience),
        state=row.state,
        recipients=row.recipients,
        starts_at=row.starts_at,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
