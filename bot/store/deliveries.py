"""A broadcast's recipients as rows: who is next, what is in the outbox, how each ended, figures that add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
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
from bot.store import audiences
from bot.store.audiences import Who
from bot.store.broadcasts import Broadcast
from bot.store.columns import Moment, fixed
from bot.store.states import OutboxState
from bot.store.tables import delivery, delivery_lead, outbox
from domain.audience import Audience
from domain.broadcast import UNFINISHED, DeliveryState, Report

NO_ACCOUNT = "no chat account"
FORGOTTEN = "forgotten"
_WAIT = update(delivery).where(delivery.c.id == bindparam("row")).values(not_before=bindparam("until"))
_HAND_OVER = update(delivery).where(delivery.c.id == bindparam("row")).values(outbox_id=bindparam("message"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One recipient's share."""

    id: int
    who: Who
    state: DeliveryState
    detail: str


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


def page(
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
