"""Who may be what: roles granted by codes, revoked by a lead; every change leaves an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.store import events
from bot.store.events import Event
from bot.store.prepared import Prepared
from bot.store.tables import role_grant, unit
from domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Standing:
    """A role that a person has now; `unit` is the unit's id where the role belongs to one."""

    role: Role
    unit: int | None
    unit_name: str


_STANDING = Prepared(
    select(role_grant.c.role, role_grant.c.unit_id, unit.c.name)
    .join(unit, unit.c.id == role_grant.c.unit_id, isouter=True)
    .where(role_grant.c.revoked_at.is_(None), role_grant.c.person_id == bindparam("person"))
    .order_by(role_grant.c.id)
)


def of(connection: Connection, person: int) -> Sequence[Standing]:
    """The roles that stand, the oldest first."""
    rows = _STANDING.rows(connection, {"person": person})
    return [Standing(role, unit_id, name or "") for role, unit_id, name in rows]


def grant(
    connection: Connection,
    person: int,
    role: Role,
    now: datetime,
    *,
    unit_id: int | None = None,
    code: int | None = None,
) -> bool:
    """Gives the role; False where the person has it already."""
    if any(each.role is role and each.unit == unit_id for each in of(connection, person)):
        return False
    connection.execute(
        insert(role_grant).values(person_id=person, role=role, unit_id=unit_id, code_id=code, granted_at=now)
    )
    events.note(connection, now, Event(subject="person", subject_id=person, was=None, became=role, actor=person))
    return True


def revoke(connection: Connection, person: int, role: Role, by: int, now: datetime) -> bool:
    """Takes the role away, for every unit; False where the person does not have it."""
    changed = connection.execute(
        update(role_grant)
        .where(role_grant.c.person_id == person, role_grant.c.role == role, role_grant.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    if not changed.rowcount:
        return False
    events.note(connection, now, Event(subject="person", subject_id=person, was=role, became="revoked", actor=by))
    return True
