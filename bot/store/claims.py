"""Which messages go next: claimed for sending, handed back, recovered after a death."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, and_, bindparam, exists, not_, or_, select, union_all, update
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.selectable import Select

from bot.channels.base import ChannelName
from bot.store.columns import fixed
from bot.store.outbox import end, read_card
from bot.store.prepared import PreparedFor, among, listed
from bot.store.states import PRIORITY, UNFINISHED, Kind, OutboxState, Reachability
from bot.store.tables import account, conversation, outbox
from dialogs.cards import Card
from domain.vocabulary import Language

_LOOKS = 100
"""How often one claim looks again because what it found had to be ended instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A card marked `sending`, with all that the channel needs."""

    id: int
    account: int
    address: str
    conversation: str
    language: Language
    kind: Kind
    card: Card
    attempts: int
    edits: str
    created_at: datetime


def _heads(priority: int, dialect: str) -> Select[tuple[int]]:
    """The next due message of every account that may be sent to, where it has this priority."""
    earlier = outbox.alias("earlier")
    goes_first = exists().where(
        earlier.c.account_id == outbox.c.account_id,
        earlier.c.state.in_([fixed(each) for each in UNFINISHED]),
        or_(
            earlier.c.state == fixed(OutboxState.SENDING),
            and_(
                earlier.c.due_at <= bindparam("now"),
                or_(
                    earlier.c.priority < outbox.c.priority,
                    and_(earlier.c.priority == outbox.c.priority, earlier.c.id < outbox.c.id),
                ),
            ),
        ),
    )
    heads = (
        select(outbox.c.id)
        .join(account, account.c.id == outbox.c.account_id)
        .where(
            outbox.c.channel == bindparam("channel"),
            outbox.c.state == fixed(OutboxState.WAITING),
            outbox.c.priority == priority,
            outbox.c.due_at <= bindparam("now"),
            or_(account.c.hold_until.is_(None), account.c.hold_until <= bindparam("now")),
            not_(goes_first),
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(bindparam("limit"))
    )
    if priority == PRIORITY[Kind.BROADCAST]:
        heads = heads.where(not_(among(outbox.c.account_id, "paced", dialect)))
    return heads


def _ready(dialect: str) -> CompoundSelect[tuple[int]]:
    heads = (_heads(priority, dialect).subquery() for priority in sorted(PRIORITY.values()))
    return union_all(*(select(each.c.id) for each in heads)).limit(bindparam("limit"))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row that is due (members in the order of `_details`)."""

    id: int
    account: int
    kind: Kind
    language: Language
    card: str
    attempts: int
    edits: str | None
    coalesce_key: str | None
    render_digest: bytes | None
    expires_at: datetime | None
    created_at: datetime
    address: str
    reachability: Reachability
    opted_out_at: datetime | None
    conversation: str


def _details(dialect: str) -> Select[Any]:
    return (
        select(
            outbox.c.id,
            outbox.c.account_id,
            outbox.c.kind,
            outbox.c.language,
            outbox.c.card,
            outbox.c.attempts,
            outbox.c.edits,
            outbox.c.coalesce_key,
            outbox.c.render_digest,
            outbox.c.expires_at,
            outbox.c.created_at,
            account.c.address,
            account.c.reachability,
            account.c.opted_out_at,
            conversation.c.id,
        )
        .join(account, account.c.id == outbox.c.account_id)
        .join(conversation, conversation.c.person_id == account.c.person_id)
        .where(among(outbox.c.id, "ids", dialect))
        .order_by(outbox.c.priority, outbox.c.due_at, outbox.c.id)
    )


_wants_none = exists().where(account.c.id == outbox.c.account_id, account.c.opted_out_at.is_not(None))


def _marked(dialect: str) -> ReturningUpdate[tuple[int]]:
    return (
        update(outbox)
        .where(
            among(outbox.c.id, "ids", dialect),
            outbox.c.state == fixed(OutboxState.WAITING),
            # Looked at again here: an opt-out stored while this transaction was reading counts.
            or_(outbox.c.kind != fixed(Kind.BROADCAST), not_(_wants_none)),
        )
        .values(state=OutboxState.SENDING, sending_at=bindparam("now"), attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id)
    )


_READY = PreparedFor(_ready)
_DETAILS = PreparedFor(_details)
_MARK = PreparedFor(_marked)


