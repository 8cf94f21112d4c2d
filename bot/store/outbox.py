"""The outbox: every message of the bot, in order per account, each ending in exactly one state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from bot.channels.base import ChannelName
from bot.store import events
from bot.store.bells import account_bell, heard_else, outbox_bell
from bot.store.columns import fixed
from bot.store.events import Event
from bot.store.jobs import ring_after
from bot.store.prepared import Prepared
from bot.store.recent import Recent
from bot.store.states import PRIORITY, UNFINISHED, Kind, OutboxState
from bot.store.tables import outbox
from dialogs.cards import Card
from domain.vocabulary import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A card on its way into the outbox.

    Of several that wait with one `coalesce_key` for one account only the newest is sent, in place of the one sent last.
    """

    account: int
    channel: ChannelName
    language: Language
    card: Card
    kind: Kind = Kind.REPLY
    due_at: datetime | None = None
    expires_at: datetime | None = None
    coalesce_key: str | None = None
    cause: int | None = None
    """The inbox row that it answers."""


_COLUMNS = (
    *("account_id", "channel", "kind", "priority", "language", "card", "coalesce_key", "render_digest"),
    *("state", "due_at", "expires_at", "cause_id", "created_at"),
)
_INSERT = Prepared(insert(outbox).values({name: bindparam(name) for name in _COLUMNS}).returning(outbox.c.id))


_RECENT = Recent(Card.model_validate_json)


def read_card(text: str) -> Card:
    """The card as it was put in."""
    return _RECENT.read(text)


def put(connection: Connection, outgoing: Sequence[Outgoing], now: datetime) -> list[int]:
    """Writes the rows in their order; earlier waiting ones of their coalesce key are cancelled. Returns the ids."""
    made: list[int] = []
    for each in outgoing:
        text = _RECENT.keep(each.card.model_dump_json(exclude_defaults=True), each.card)
        digest = None
        if each.coalesce_key is not None:
            digest = blake2b(text.encode(), digest_size=16).digest()
            _overtake(connection, each.account, each.coalesce_key, now)
        _ring(connection, each.channel, each.account)
        row = _INSERT.row(
            connection,
            {
                "account_id": each.account,
                "channel": each.channel,
                "kind": each.kind,
                "priority": PRIORITY[each.kind],
                "language": each.language,
                "card": text,
                "coalesce_key": each.coalesce_key,
                "render_digest": digest,
                "state": OutboxState.WAITING,
                "due_at": each.due_at or now,
                "expires_at": each.expires_at,
                "cause_id": each.cause,
                "created_at": now,
            },
        )
        made += row or ()
    return made


def _ring(connection: Connection, channel: ChannelName, account_id: int) -> None:
    """Wakes the sender; on WeChat only where no open request takes the message along (it wakes the sender itself)."""
    account_topic = account_bell(account_id)
    if channel is ChannelName.WECHAT:
        ring_after(connection, heard_else(account_topic, outbox_bell(channel)))
        return
    ring_after(connection, outbox_bell(channel))
    if channel is ChannelName.WEB:
        ring_after(connection, account_topic)


def _overtake(connection: Connection, account_id: int, coalesce_key: str, now: datetime) -> None:
    connection.execute(
        update(outbox)
        .where(
            outbox.c.account_id == account_id,
            outbox.c.coalesce_key == coalesce_key,
            outbox.c.state == fixed(OutboxState.WAITING),
        )
        .values(state=OutboxState.CANCELLED, reason="overtaken", finished_at=now)
    )


_END = Prepared(
    update(outbox)
    .where(
        outbox.c.id == bindparam("row"),
        or_(
            outbox.c.state.in_([fixed(each) for each in UNFINISHED]),
            # A late word from the platform ends the doubt.
            and_(outbox.c.state == fixed(OutboxState.UNCERTAIN), bindparam("became") == fixed(OutboxState.SENT)),
        ),
    )
    .values(
        state=bindparam("became"),
        finished_at=bindparam("now"),
        message_id=bindparam("message"),
        reason=bindparam("why"),
    )
)


_UNFINISHED_OF = Prepared(
    select(outbox.c.id)
    .where(
        outbox.c.account_id == bindparam("account"),
        outbox.c.state.in_([fixed(each) for each in UNFINISHED]),
    )
    .limit(1)
)


def ring_for_more(connection: Connection, channel: ChannelName, account_id: int) -> None:
    """Wakes the sender where the account, of which a message has just ended, has more to come."""
    if _UNFINISHED_OF.row(connection, {"account": account_id}) is not None:
        ring_after(connection, outbox_bell(channel))


_ORDINARY = frozenset({OutboxState.SENT})


def end(
    connection: Connection,
    row: int,
    became: OutboxState,
    now: datetime,
    *,
    was: OutboxState = OutboxState.SENDING,
    message_id: str | None = None,
    reason: str | None = None,
) -> bool:
    """Ends a message in its final state; False where it had ended already."""
    changed = _END.change(
        connection,
        {
            "row": row,
            "became": became,
            "now": now,
            "message": message_id,
            "why": reason[:200] if reason else None,
        },
    )
    if not changed:
        return False
    if became not in _ORDINARY:
        events.note(connection, now, Event(subject="outbox", subject_id=row, was=was, became=became, detail=reason))
    return True


def put_back(connection: Connection, row: int, reason: str, *, counted: bool = True) -> None:
    """Nothing was sent: the message waits again. Not `counted`: the attempt was none (the platform said: later)."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == row, outbox.c.state == OutboxState.SENDING)
        .values(
            state=OutboxState.WAITING,
            sending_at=None,
            reason=reason[:200],
            attempts=outbox.c.attempts - (0 if counted else 1),
        )
    )


def cancel(connection: Connection, row: int, reason: str, now: datetime) -> bool:
    """Withdraws a message that still waits; False where it is too late."""
    state = connection.execute(select(outbox.c.state).where(outbox.c.id == row).with_for_update()).scalar_one_or_none()
    if state is not OutboxState.WAITING:
        return False
    return end(connection, row, OutboxState.CANCELLED, now, was=OutboxState.WAITING, reason=reason)


def depth(connection: Connection) -> Mapping[OutboxState, int]:
    """How many messages wait and how many are being sent (the others are history: counting them would take long)."""
    unfinished = outbox.c.state.in_([fixed(each) for each in UNFINISHED])
    rows = connection.execute(select(outbox.c.state, func.count()).where(unfinished).group_by(outbox.c.state))
    return {row.state: row[1] for row in rows}


def card_of(connection: Connection, account_id: int, message_id: str) -> Card | None:
    """The card that was sent as that message of the platform; None once it has been cleared away."""
    kept = connection.execute(
        select(outbox.c.card)
        .where(outbox.c.account_id == account_id, outbox.c.message_id == message_id, outbox.c.card.is_not(None))
        .order_by(outbox.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return read_card(kept) if kept else None
