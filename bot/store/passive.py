"""Messages that go out as the answer to a request of the platform, instead of by a request of ours.

While such a request is open the account is held (`account.hold_until`), so the sender leaves its messages alone; a
process that dies takes the hold with it only in so far as it runs out by itself. What is written into an answer is
`uncertain` from before it is written until it is known to have been; its `message_id` names the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from bot.channels.base import Arrival, Shipment
from bot.channels.wechat_windows import Trigger, Window, opened
from bot.errors import OvertakenError
from bot.store import inbox as inbox_rows
from bot.store.columns import fixed
from bot.store.outbox import read_card
from bot.store.prepared import Prepared
from bot.store.states import UNFINISHED, InboxStatus, Kind, OutboxState, Reachability
from bot.store.tables import account, conversation, inbox, outbox
from domain.vocabulary import Language

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


_FOUND = Prepared(
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
    # Not as strong as FOR UPDATE: each message of the person, stored at the same time, holds the account's key already.
    .with_for_update(of=account, key_share=True)
)
_HOLD_AND_WINDOW = Prepared(
    update(account)
    .where(account.c.id == bindparam("owner"))
    .values(hold_until=bindparam("hold"), window_until=bindparam("until"), window_left=bindparam("left"))
)
_STATUS = Prepared(select(inbox.c.status).where(inbox.c.id == bindparam("row")))
_TAKE = Prepared(
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
_TAKE_AGAIN = Prepared(
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
_ARRIVED = Prepared(
    update(outbox).where(_in_answer).values(state=OutboxState.SENT, finished_at=bindparam("now"), reason=None)
)
_CAME_BACK = Prepared(
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
_RELEASE = Prepared(
    update(account)
    .where(
        account.c.id == bindparam("owner"),
        or_(account.c.hold_until == bindparam("held"), account.c.hold_until <= bindparam("latest")),
    )
    .values(hold_until=None)
)
_EXTEND = Prepared(
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
    row = _FOUND.row(connection, {"source": arrival.channel.value, "name": arrival.external_id})
    assert row is not None  # noqa: S101 - it has just been stored, if it was not there before
    number, owner, lane, received_at, hold_until, window_until, window_left = row
    window = None if window_until is None else Window(window_until, window_left or 0)
    if first and trigger is not None:
        window = opened(window, trigger, now)
    _HOLD_AND_WINDOW.change(
        connection,
        {
            "owner": owner,
            "hold": held_until if hold_until is None else max(held_until, hold_until),
            "until": window.until if window else None,
            "left": window.left if window else None,
        },
    )
    return Ticket(
        inbox=number,
        account=owner,
        lane=lane,
        received_at=received_at,
        held_until=held_until,
        first=first,
    )


def turned(connection: Connection, ticket: Ticket) -> bool:
    """Whether the message had its turn, or was given up."""
    row = _STATUS.row(connection, {"row": ticket.inbox})
    return row is None or row[0] is not InboxStatus.WAITING


def for_the_answer(connection: Connection, ticket: Ticket, now: datetime) -> Sequence[Waiting]:
    """What there is for the answer: what an earlier one held that did not arrive, else whatever waits, in order."""
    again = [] if ticket.first else _answered_with(connection, ticket)
    return again or _next(connection, ticket.account, now)


def claim(connection: Connection, waiting: Sequence[Waiting], answer: str, now: datetime) -> None:
    """Marks messages as being in that answer; raises OvertakenError, and changes nothing, where one was taken."""
    for each in waiting:
        values = {"row": each.row, "answer": answer, "now": now}
        if each.before:
            marked = _TAKE_AGAIN.change(connection, values | {"before": each.before})
        else:
            marked = _TAKE.change(connection, values)
        if marked != 1:
            raise OvertakenError(f"the message {each.row} went another way")


def arrived(connection: Connection, ticket: Ticket, answer: str, now: datetime) -> None:
    """The answer was written: what it held is sent."""
    _ARRIVED.change(connection, {"owner": ticket.account, "answer": answer, "now": now})


def came_back(connection: Connection, ticket: Ticket, answer: str) -> None:
    """The answer was certainly not written: what it held waits again."""
    _CAME_BACK.change(connection, {"owner": ticket.account, "answer": answer})


def release(connection: Connection, ticket: Ticket, latest: datetime) -> None:
    """Ends the hold of this request, and older ones that end before `latest`."""
    _RELEASE.change(connection, {"owner": ticket.account, "held": ticket.held_until, "latest": latest})


def extend(connection: Connection, ticket: Ticket, until: datetime) -> None:
    """Holds the account until then: the platform will come again."""
    _EXTEND.change(connection, {"owner": ticket.account, "until": until})


_SHIPPED = (
    select(
        outbox.c.id,
        outbox.c.card,
        outbox.c.language,
        outbox.c.message_id,
        outbox.c.state,
        account.c.address,
        conversation.c.id,
    )
    .join(account, account.c.id == outbox.c.account_id)
    .join(conversation, conversation.c.person_id == account.c.person_id)
)
_ORDER = (outbox.c.priority, outbox.c.id)
# What answers a message was made after it; the account's rows are in order of their ids.
_AGAIN = Prepared(
    _SHIPPED.where(
        outbox.c.account_id == bindparam("owner"),
        outbox.c.finished_at >= bindparam("received"),
        outbox.c.message_id.startswith(bindparam("answers")),
        outbox.c.state.in_([fixed(OutboxState.SENT), fixed(OutboxState.UNCERTAIN)]),
        outbox.c.card.is_not(None),
    ).order_by(*_ORDER)
)
_NEXT = Prepared(
    _SHIPPED.where(
        outbox.c.account_id == bindparam("owner"),
        outbox.c.state.in_([fixed(each) for each in UNFINISHED]),
        # Broadcasts keep to the sender's pace, and their deliveries know no way back from `uncertain`.
        outbox.c.kind != fixed(Kind.BROADCAST),
        or_(
            outbox.c.state == fixed(OutboxState.SENDING),
            and_(
                outbox.c.due_at <= bindparam("now"),
                or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > bindparam("now")),
                account.c.reachability == fixed(Reachability.REACHABLE),
            ),
        ),
    )
    .order_by(*_ORDER)
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A message with whom it goes to (members in the order of _SHIPPED)."""

    id: int
    card: str
    language: Language
    message_id: str | None
    state: OutboxState
    address: str
    conversation: str

    def waiting(self) -> Waiting:
        shipment = Shipment(
            address=self.address,
            card=read_card(self.card),
            language=self.language,
            conversation=self.conversation,
        )
        return Waiting(self.id, shipment, self.message_id or "")


def _answered_with(connection: Connection, ticket: Ticket) -> list[Waiting]:
    values = {"owner": ticket.account, "received": ticket.received_at, "answers": ticket.name}
    return [_Row(*row).waiting() for row in _AGAIN.rows(connection, values)]


def _next(connection: Connection, account_id: int, now: datetime) -> list[Waiting]:
    """What waits for the account and may be sent now; nothing while the sender is at it."""
    rows = [_Row(*row) for row in _NEXT.rows(connection, {"owner": account_id, "now": now})]
    return [] if any(row.state is OutboxState.SENDING for row in rows) else [row.waiting() for row in rows]
