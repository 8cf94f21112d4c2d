"""Registered members who are put forward to partner bodies abroad; only who agreed to that can be."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from bot.store import cases
from bot.store.tables import application, candidate, consent, put_forward
from dialogs.effects import Purpose
from domain.application import ApplicationStatus


def agrees(connection: Connection, person: int | None) -> bool:
    """Whether the person's newest word on passing their data abroad is yes."""
    if person is None:
        return False
    newest = connection.execute(
        select(consent.c.given)
        .where(consent.c.person_id == person, consent.c.purpose == Purpose.ABROAD)
        .order_by(consent.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return newest is True


def put(connection: Connection, application_id: int, partner: str, by: int, now: datetime) -> bool:
    """Puts a registered member forward who agreed to it; False where they are not, did not, or are already."""
    case = cases.standing(connection, application_id, lock=True)
    if case is None or case.status is not ApplicationStatus.REGISTERED or not agrees(connection, case.person):
        return False
    if partner in of(connection, application_id):
        return False
    connection.execute(insert(put_forward).values(application_id=application_id, partner=partner, by_id=by, at=now))
    return True


def take_back(connection: Connection, application_id: int, partner: str) -> bool:
    """Takes it back; False where they were not."""
    removed = connection.execute(
        delete(put_forward).where(put_forward.c.application_id == application_id, put_forward.c.partner == partner)
    )
    return removed.rowcount == 1


def of(connection: Connection, application_id: int) -> Sequence[str]:
    """The partner bodies to which the member is put forward, by id."""
    rows = connection.execute(
        select(put_forward.c.partner)
        .where(put_forward.c.application_id == application_id)
        .order_by(put_forward.c.partner)
    )
    return list(rows.scalars())


def listed(connection: Connection, campaign: str) -> Mapping[str, Sequence[int]]:
    """The applications put forward to each partner body whose person is registered and still agrees."""
    rows = connection.execute(
        select(put_forward.c.partner, application.c.id, candidate.c.person_id)
        .join(application, application.c.id == put_forward.c.application_id)
        .join(candidate, candidate.c.id == application.c.candidate_id)
        .where(application.c.campaign == campaign, application.c.status == ApplicationStatus.REGISTERED)
        .order_by(put_forward.c.partner, application.c.id)
    ).all()
    willing = _willing(connection)
    found: dict[str, list[int]] = {}
    for row in rows:
        if row.person_id in willing:
            found.setdefault(row.partner, []).append(row.id)
    return found


def _willing(connection: Connection) -> frozenset[int]:
    newest = select(func.max(consent.c.id)).where(consent.c.purpose == Purpose.ABROAD).group_by(consent.c.person_id)
    rows = connection.execute(select(consent.c.person_id).where(consent.c.id.in_(newest), consent.c.given))
    return frozenset(rows.scalars())
