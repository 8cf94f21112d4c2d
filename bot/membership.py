"""Taking a role away: by a lead, never the last lead's, and at once."""

from datetime import datetime

from sqlalchemy import Connection

from bot.store import audit, desk_sessions, members, roles
from bot.store.audit import Entry
from domain.vocabulary import Role

LAST_LEAD, REVOKED, NOT_HELD = "last_lead", "revoked", "not_held"


def revoke(connection: Connection, by: int, person: int, role: Role, now: datetime) -> str:
    """What came of it: the last part of a text `desk.said.<…>`."""
    leads = {each.person for each in members.holders(connection) if each.role is Role.LEAD}
    if role is Role.LEAD and leads == {person}:
        return LAST_LEAD
    if not roles.revoke(connection, person, role, by, now):
        return NOT_HELD
    if members.roles_of(connection, person).isdisjoint(members.STAFF):
        desk_sessions.end_all(connection, person)
    audit.write(connection, Entry(action="revoke", actor=by, subject=f"person {person}", detail=role), now)
    return REVOKED
