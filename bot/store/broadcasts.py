"""Broadcasts and their recipients as rows: drafts, states, who is next, figures that add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    type_coerce,
    update,
)

from bot.channels.base import ChannelName
from bot.store import audiences, events
from bot.store.audiences import Who
from bot.store.columns import Moment, fixed
from bot.store.events import Event
from bot.store.states import OutboxState
from bot.store.tables import broadcast as table
from bot.store.tables import delivery, delivery_lead, outbox
from domain.audience import Audience
from domain.broadcast import (
    UNFINISHED,
    BroadcastState,
    DeliveryState,
    Hand,
    Report,
    broadcast_rules,
    change_broadcast,
)

NO_ACCOUNT = "no chat account"
FORGOTTEN = "forgotten"
_OPEN_DRAFTS = (BroadcastState.DRAFT, BroadcastState.TESTED)
_WAIT = update(delivery).where(delivery.c.id == bindparam("row")).values(not_before=bindparam("until"))
_HAND_OVER = update(delivery).where(delivery.c.id == bindparam("row")).values(outbox_id=bindparam("message"))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One recipient's share."""

    id: int
    who: Who
    state: DeliveryState
    detail: str


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


def recruit(connection: Connection, number: int, audience: Audience, campaign: str, now: datetime) -> int:
    """Makes the recipients' rows, in the database itself; returns how many. To be called once, when it starts."""
    people = audiences.people(audience, campaign).subquery()
    reachable = people.c.person_id.is_not(None)
    rows = select(
        literal(number),
        people.c.person_id,
        people.c.candidate_id,
        case((reachable, fixed(DeliveryState.WAITING)), else_=fixed(DeliveryState.UNREACHABLE)),
        case((reachable, null()), else_=literal(NO_ACCOUNT)),
        case((reachable, type_coerce(null(), Moment)), else_=literal(now, Moment())),
    ).order_by(people.c.person_id, people.c.candidate_id)
    columns = ["broadcast_id", "person_id", "candidate_id", "state", "detail", "finished_at"]
    connection.execute(insert(delivery).from_select(columns, rows))
    count = select(func.count()).where(delivery.c.broadcast_id == number)
    return int(connection.execute(count).scalar_one())


def unsent(connection: Connection, number: int, now: datetime, limit: int) -> Sequence[tuple[int, Who]]:
    """(delivery, who) of the next recipients of whom nothing is in the outbox and whose quiet hours are over."""
    rows = connection.execute(
        select(delivery.c.id, delivery.c.person_id, delivery.c.candidate_id)
        .where(
            delivery.c.broadcast_id == number,
            delivery.c.state == fixed(DeliveryState.WAITING),
            delivery.c.outbox_id.is_(None),
            or_(delivery.c.not_before.is_(None), delivery.c.not_before <= now),
        )
        .order_by(delivery.c.id)
        .limit(limit)
    )
    return [(row.id, (row.person_id, row.candidate_id)) for row in rows]


def quiet_until(connection: Connection, number: int) -> datetime | None:
    """When the next of those who wait for the end of their quiet hours may be written to."""
    earliest: datetime | None = connection.execute(
        select(func.min(delivery.c.not_before)).where(
            delivery.c.broadcast_id == number,
            delivery.c.state == fixed(DeliveryState.WAITING),
            delivery.c.outbox_id.is_(None),
        )
    ).scalar_one()
    return earliest


