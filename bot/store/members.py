"""The secretariat's members: who they are, what colleagues call them, what they may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.store import roles
from bot.store.tables import member as table
from bot.store.tables import role_grant, unit
from domain.vocabulary import Role

NAME_LIMIT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody with a role; `name` is '' where nobody has given one."""

    person: int
    role: Role
    unit: str
    name: str
    since: datetime


STAFF = (Role.SECRETARIAT, Role.LEAD)


def holders(connection: Connection) -> Sequence[Holder]:
    """Everyone with a role of the secretariat or of a unit, the secretariat first, the oldest first."""
    rows = connection.execute(
        select(
            role_grant.c.person_id, role_grant.c.role, unit.c.name.label("unit"), table.c.name, role_grant.c.granted_at
        )
        .join(unit, unit.c.id == role_grant.c.unit_id, isouter=True)
        .join(table, table.c.person_id == role_grant.c.person_id, isouter=True)
        .where(role_grant.c.revoked_at.is_(None), role_grant.c.role != Role.CANDIDATE)
        .order_by(role_grant.c.id)
    )
    found = [
        Holder(person=row.person_id, role=row.role, unit=row.unit or "", name=row.name or "", since=row.granted_at)
        for row in rows
    ]
    order = (Role.LEAD, Role.SECRETARIAT, Role.UNIT_CONTACT)
    return sorted(found, key=lambda each: order.index(each.role))


def roles_of(connection: Connection, person: int) -> frozenset[Role]:
    """What the person may act as; everyone is a candidate."""
    return frozenset({Role.CANDIDATE, *(each.role for each in roles.of(connection, person))})


def staff(connection: Connection) -> Sequence[int]:
    """The persons who work for the secretariat."""
    rows = connection.execute(
        select(role_grant.c.person_id)
        .where(role_grant.c.revoked_at.is_(None), role_grant.c.role.in_(STAFF))
        .distinct()
        .order_by(role_grant.c.person_id)
    )
    return list(rows.scalars())


def names(connection: Connection) -> Mapping[int, str]:
    """The names that have been given, by person."""
    return {row.person_id: row.name for row in connection.execute(select(table.c.person_id, table.c.name))}


def rename(connection: Connection, person: int, name: str) -> None:
    """Gives the member a name."""
    name = " ".join(name.split())[:NAME_LIMIT]
    changed = connection.execute(update(table).where(table.c.person_id == person).values(name=name))
    if not changed.rowcount:
        connection.execute(insert(table).values(person_id=person, name=name))
