"""The inbox: what arrived, stored before it is acknowledged, handled exactly once in order of the person's lane."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection, bindparam, func, or_, select, update

from bot.channels.base import Arrival, ChannelName
from bot.store import events, people
from bot.store.bells import INBOX
from bot.store.columns import fixed
from bot.store.events import Event
from bot.store.jobs import ring_after
from bot.store.prepared import Prepared, insertion_unless_known
from bot.store.states import InboxStatus, Reachability, Source
from bot.store.tables import account, conversation, inbox
from domain.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: the lane of each new arrival, in order; how many were known already."""

    lanes: tuple[int, ...]
    known: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The head of a lane: the message, and the conversation that it goes to (members in the order of _HEAD)."""

    id: int
    source: Source
    payload: bytes
    attempts: int
    not_before: datetime | None
    correlation: str
    received_at: datetime
    person: int
    account: int
    channel: ChannelName
    reachability: Reachability
    conversation: str
    state: str
    revision: int


_INSERT = insertion_unless_known(
    inbox,
    *("channel", "external_id", "account_id", "person_id", "payload", "status", "correlation", "received_at"),
    key=("channel", "external_id"),
)

_LOCK = (
    select(conversation.c.id).where(conversation.c.person_id == bindparam("person")).with_for_update(skip_locked=True)
)

_WAITS = inbox.c.status == fixed(InboxStatus.WAITING)

_HEAD = Prepared(
    select(
        inbox.c.id,
        inbox.c.channel,
        inbox.c.payload,
        inbox.c.attempts,
        inbox.c.not_before,
        inbox.c.correlation,
        inbox.c.received_at,
        inbox.c.person_id,
        inbox.c.account_id,
        account.c.channel,
        account.c.reachability,
        conversation.c.id,
        conversation.c.state,
        conversation.c.revision,
    )
    .join(account, account.c.id == inbox.c.account_id)
    .join(conversation, conversation.c.person_id == inbox.c.person_id)
    .where(inbox.c.person_id == bindparam("person"), _WAITS)
    .order_by(inbox.c.id)
    .limit(1)
)

_FOLLOWING_AT_MOST = 9
"""Parts of an album after the first."""
_FOLLOWING = (
    select(inbox.c.id, inbox.c.payload, inbox.c.received_at, inbox.c.account_id, inbox.c.channel, inbox.c.correlation)
    .where(inbox.c.person_id == bindparam("person"), _WAITS, inbox.c.id > bindparam("after"))
    .order_by(inbox.c.id)
    .limit(_FOLLOWING_AT_MOST)
)

_LANES = (
    select(inbox.c.person_id, func.min(inbox.c.id).label("head"))
    .where(
        _WAITS,
        or_(inbox.c.not_before.is_(None), inbox.c.not_before <= bindparam("now")),
    )
    .group_by(inbox.c.person_id)
    .order_by("head")
    .limit(bindparam("limit"))
)

_HANDLED = Prepared(
    update(inbox)
    .where(inbox.c.id == bindparam("row"), _WAITS)
    .values(status=InboxStatus.HANDLED, handled_at=bindparam("now"))
)


def take_in(connection: Connection, arrivals: Sequence[Arrival], now: datetime) -> Taken:
    """Stores arrivals in their order; those whose (channel, external id) is known already change nothing."""
    accounts = people.find_or_make(connection, ((each.channel, each.sender) for each in arrivals), now)
    lanes: list[int] = []
    for each in arrivals:
        owner = accounts[each.channel, each.sender]
        if _put(connection, (Source(each.channel), each.external_id), owner, each.payload, now):
            lanes.append(owner.person)
    return Taken(tuple(lanes), len(arrivals) - len(lanes))


def put_internal(
    connection: Connection, external_id: str, account_id: int, person_id: int, payload: bytes, now: datetime
) -> bool:
    """A message from the product itself to a person's lane (a finished export); False where it is known already."""
    ring_after(connection, INBOX)
    owner = people.Account(account_id, person_id)
    return _put(connection, (Source.INTERNAL, external_id), owner, payload, now)