def under_way(connection: Connection, number: int) -> int:
    """How many of its messages a sender has still to deal with; the chat page's wait for people, not for a sender."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(delivery.join(outbox, outbox.c.id == delivery.c.outbox_id))
            .where(
                delivery.c.broadcast_id == number,
                delivery.c.state.in_(UNFINISHED),
                outbox.c.channel != ChannelName.WEB,
            )
        ).scalar_one()
    )


def wait_until(connection: Connection, moments: Mapping[int, datetime]) -> None:
    """These deliveries wait for the end of quiet hours."""
    if moments:
        rows = [{"row": row, "until": until} for row, until in moments.items()]
        connection.execute(_WAIT, rows)


def handed_over(connection: Connection, rows: Mapping[int, Sequence[int]]) -> None:
    """These deliveries are in the outbox: delivery -> its messages, of which the last one tells how it ended."""
    leads = [{"outbox_id": message, "delivery_id": row} for row, messages in rows.items() for message in messages[:-1]]
    if rows:
        connection.execute(_HAND_OVER, [{"row": row, "message": messages[-1]} for row, messages in rows.items()])
    if leads:
        connection.execute(insert(delivery_lead), leads)


def end(connection: Connection, rows: Sequence[int], state: DeliveryState, detail: str, now: datetime) -> None:
    """Ends deliveries of which nothing is in the outbox."""
    connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(rows), delivery.c.state == DeliveryState.WAITING, delivery.c.outbox_id.is_(None))
        .values(state=state, detail=detail, finished_at=now)
    )


def take_back(connection: Connection, number: int) -> None:
    """What waits in the outbox leaves it again: its recipients wait as if it had never been there."""
    connection.execute(delete(outbox).where(outbox.c.id.in_(_not_begun(connection, number))))


def cancel_waiting(connection: Connection, number: int, now: datetime) -> None:
    """Everyone whose turn has not come is cancelled; what is being sent just now ends as it ends."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(_not_begun(connection, number)))
        .values(state=OutboxState.CANCELLED, reason="the broadcast was cancelled", finished_at=now)
    )
    connection.execute(
        update(delivery)
        .where(
            delivery.c.broadcast_id == number,
            delivery.c.state == fixed(DeliveryState.WAITING),
            delivery.c.outbox_id.is_(None),
        )
        .values(state=DeliveryState.CANCELLED, finished_at=now)
    )


def expire(connection: Connection, number: int, now: datetime) -> None:
    """Messages that nobody fetched in time (the chat page's) end."""
    connection.execute(
        update(outbox)
        .where(_waits_in_outbox(number), outbox.c.expires_at <= now)
        .values(state=OutboxState.EXPIRED, reason="not fetched in time", finished_at=now)
    )


def report(connection: Connection, seen: Broadcast) -> Report:
    """How many recipients are in each state; raises ReportError where they do not add up to those it began with."""
    rows = connection.execute(
        select(delivery.c.state, func.count()).where(delivery.c.broadcast_id == seen.id).group_by(delivery.c.state)
    )
    return Report(audience=seen.recipients or 0, counts={row[0]: row[1] for row in rows})


def deliveries(
    connection: Connection, number: int, states: Sequence[DeliveryState], after: int = 0, limit: int = 500
) -> Sequence[Delivery]:
    """Recipients in one of these states, a page at a time in the order of their ids."""
    rows = connection.execute(
        select(delivery)
        .where(delivery.c.broadcast_id == number, delivery.c.state.in_(states), delivery.c.id > after)
        .order_by(delivery.c.id)
        .limit(limit)
    )
    return [
        Delivery(id=row.id, who=(row.person_id, row.candidate_id), state=row.state, detail=row.detail or "")
        for row in rows
    ]


def _waits_in_outbox(number: int) -> Any:
    theirs = exists().where(delivery.c.outbox_id == outbox.c.id, delivery.c.broadcast_id == number)
    return (outbox.c.state == fixed(OutboxState.WAITING)) & theirs


def _not_begun(connection: Connection, number: int) -> list[int]:
    """The messages of those of whose messages none has been begun, locked against being begun."""
    lead = (
        select(delivery_lead.c.outbox_id, delivery_lead.c.delivery_id)
        .join(delivery, delivery.c.id == delivery_lead.c.delivery_id)
        .where(delivery.c.broadcast_id == number, delivery.c.state.in_(UNFINISHED))
    )
    last = select(delivery.c.outbox_id, delivery.c.id.label("delivery_id")).where(
        delivery.c.broadcast_id == number, delivery.c.state.in_(UNFINISHED), delivery.c.outbox_id.is_not(None)
    )
    owner = {row.outbox_id: row.delivery_id for row in connection.execute(lead.union_all(last))}
    states = connection.execute(
        select(outbox.c.id, outbox.c.state)
        .where(or_(outbox.c.id.in_(lead.with_only_columns(delivery_lead.c.outbox_id)), _is_last(number)))
        .order_by(outbox.c.id)
        .with_for_update()
    ).all()
    begun = {owner.get(row.id) for row in states if row.state is not OutboxState.WAITING}
    return [row.id for row in states if owner.get(row.id) not in begun]


def _is_last(number: int) -> Any:
    return exists().where(
        delivery.c.outbox_id == outbox.c.id, delivery.c.broadcast_id == number, delivery.c.state.in_(UNFINISHED)
    )


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
