"""What was said on one account, both ways, in the order in which it reads; and fetching as the page's delivery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from bot.channels.base import ChannelName
from bot.store.columns import fixed
from bot.store.outbox import read_card
from bot.store.states import InboxStatus, Kind, OutboxState, Source
from bot.store.tables import account, conversation, inbox, outbox
from dialogs.cards import Card
from domain.vocabulary import Language

_SHOWN = (OutboxState.WAITING, OutboxState.SENDING, OutboxState.SENT, OutboxState.UNCERTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the person sent. `payload` is None once it has been cleared away."""

    id: int
    external_id: str
    payload: bytes | None
    status: InboxStatus
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A card of the bot; `fetched`: a page has had it before."""

    id: int
    card: Card
    language: Language
    kind: Kind
    cause: int | None
    at: datetime
    fetched: bool


Entry = Said | Shown


@dataclass(frozen=True, slots=True)
class Transcript:
    """Entries, oldest first. `conversation` goes into the buttons' tokens; `more`: there are older entries."""

    account: int
    conversation: str
    language: Language
    entries: tuple[Entry, ...]
    more: bool = False

    @property
    def unfetched(self) -> tuple[int, ...]:
        """The cards that no page has had yet."""
        return tuple(each.id for each in self.entries if isinstance(each, Shown) and not each.fetched)


def of_address(
    connection: Connection, address: str, now: datetime, *, limit: int, before: datetime | None = None
) -> Transcript | None:
    """The last `limit` entries on the web account with that address, older than `before`; None for a stranger."""
    row = connection.execute(
        select(account.c.id, conversation.c.id.label("conversation"), conversation.c.language)
        .join(conversation, conversation.c.person_id == account.c.person_id)
        .where(account.c.channel == ChannelName.WEB, account.c.address == address)
    ).one_or_none()
    if row is None:
        return None
    said = _said(connection, row.id, limit + 1, before)
    shown = _shown(connection, row.id, now, limit + 1, before)
    entries = interleaved(said, shown)
    return Transcript(
        account=row.id,
        conversation=row.conversation,
        language=row.language,
        entries=tuple(entries[-limit:]),
        more=len(entries) > limit,
    )


def interleaved(said: Iterable[Said], shown: Iterable[Shown]) -> list[Entry]:
    """Each answer after what caused it, however much arrived in between; what has no cause, by its time."""
    heard = {each.id: each for each in said}
    answers: dict[int, list[Shown]] = {}
    roots: list[Entry] = list(heard.values())
    for card in sorted(shown, key=lambda each: each.id):
        if card.cause in heard:
            answers.setdefault(card.cause, []).append(card)
        else:
            roots.append(card)
    roots.sort(key=lambda each: each.at)  # stable: equal moments keep their order
    entries: list[Entry] = []
    for root in roots:
        entries.append(root)
        if isinstance(root, Said):
            entries += answers.get(root.id, ())
    return entries


def _said(connection: Connection, account_id: int, limit: int, before: datetime | None) -> Sequence[Said]:
    query = (
        select(inbox.c.id, inbox.c.external_id, inbox.c.payload, inbox.c.status, inbox.c.received_at)
        .where(
            inbox.c.account_id == account_id,
            inbox.c.channel == select(account.c.channel).where(account.c.id == account_id).scalar_subquery(),
        )
        .order_by(inbox.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(inbox.c.received_at < before)
    return [
        Said(id=row.id, external_id=row.external_id, payload=row.payload, status=row.status, at=row.received_at)
        for row in connection.execute(query)
    ]


def _shown(
    connection: Connection, account_id: int, now: datetime, limit: int, before: datetime | None
) -> Sequence[Shown]:
    query = (
        select(
            outbox.c.id,
            outbox.c.card,
            outbox.c.language,
            outbox.c.kind,
            outbox.c.cause_id,
            outbox.c.created_at,
            outbox.c.state,
        )
        .where(
            outbox.c.account_id == account_id,
            outbox.c.state.in_([fixed(each) for each in _SHOWN]),
            outbox.c.card.is_not(None),
            outbox.c.due_at <= now,
            or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > now, outbox.c.state != fixed(OutboxState.WAITING)),
        )
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(outbox.c.created_at < before)
    return [
        Shown(
            id=row.id,
            card=read_card(row.card),
            language=row.language,
            kind=row.kind,
            cause=row.cause_id,
            at=row.created_at,
            fetched=row.state is not OutboxState.WAITING,
        )
        for row in connection.execute(query)
    ]


def newest(connection: Connection, address: str, now: datetime) -> int:
    """The id of the newest card that is due on the web account with that address, 0 for none."""
    row = connection.execute(
        select(outbox.c.id)
        .join(account, account.c.id == outbox.c.account_id)
        .where(account.c.channel == ChannelName.WEB, account.c.address == address, outbox.c.due_at <= now)
        .order_by(outbox.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return row or 0


def fetched(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """A page has these cards now: for the outbox they are sent."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.state == fixed(OutboxState.WAITING))
        .values(state=OutboxState.SENT, sending_at=now, finished_at=now)
    )


def awaits_turn(connection: Connection, external_id: str) -> bool:
    """Whether the page's message has not had its turn, or something else of the same account has not.

    An account that has just joined another conversation hears of it in that lane's turn, not in its own.
    """
    own = inbox.alias("own")
    waiting = (
        select(inbox.c.id)
        .join(own, own.c.account_id == inbox.c.account_id)
        .where(
            own.c.channel == Source.WEB, own.c.external_id == external_id, inbox.c.status == fixed(InboxStatus.WAITING)
        )
        .limit(1)
    )
    return connection.execute(waiting).first() is not None


def status_of(connection: Connection, external_id: str) -> InboxStatus | None:
    """What became of the page's message with that name; None where it never arrived."""
    return connection.execute(
        select(inbox.c.status).where(inbox.c.channel == Source.WEB, inbox.c.external_id == external_id)
    ).scalar_one_or_none()