def _put(
    connection: Connection, name: tuple[Source, str], owner: people.Account, payload: bytes, now: datetime
) -> bool:
    row = {
        "channel": name[0],
        "external_id": name[1],
        "account_id": owner.id,
        "person_id": owner.person,
        "payload": payload,
        "status": InboxStatus.WAITING,
        "correlation": token_hex(8),
        "received_at": now,
    }
    return _INSERT.row(connection, row) is not None


def lock_lane(connection: Connection, person: int) -> bool:
    """PostgreSQL: holds the lane until the transaction ends; False where another transaction holds it."""
    return connection.execute(_LOCK, {"person": person}).first() is not None


def head(connection: Connection, person: int) -> Waiting | None:
    """The oldest message of the lane that still waits; its `not_before` may lie ahead."""
    row = _HEAD.row(connection, {"person": person})
    if row is None:
        return None
    return Waiting(*row)


def following(connection: Connection, head: Waiting) -> Sequence[Waiting]:
    """The messages that wait in the lane behind its head, in their order."""
    rows = connection.execute(_FOLLOWING, {"person": head.person, "after": head.id})
    return [
        replace(
            head,
            id=row.id,
            source=row.channel,
            payload=row.payload,
            attempts=0,
            not_before=None,
            correlation=row.correlation,
            received_at=row.received_at,
            account=row.account_id,
        )
        for row in rows
    ]


def waiting_lanes(connection: Connection, now: datetime, limit: int) -> tuple[int, ...]:
    """Persons with something to handle, the longest waiting first."""
    return tuple(row.person_id for row in connection.execute(_LANES, {"now": now, "limit": limit}))


def handled(connection: Connection, row: int, now: datetime) -> bool:
    """Marks the message handled; False where somebody else did."""
    return _HANDLED.change(connection, {"row": row, "now": now}) == 1


@dataclass(frozen=True, slots=True)
class Failing:
    """A message whose turn failed: how often before, and who is to be told if it is given up."""

    attempts: int
    account: int
    channel: ChannelName
    language: Language


def failing(connection: Connection, row: int) -> Failing | None:
    """What is known of a message that still waits; None where it no longer does."""
    found = connection.execute(
        select(inbox.c.attempts, inbox.c.account_id, account.c.channel, conversation.c.language)
        .join(account, account.c.id == inbox.c.account_id)
        .join(conversation, conversation.c.person_id == inbox.c.person_id)
        .where(inbox.c.id == row, inbox.c.status == InboxStatus.WAITING)
    ).one_or_none()
    return Failing(*found) if found else None


def put_off(connection: Connection, row: int, until: datetime) -> None:
    """A failed attempt: the lane waits until then."""
    connection.execute(
        update(inbox)
        .where(inbox.c.id == row, inbox.c.status == InboxStatus.WAITING)
        .values(attempts=inbox.c.attempts + 1, not_before=until)
    )


def give_up(connection: Connection, row: int, reason: str, now: datetime) -> bool:
    """Ends the message as failed; False where it no longer waits."""
    changed = connection.execute(
        update(inbox)
        .where(inbox.c.id == row, inbox.c.status == InboxStatus.WAITING)
        .values(status=InboxStatus.FAILED, handled_at=now)
    )
    if not changed.rowcount:
        return False
    events.note(
        connection,
        now,
        Event(subject="inbox", subject_id=row, was=InboxStatus.WAITING, became=InboxStatus.FAILED, detail=reason),
    )
    return True


def backlog(connection: Connection) -> tuple[int, datetime | None]:
    """How many messages wait, and when the oldest of them arrived."""
    row = connection.execute(select(func.count(), func.min(inbox.c.received_at)).where(_WAITS)).one()
    return row[0], row[1]
