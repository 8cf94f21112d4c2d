"""Notices about a person's own case: on the account that they used last, in their language."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.channels.base import ChannelName
from bot.store import inbox as inbox_rows
from bot.store import outbox, people
from bot.store.outbox import Outgoing
from bot.store.people import Account
from bot.store.states import Kind, Reachability
from bot.store.tables import account, conversation, inbox
from bot.store.timers import Timer
from bot.turns import DONE
from dialogs.cards import Card
from dialogs.events import Done
from domain.vocabulary import Language


def tell(
    connection: Connection,
    person: int,
    card: Card,
    now: datetime,
    *,
    account_id: int | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Puts a notice into the outbox, to be sent at `due_at` or at once; False where the person takes none.

    `account_id` is preferred where it can be written to (an answer goes where the question came from).
    """
    found = _reachable(connection, person)
    if not found:
        return False
    chosen, channel, language = next((each for each in found if each[0] == account_id), found[0])
    put = Outgoing(account=chosen, channel=channel, language=language, card=card, kind=Kind.NOTICE, due_at=due_at)
    outbox.put(connection, [put], now)
    return True


def lane_of(connection: Connection, person: int) -> Account | None:
    """The account on which the person's conversation goes on; None for a person without any."""
    found = _accounts(connection, person)
    return people.Account(found[0][0], person) if found else None


def _reachable(connection: Connection, person: int) -> list[tuple[int, ChannelName, Language]]:
    return _accounts(connection, person, willing=True)


def _accounts(connection: Connection, person: int, *, willing: bool = False) -> list[tuple[int, ChannelName, Language]]:
    """The person's accounts, the one that was heard from last first; `willing`: only those that take notices."""
    heard = select(func.max(inbox.c.id)).where(inbox.c.account_id == account.c.id).scalar_subquery()
    query = (
        select(account.c.id, account.c.channel, conversation.c.language)
        .join(conversation, conversation.c.person_id == account.c.person_id)
        .where(account.c.person_id == person)
        .order_by(func.coalesce(heard, 0).desc(), account.c.id.desc())
    )
    if willing:
        query = query.where(account.c.reachability == Reachability.REACHABLE, account.c.opted_out_at.is_(None))
    return [(row.id, row.channel, row.language) for row in connection.execute(query)]


def tell_outcome(connection: Connection, timer: Timer, to: people.Account, done: Iterable[Done], now: datetime) -> None:
    """Slow work is finished: what it came to waits in the lane of who asked for it, each once."""
    for number, each in enumerate(done, 1):
        key = f"{timer.kind} {timer.id}.{number}"
        inbox_rows.put_internal(connection, key, to.id, to.person, DONE.dump_json(each), now)
