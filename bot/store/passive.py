"""Messages that go out as the answer to a request of the platform, instead of by a request of ours.

While such a request is open the account is held (`account.hold_until`), so the sender leaves its messages alone; a
process that dies takes the hold with it only in so far as it runs out by itself. What is written into an answer is
`uncertain` from before it is written until it is known to have been; its `message_id` names the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from bot.channels.base import Arrival, Shipment
from bot.channels.wechat_windows import Trigger, Window, opened
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


_FOUND = (
    select(
        inbox.c.id,
        inbox.c.account_id,
        inbox.c.person_id,
        inbox.c.received_at,
        account.c.hold_until,
        account.c.window_until,
        account.c.window_left,
    )
    .join(account, account.c.id == inbox.c.account_id)
    .where(inbox.c.channel == bindparam("source"), inbox.c.external_id == bindparam("name"))
    .with_for_update(of=account)
)
_HOLD_AND_WINDOW = (
    update(account)
    .where(account.c.id == bindparam("owner"))
    .values(hold_until=bindparam("hold"), window_until=bindparam("until"), window_left=bindparam("left"))
)
_STATUS = select(inbox.c.status).where(inbox.c.id == bindparam("row"))
_TAKE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.state == fixed(OutboxState.WAITING))
    .values(
        state=OutboxState.UNCERTAIN,
        message_id=bindparam("answer"),
        sending_at=bindparam("now"),
        finished_at=bindparam("now"),
        attempts=outbox.c.attempts + 1,
        reason="in an answer that was being written",
    )
)
_TAKE_AGAIN = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.message_id == bindparam("before"))
    .values(
        state=OutboxState.UNCERTAIN,
        message_id=bindparam("answer"),
        sending_at=bindparam("now"),
        finished_at=bindparam("now"),
        reason="in an answer that was being written",
    )
)
_in_answer = and_(
    outbox.c.account_id == bindparam("owner"),
    outbox.c.message_id == bindparam("answer"),
    outbox.c.state == fixed(OutboxState.UNCERTAIN),
)
_ARRIVED = update(outbox).where(_in_answer).values(state=OutboxState.SENT, finished_at=bindparam("now"), reason=None)
_CAME_BACK = (
    update(outbox)
    .where(_in_answer)
    .values(
        state=OutboxState.WAITING,
        message_id=None,
        sending_at=None,
        finished_at=None,
        attempts=outbox.c.attempts - 1,
        reason="connection was cut",
    )
)
_RELEASE = (
    update(account)
    .where(
        account.c.id == bindparam("owner"),
        or_(account.c.hold_until == bindparam("held"), account.c.hold_until <= bindparam("latest")),
    )
    .values(hold_until=None)
)
_EXTEND = (
    update(account)
    .where(
        account.c.id == bindparam("owner"),
        or_(account.c.hold_until.is_(None), account.c.hold_until < bindparam("until")),
    )
    .values(hold_until=bindparam("until"))
)


def take_in(
    connection: Connection, arrival: Arrival, trigger: Trigger | None, now: datetime, held_until: datetime
) -> Ticket:
    """Stores the message if it is new, with what it does to the reply window, and holds its account."""
    first = bool(inbox_rows.take_in(connection, [arrival], now).lanes)
    row = connection.execute(_FOUND, {"source": arrival.channel.value, "name": arrival.external_id}).one()
    window = None if row.window_until is None else Window(row.window_until, row.window_left or 0)
    if first and trigger is not None:
        window = opened(window, trigger, now)
    connection.execute(
        _HOLD_AND_WINDOW,
        {
            "owner": row.account_id,
            "hold": held_until if row.hold_until is None else max(held_until, row.hold_until),
            "until": window.until if window else None,
            "left": window.left if window else None,
        },
    )
    return Ticket(
        inbox=row.id,
        account=row.account_id,
        lane=row.person_id,
        received_at=row.received_at,
        held_until=held_until,
        first=first,
    )


def look(connection: Connection, ticket: Ticket, now: datetime) -> Look:
    """What there is for the answer: what an earlier one held that did not arrive, else whatever waits, in order."""
    if connection.execute(_STATUS, {"row": ticket.inbox}).scalar_one() is InboxStatus.WAITING:
        return Look(turned=False)
    again = [] if ticket.first else _answered_with(connection, ticket)
    return Look(turned=True, waiting=tuple(again or _next(connection, ticket.account, now)))


def claim(connection: Connection, waiting: Sequence[Waiting], answer: str, now: datetime) -> None:
    """Marks messages as being in that answer; raises OvertakenError, and changes nothing, where one was taken."""
    for each in waiting:
        values = {"row": each.row, "answer": answer, "now": now}
        if each.before:
            marked = connection.execute(_TAKE_AGAIN, values | {"before": each.before})
        else:
            marked = connection.execute(_TAKE, values)
        if marked.rowcount != 1:
            raise OvertakenError(f"the message {each.row} went another way")


def arrived(connection: Connection, ticket: Ticket, answer: str, now: datetime) -> None:
    """The answer was written: what it held is sent."""
    connection.execute(_ARRIVED, {"owner": ticket.account, "answer": answer, "now": now})


def came_back(connection: Connection, ticket: Ticket, answer: str) -> None:
    """The answer was certainly not written: what it held waits again."""
    connection.execute(_CAME_BACK, {"owner": ticket.account, "answer": answer})


def release(connection: Connection, ticket: Ticket, latest: datetime) -> None:
    """Ends the hold of this request, and older ones that end before `latest`."""
    connection.execute(_RELEASE, {"owner": ticket.account, "held": ticket.held_until, "latest": latest})


def extend(connection: Connection, ticket: Ticket, until: datetime) -> None:
    """Holds the account until then: the platform will come again."""
    connection.execute(_EXTEND, {"owner": ticket.account, "until": until})


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
# What answers a message was made after it; the account's rows are in order of their ids.
_AGAIN = _SHIPPED.where(
    outbox.c.account_id == bindparam("owner"),
    outbox.c.finished_at >= bindparam("received"),
    outbox.c.message_id.startswith(bindparam("answers")),
    outbox.c.state.in_([fixed(OutboxState.SENT), fixed(OutboxState.UNCERTAIN)]),
    outbox.c.card.is_not(None),
).order_by(*_ORDER)
_NEXT = (
    _SHIPPED.where(
        outbox.c.account_id == bindparam("owner"),
        outbox.c.state.in_([fixed(each) for each in UNFINISHED]),
        # Broadcasts keep to the sender's pace, and their deliveries know no way back from `uncertain`.
        outbox.c.kind != Kind.BROADCAST,
        or_(
            outbox.c.state == fixed(OutboxState.SENDING),
            and_(
                outbox.c.due_at <= bindparam("now"),
                or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > bindparam("now")),
                account.c.reachability == Reachability.REACHABLE,
            ),
        ),
    )
    .order_by(*_ORDER)
    .limit(MOST)
)


def _answered_with(connection: Connection, ticket: Ticket) -> list[Waiting]:
    values = {"owner": ticket.account, "received": ticket.received_at, "answers": ticket.name}
    return [_waiting(row) for row in connection.execute(_AGAIN, values)]


def _next(connection: Connection, account_id: int, now: datetime) -> list[Waiting]:
    """What waits for the account and may be sent now; nothing while the sender is at it."""
    rows = connection.execute(_NEXT, {"owner": account_id, "now": now}).all()
    return [] if any(row.state is OutboxState.SENDING for row in rows) else [_waiting(row) for row in rows]


def _waiting(row: Any) -> Waiting:
    shipment = Shipment(
        address=row.address,
        card=Card.model_validate_json(row.card),
        language=row.language,
        conversation=row.conversation,
    )
    return Waiting(row.id, shipment, row.message_id or "")
