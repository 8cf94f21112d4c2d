"""Erasures under way: who asked to be forgotten, until when they may take it back, what their conversation was."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, func, insert, not_, select, update

from bot.store.prepared import Prepared
from bot.store.states import OutboxState
from bot.store.tables import account, candidate, consent, outbox
from bot.store.tables import erasure as table
from dialogs.effects import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An erasure that may still be taken back."""

    person: int
    state: str
    asked_at: datetime
    due_at: datetime


_PENDING = Prepared(
    select(table.c.person_id, table.c.state, table.c.asked_at, table.c.due_at).where(
        table.c.person_id == bindparam("person")
    )
)


def pending(connection: Connection, person: int) -> Pending | None:
    """The person's erasure, if one is under way."""
    row = _PENDING.row(connection, {"person": person})
    if row is None:
        return None
    whose, state, asked_at, due_at = row
    return Pending(person=whose, state=state, asked_at=asked_at, due_at=due_at)


def begin(connection: Connection, wanted: Pending) -> None:
    """From now on nothing of the person is used and nothing but replies is sent to them."""
    connection.execute(
        insert(table).values(
            person_id=wanted.person, state=wanted.state, asked_at=wanted.asked_at, due_at=wanted.due_at
        )
    )
    own = select(account.c.id).where(account.c.person_id == wanted.person)
    connection.execute(
        update(outbox)
        .where(outbox.c.account_id.in_(own), outbox.c.state == OutboxState.WAITING, outbox.c.due_at > wanted.asked_at)
        .values(state=OutboxState.CANCELLED, reason="forgotten", finished_at=wanted.asked_at)
    )
    connection.execute(
        update(account)
        .where(account.c.person_id == wanted.person, account.c.opted_out_at.is_(None))
        .values(opted_out_at=wanted.asked_at)
    )


def end(connection: Connection, ended: Pending) -> None:
    """Taken back, or done: opt-outs that came of it go with it."""
    connection.execute(delete(table).where(table.c.person_id == ended.person))
    connection.execute(
        update(account)
        .where(account.c.person_id == ended.person, account.c.opted_out_at == ended.asked_at)
        .values(opted_out_at=None)
    )


def usable() -> ColumnElement[bool]:
    """The condition on `candidate` under which it may be exported, counted or written to: the person has not asked to
    be forgotten and has not taken their consent back. Imported rows have no person yet; their unit answers for them.
    """
    newest = (
        select(func.max(consent.c.id))
        .where(consent.c.person_id == candidate.c.person_id, consent.c.purpose == Purpose.EVALUATION)
        .correlate(candidate)
        .scalar_subquery()
    )
    refused = exists().where(consent.c.id == newest, consent.c.given.is_(False)).correlate(candidate)
    forgotten = exists().where(table.c.person_id == candidate.c.person_id).correlate(candidate)
    return and_(not_(forgotten), not_(refused))