def claim(
    connection: Connection, channel: ChannelName, now: datetime, limit: int, paced: Collection[int] = ()
) -> list[Parcel]:
    """Marks the next messages `sending`, at most `limit`, at most one an account; replies first.

    On the way, rows that must not be sent are ended (unreachable, opted out, expired, unchanged). `paced` are accounts
    to which no broadcast may go just now. To be committed before anything is written to the network.
    """
    claimed: list[Parcel] = []
    for _ in range(_LOOKS):
        wanted = limit - len(claimed)
        due = {"channel": channel, "now": now, "limit": wanted, "paced": listed(connection, paced)}
        ready = [row for (row,) in _READY.rows(connection, due)]
        if ready:
            claimed += _mark(connection, _sendable(connection, ready, now), now)
        if len(ready) < wanted or len(claimed) >= limit:
            break
    return claimed


def _sendable(connection: Connection, ready: Sequence[int], now: datetime) -> dict[int, Parcel]:
    """The rows as parcels; those that must not be sent are ended instead."""
    parcels: dict[int, Parcel] = {}
    for row in (_Ready(*each) for each in _DETAILS.rows(connection, {"ids": listed(connection, ready)})):
        ending = _must_not_be_sent(row, now)
        if ending is not None:
            end(connection, row.id, ending, now, was=OutboxState.WAITING)
            continue
        edits = row.edits or ""
        if row.coalesce_key is not None:
            edits, same = _shown_before(connection, row)
            if same:
                end(connection, row.id, OutboxState.SENT, now, message_id=edits, reason="unchanged")
                continue
        parcels[row.id] = Parcel(
            id=row.id,
            account=row.account,
            address=row.address,
            conversation=row.conversation,
            language=row.language,
            kind=row.kind,
            card=read_card(row.card),
            attempts=row.attempts + 1,
            edits=edits,
            created_at=row.created_at,
        )
    return parcels


def _mark(connection: Connection, parcels: dict[int, Parcel], now: datetime) -> list[Parcel]:
    if not parcels:
        return []
    marked = {row for (row,) in _MARK.rows(connection, {"ids": listed(connection, parcels), "now": now})}
    for parcel in parcels.values():
        if parcel.edits and parcel.id in marked:
            connection.execute(update(outbox).where(outbox.c.id == parcel.id).values(edits=parcel.edits))
    return [parcel for parcel in parcels.values() if parcel.id in marked]


def _must_not_be_sent(row: _Ready, now: datetime) -> OutboxState | None:
    if row.expires_at is not None and row.expires_at <= now:
        return OutboxState.EXPIRED
    if row.reachability is Reachability.UNREACHABLE:
        return OutboxState.UNREACHABLE
    if row.kind is Kind.BROADCAST and row.opted_out_at is not None:
        return OutboxState.OPTED_OUT
    return None


def _shown_before(connection: Connection, row: _Ready) -> tuple[str, bool]:
    """The message id of what the same key showed last ('' for nothing), and whether it looked the same."""
    last = connection.execute(
        select(outbox.c.message_id, outbox.c.render_digest)
        .where(
            outbox.c.account_id == row.account,
            outbox.c.coalesce_key == row.coalesce_key,
            outbox.c.state == OutboxState.SENT,
            outbox.c.id < row.id,
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None or not last.message_id:
        return "", False
    return last.message_id, last.render_digest == row.render_digest


def hand_back(connection: Connection, rows: Sequence[int]) -> None:
    """Claimed rows of which certainly nothing was written to the network wait again."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(rows), outbox.c.state == OutboxState.SENDING)
        .values(state=OutboxState.WAITING, sending_at=None, attempts=outbox.c.attempts - 1)
    )


def hand_back_marked_at(connection: Connection, channel: ChannelName, moments: Collection[datetime]) -> None:
    """Rows marked by a claim of which the claimer never heard whether it was committed: nothing of them was written."""
    marked = select(outbox.c.id).where(
        outbox.c.channel == channel,
        outbox.c.state == fixed(OutboxState.SENDING),
        outbox.c.sending_at.in_(moments),
    )
    hand_back(connection, list(connection.execute(marked).scalars()))


def recover(connection: Connection, channel: ChannelName, now: datetime, ours: Collection[int] = ()) -> int:
    """For the new driver of a gate: what the last one left `sending` becomes `uncertain`; returns how many.

    `ours` are rows that the caller itself is sending just now: their results are still to come.

    An edit of a message shows the same however often it is made: it waits again instead.
    """
    left = connection.execute(
        select(outbox.c.id, outbox.c.edits).where(
            outbox.c.channel == channel, outbox.c.state == fixed(OutboxState.SENDING)
        )
    ).all()
    hand_back(connection, [row.id for row in left if row.edits and row.id not in ours])
    uncertain = [row.id for row in left if not row.edits and row.id not in ours]
    for row in uncertain:
        end(connection, row, OutboxState.UNCERTAIN, now, reason="the process ended while it was being sent")
    return len(uncertain)
