"""Persons and their accounts: found or made by address, reachable or not, moved, opted out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.channels.base import ChannelName
from bot.store import events
from bot.store.events import Event
from bot.store.prepared import Prepared
from bot.store.states import OutboxState, Reachability
from bot.store.tables import account, attachment, conversation, inbox, outbox, person
from dialogs.conversation import Conversation
from domain.vocabulary import Language

Address = tuple[ChannelName, str]


@dataclass(frozen=True, slots=True)
class Account:
    """Where a person can be written to."""

    id: int
    person: int


_FIND_ONE = Prepared(
    select(account.c.id, account.c.person_id).where(
        account.c.channel == bindparam("channel"), account.c.address == bindparam("address")
    )
)


def find(connection: Connection, channel: ChannelName, address: str) -> Account | None:
    """The account with that address."""
    row = _FIND_ONE.row(connection, {"channel": channel, "address": address})
    return Account(*row) if row else None


def find_or_make(connection: Connection, addresses: Iterable[Address], now: datetime) -> Mapping[Address, Account]:
    """The accounts with those addresses; strangers become persons with an empty conversation."""
    # One by one: SQLite reads the whole table for a list of pairs. In order: two processes must not deadlock.
    return {each: find(connection, *each) or make(connection, each, now) for each in sorted(set(addresses))}


_MAKE_PERSON = Prepared(insert(person).values(created_at=bindparam("now")).returning(person.c.id))
_MAKE_ACCOUNT = Prepared(
    insert(account)
    .values(
        person_id=bindparam("person"),
        channel=bindparam("channel"),
        address=bindparam("address"),
        created_at=bindparam("now"),
    )
    .returning(account.c.id)
)
_MAKE_CONVERSATION = Prepared(
    insert(conversation).values(
        id=bindparam("id"),
        person_id=bindparam("person"),
        language=bindparam("language"),
        state=bindparam("state"),
        revision=bindparam("revision"),
        created_at=bindparam("now"),
        updated_at=bindparam("now"),
    )
)


def make(connection: Connection, address: Address, now: datetime, language: Language = Language.ZH) -> Account:
    """A new person with this account and a conversation that has not begun.

    Two processes may meet the same stranger at once: the second one's transaction fails with an IntegrityError, and
    finds the account when it is run again.
    """
    (person_id,) = _one(_MAKE_PERSON.row(connection, {"now": now}))
    channel, place = address
    (account_id,) = _one(
        _MAKE_ACCOUNT.row(connection, {"person": person_id, "channel": channel, "address": place, "now": now})
    )
    fresh = Conversation(id=token_hex(8), language=language)
    _MAKE_CONVERSATION.change(
        connection,
        {
            "id": fresh.id,
            "person": person_id,
            "language": language,
            "state": fresh.model_dump_json(),
            "revision": fresh.revision,
            "now": now,
        },
    )
    return Account(account_id, person_id)


def _one(row: tuple[Any, ...] | None) -> tuple[Any, ...]:
    assert row is not None  # noqa: S101 - an insertion returns its row
    return row


def person_of(connection: Connection, account_id: int) -> int:
    """Whose account it is."""
    return int(connection.execute(select(account.c.person_id).where(account.c.id == account_id)).scalar_one())


def lost_touch(connection: Connection, account_id: int, reason: str, now: datetime) -> None:
    """The platform says that this account takes nothing more; holds until the person writes again."""
    changed = connection.execute(
        update(account)
        .where(account.c.id == account_id, account.c.reachability == Reachability.REACHABLE)
        .values(reachability=Reachability.UNREACHABLE, unreachable_reason=reason[:200], unreachable_since=now)
    )
    if changed.rowcount:
        events.note(
            connection,
            now,
            Event(
                subject="account",
                subject_id=account_id,
                was=Reachability.REACHABLE,
                became=Reachability.UNREACHABLE,
                detail=reason,
            ),
        )


def back_in_touch(connection: Connection, account_id: int, now: datetime) -> None:
    """The person wrote, or let the bot in again."""
    changed = connection.execute(
        update(account)
        .where(account.c.id == account_id, account.c.reachability == Reachability.UNREACHABLE)
        .values(reachability=Reachability.REACHABLE, unreachable_reason=None, unreachable_since=None, hold_until=None)
    )
    if changed.rowcount:
        events.note(
            connection,
            now,
            Event(
                subject="account",
                subject_id=account_id,
                was=Reachability.UNREACHABLE,
                became=Reachability.REACHABLE,
            ),
        )


def moved(connection: Connection, account_id: int, address: str, now: datetime) -> int:
    """The chat has a new address; returns the account that has it from now on."""
    channel = connection.execute(select(account.c.channel).where(account.c.id == account_id)).scalar_one()
    there = find(connection, channel, address)
    if there is None:
        connection.execute(update(account).where(account.c.id == account_id).values(address=address))
        events.note(connection, now, Event(subject="account", subject_id=account_id, was="address", became="moved"))
        return account_id
    if there.id != account_id:
        connection.execute(
            update(outbox)
            .where(outbox.c.account_id == account_id, outbox.c.state == OutboxState.WAITING)
            .values(account_id=there.id)
        )
        lost_touch(connection, account_id, "moved", now)
    return there.id


def rehome(connection: Connection, account_id: int, joined: int, now: datetime) -> str:
    """The account belongs to another person from now on, with what it sent so far; returns what became of the old one.

    A person without any account can neither be reached nor come back: what is left of them, an unfinished intake at
    most, is deleted. A message that is just arriving for them fails to be stored and is stored again for `joined`.
    """
    was = connection.execute(
        select(account.c.person_id).where(account.c.id == account_id).with_for_update()
    ).scalar_one()
    connection.execute(update(account).where(account.c.id == account_id).values(person_id=joined))
    sent = select(inbox.c.id).where(inbox.c.account_id == account_id)
    connection.execute(update(attachment).where(attachment.c.inbox_id.in_(sent)).values(person_id=joined))
    connection.execute(update(inbox).where(inbox.c.account_id == account_id).values(person_id=joined))
    moved_away = Event(subject="account", subject_id=account_id, was=f"person {was}", became=f"person {joined}")
    events.note(connection, now, moved_away)
    if connection.execute(select(account.c.id).where(account.c.person_id == was).limit(1)).first() is not None:
        return f"{was} has other accounts"
    connection.execute(delete(person).where(person.c.id == was))
    return f"{was} deleted"


def hold(connection: Connection, account_id: int, until: datetime) -> None:
    """Sends nothing to this chat before that moment: its own 429, or a back-off."""
    connection.execute(update(account).where(account.c.id == account_id).values(hold_until=until))


def opt_out(connection: Connection, account_id: int, now: datetime | None) -> None:
    """No broadcasts from `now` on; None takes it back."""
    connection.execute(update(account).where(account.c.id == account_id).values(opted_out_at=now))
