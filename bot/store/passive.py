"""Messages that go out as the answer to a request of the platform, instead of by a request of ours.

While such a request is open the account is held (`account.hold_until`), so the sender leaves its messages alone; a
process that dies takes the hold with it only in so far as it runs out by itself. What is written into an answer is
`uncertain` from before it is written until it is known to have been; its `message_id` names the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from bot.channels.base import Arrival, Shipment
from bot.errors import OvertakenError
from bot.store import inbox as inbox_rows
from bot.store.columns import fixed
from bot.store.states import UNFINISHED, InboxStatus, Kind, OutboxState, Reachability
from bot.store.tables import account, conversation, inbox, outbox
from dialogs.cards import Card

MOST = 8
"""Messages that are looked at for one answer; it holds two or three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A request that is open: the message it brought, and how long its account is held for it."""

    inbox: int
    account: int
    lane: int
    received_at: datetime
    held_until: datetime
    first: bool
    """Whether the message is new; otherwise the platform delivers it again."""

    @property
    def name(self) -> str:
        """The beginning of the name of every answer to this message."""
        return f"passive:{self.inbox}:"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that may go into the answer; `before` names the answer that it went into already."""

    row: int
    shipment: Shipment
    before: str


@dataclass(frozen=True, slots=True)
class Look:
    """Whether the message had its turn, and what there is for the answer."""

    turned: bool
    waiting: tuple[Waiting, ...] = ()


def take_in(connection: Connection, arrival: Arrival, now: datetime, held_until: datetime) -> Ticket:
    """Stores the message if it is new, and holds its account."""
    taken = inbox_rows.take_in(connection, [arrival], now)
    row = connection.execute(
        select(inbox.c.id, inbox.c.account_id, inbox.c.person_id, inbox.c.received_at).where(
            inbox.c.channel == arrival.channel.value, inbox.c.external_id == arrival.external_id
        )
    ).one()
    _hold(connection, row.account_id, held_until)
    return Ticket(
        inbox=row.id,
        account=row.account_id,
        lane=row.person_id,
        received_at=row.received_at,
        held_until=held_until,
        first=bool(taken.lanes),
    )


def look(connection: Connection, ticket: Ticket, now: datetime) -> Look:
    """What there is for the answer: what an earlier one held that did not arrive, else whatever waits, in order."""
    status = connection.execute(select(inbox.c.status).where(inbox.c.id == ticket.inbox)).scalar_one()
    if status is InboxStatus.WAITING:
        return Look(turned=False)
    again = [] if ticket.first else _answered_with(connection, ticket)
    return Look(turned=True, waiting=tuple(again or _next(connection, ticket.account, now)))


def claim(connection: Connection, waiting: Sequence[Waiting], answer: str, now: datetime) -> None:
    """Marks messages as being in that answer; raises OvertakenError, and changes nothing, where one was taken."""
    for each in waiting:
        mark = update(outbox).where(outbox.c.id == each.row)
        if each.before:
            mark = mark.where(outbox.c.message_id == each.before)
        else:
            mark = mark.where(outbox.c.state == fixed(OutboxState.WAITING)).values(attempts=outbox.c.attempts + 1)
        values = {"state": OutboxState.UNCERTAIN, "message_id": answer, "sending_at": now, "finished_at": now}
        if connection.execute(mark.values(**values, reason="in an answer that was being written")).rowcount != 1:
            raise OvertakenError(f"the message {each.row} went another way")


def arrived(connection: Connection, ticket: Ticket, answer: str, now: datetime) -> None:
    """The answer was written: what it held is sent."""
    connection.execute(
        update(outbox).where(_in_answer(ticket, answer)).values(state=OutboxState.SENT, finished_at=now, reason=None)
    )


def came_back(connection: Connection, ticket: Ticket, answer: str) -> None:
    """The answer was certainly not written: what it held waits again."""
    connection.execute(
        update(outbox)
        .where(_in_answer(ticket, answer))
        .values(
            state=OutboxState.WAITING, message_id=None, sending_at=None, finished_at=None, reason="connection was cut"
        )
    )


def release(connection: Connection, ticket: Ticket, latest: datetime) -> None:
    """Ends the hold of this request, and older ones that end before `latest`."""
    connection.execute(
        update(account)
        .where(
            account.c.id == ticket.account,
            or_(account.c.hold_until == ticket.held_until, account.c.hold_until <= latest),
        )
        .values(hold_until=None)
    )


def extend(connection: Connection, ticket: Ticket, until: datetime) -> None:
    """Holds the account until then: the platform will come again."""
    _hold(connection, ticket.account, until)


def _hold(connection: Connection, account_id: int, until: datetime) -> None:
    connection.execute(
        update(account)
        .where(account.c.id == account_id, or_(account.c.hold_until.is_(None), account.c.hold_until < until))
        .values(hold_until=until)
    )


_SHIPPED = (
    select(
        outbox.c.id,
        outbox.c.card,
        outbox.c.language,
        outbox.c.message_id,
        outbox.c.state,
        account.c.address,
        conversation.c.id.label("conversation"),
    )
    .join(account, account.c.id == outbox.c.account_id)
    .join(conversation, conversation.c.person_id == account.c.person_id)
)
_ORDER = (outbox.c.priority, outbox.c.id)


def _answered_with(connection: Connection, ticket: Ticket) -> list[Waiting]:
    # What answers this message was made after it; the account's rows are in order of their ids.
    rows = connection.execute(
        _SHIPPED.where(
            outbox.c.account_id == ticket.account,
            outbox.c.finished_at >= ticket.received_at,
            outbox.c.message_id.startswith(ticket.name, autoescape=True),
            outbox.c.state.in_([fixed(OutboxState.SENT), fixed(OutboxState.UNCERTAIN)]),
            outbox.c.card.is_not(None),
        ).order_by(*_ORDER)
    )
    return [_waiting(row) for row in rows]


def _next(connection: Connection, account_id: int, now: datetime) -> list[Waiting]:
    """What waits for the account and may be sent now; nothing while the sender is at it."""
    rows = connection.execute(
        _SHIPPED.where(
            outbox.c.account_id == account_id,
            outbox.c.state.in_([fixed(each) for each in UNFINISHED]),
            or_(
                outbox.c.state == fixed(OutboxState.SENDING),
                and_(
                    outbox.c.state == fixed(OutboxState.WAITING),
                    outbox.c.due_at <= now,
                    or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > now),
                    account.c.reachability == Reachability.REACHABLE,
                    or_(outbox.c.kind != Kind.BROADCAST, account.c.opted_out_at.is_(None)),
                ),
            ),
        )
        .order_by(*_ORDER)
        .limit(MOST)
    ).all()
    return [] if any(row.state is OutboxState.SENDING for row in rows) else [_waiting(row) for row in rows]


def _waiting(row: Any) -> Waiting:
    shipment = Shipment(
        address=row.address,
        card=Card.model_validate_json(row.card),
        language=row.language,
        conversation=row.conversation,
    )
    return Waiting(row.id, shipment, row.message_id or "")


def _in_answer(ticket: Ticket, answer: str) -> ColumnElement[bool]:
    return and_(
        outbox.c.account_id == ticket.account,
        outbox.c.message_id == answer,
        outbox.c.state == fixed(OutboxState.UNCERTAIN),
    )
