"""Enterprises and projects as a unit's contact enters and joins them; never another unit's."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.store import works
from bot.store.tables import application, enterprise, invitation_link, project, unit, unit_enterprise
from bot.store.unit_desk import enterprise_ids
from domain.records import Enterprise, OverseasProject


def unit_name(connection: Connection, unit_id: int) -> str:
    """What the unit is called."""
    return str(connection.execute(select(unit.c.name).where(unit.c.id == unit_id)).scalar_one())


def enterprise_of_project(connection: Connection, unit_id: int, project_id: int) -> int | None:
    """The project's enterprise, if it is one of the unit's."""
    found: int | None = connection.execute(
        select(project.c.enterprise_id).where(project.c.id == project_id)
    ).scalar_one_or_none()
    return found if found in enterprise_ids(connection, unit_id) else None


def save(
    connection: Connection,
    unit_id: int,
    enterprise_id: int | None,
    record: Enterprise,
    project_id: int | None,
    wanted: OverseasProject | None,
) -> int | None:
    """Writes both; returns the enterprise's id, None where something of it is not the unit's."""
    if enterprise_id is None:
        enterprise_id = works.find_or_make_enterprise(connection, record.name, unit_id)
    elif enterprise_id not in enterprise_ids(connection, unit_id):
        return None
    _link(connection, unit_id, enterprise_id)
    connection.execute(
        update(enterprise)
        .where(enterprise.c.id == enterprise_id)
        .values(contact_name=record.contact_name, contact_phone=record.contact_phone, version=enterprise.c.version + 1)
    )
    if wanted is None:
        return enterprise_id
    if project_id is None:
        works.find_or_make_project(connection, enterprise_id, wanted)
        return enterprise_id
    row = connection.execute(
        select(project).where(project.c.id == project_id, project.c.enterprise_id == enterprise_id)
    ).one_or_none()
    if row is None:
        return None
    works.write_project(connection, row, wanted)
    if wanted.country != row.country:
        _move_country(connection, enterprise_id, project_id, wanted)
    return enterprise_id


def _move_country(connection: Connection, enterprise_id: int, project_id: int, wanted: OverseasProject) -> None:
    """Name and country make the project: where the new pair is known, it is a further variant of it."""
    same = [row for row in works.project_rows(connection, enterprise_id, wanted) if row.id != project_id]
    variant = max((row.variant for row in same), default=-1) + 1
    connection.execute(
        update(project).where(project.c.id == project_id).values(country=wanted.country, variant=variant)
    )
    connection.execute(update(application).where(application.c.project_id == project_id).values(country=wanted.country))


def _link(connection: Connection, unit_id: int, enterprise_id: int) -> None:
    pair = unit_enterprise.c.unit_id == unit_id, unit_enterprise.c.enterprise_id == enterprise_id
    if connection.execute(select(unit_enterprise.c.unit_id).where(*pair)).first() is None:
        connection.execute(insert(unit_enterprise).values(unit_id=unit_id, enterprise_id=enterprise_id))


def merge(connection: Connection, unit_id: int, kept: int, gone: int, now: datetime) -> str | None:
    """The unit's people, projects and links of `gone` belong to `kept`; returns its name, None where not the unit's."""
    own = enterprise_ids(connection, unit_id)
    if kept == gone or kept not in own or gone not in own:
        return None
    stands, goes = (
        connection.execute(select(enterprise).where(enterprise.c.id == each)).one() for each in (kept, gone)
    )
    alone = works.units_of(connection, gone) <= {unit_id}
    for row in connection.execute(select(project).where(project.c.enterprise_id == gone)).all():
        _move_project(connection, unit_id, row.id, kept, works.project_of(row))
    connection.execute(
        update(application)
        .where(application.c.unit_id == unit_id, application.c.enterprise_id == gone)
        .values(enterprise_id=kept, version=application.c.version + 1, updated_at=now)
    )
    _link(connection, unit_id, kept)
    missing = {name: getattr(goes, name) for name in ("contact_name", "contact_phone") if not getattr(stands, name)}
    connection.execute(
        update(enterprise).where(enterprise.c.id == kept).values(**missing, version=enterprise.c.version + 1)
    )
    connection.execute(
        delete(unit_enterprise).where(unit_enterprise.c.unit_id == unit_id, unit_enterprise.c.enterprise_id == gone)
    )
    if alone and not works.units_of(connection, gone):
        connection.execute(delete(enterprise).where(enterprise.c.id == gone))
    return str(stands.name)


def _move_project(connection: Connection, unit_id: int, project_id: int, kept: int, record: OverseasProject) -> None:
    moved = works.find_or_make_project(connection, kept, record)
    ours = application.c.unit_id == unit_id, application.c.project_id == project_id
    connection.execute(update(application).where(*ours).values(project_id=moved))
    connection.execute(
        update(invitation_link)
        .where(invitation_link.c.unit_id == unit_id, invitation_link.c.project_id == project_id)
        .values(enterprise_id=kept, project_id=moved)
    )
