"""Which units a person may work for: their own as a contact, all as the secretariat."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.store import members, roles, units
from bot.store.tables import unit
from domain.permissions import Action, Reach, reach
from domain.vocabulary import Role


def own_units(connection: Connection, person: int) -> Sequence[str]:
    """Names, one's own first; the secretariat has all."""
    own = [each.unit_name for each in roles.of(connection, person) if each.role is Role.UNIT_CONTACT]
    if reach(members.roles_of(connection, person), Action.UNIT_CANDIDATES) is Reach.ALL:
        return [*own, *(each for each in units.names(connection) if each not in own)]
    return own


def may_work_for(connection: Connection, person: int, unit_id: int, action: Action) -> bool:
    """Whether the person may do this for that unit."""
    far = reach(members.roles_of(connection, person), action)
    if far is Reach.ALL:
        return True
    own = (each.unit for each in roles.of(connection, person) if each.role is Role.UNIT_CONTACT)
    return far is Reach.UNIT and unit_id in own


def unit_named(connection: Connection, person: int, name: str) -> int | None:
    """The id of that unit, if it is one that the person may work for."""
    found: int | None = connection.execute(select(unit.c.id).where(unit.c.name == name)).scalar_one_or_none()
    if found is None or not may_work_for(connection, person, found, Action.UNIT_CANDIDATES):
        return None
    return found
