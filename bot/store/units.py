"""推荐单位, enterprises and projects: found by name, made where new."""

from collections.abc import Sequence
from datetime import datetime

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, func, insert, select, update

from bot.store.tables import application, enterprise, project, unit
from domain.records import Enterprise, OverseasProject

NEAR = 75.0
"""Likeness (0..100) from which a known name is offered; people decide, never the program."""


def find_or_make_unit(connection: Connection, name: str, now: datetime) -> int:
    """The id of the unit with this name."""
    known = connection.execute(select(unit.c.id).where(unit.c.name == name)).scalar_one_or_none()
    if known is not None:
        return int(known)
    made: int = connection.execute(insert(unit).values(name=name, created_at=now).returning(unit.c.id)).scalar_one()
    return made


def names(connection: Connection, limit: int = 50) -> Sequence[str]:
    """Units by how many applications they have, most first."""
    rows = connection.execute(
        select(unit.c.name)
        .join(application, application.c.unit_id == unit.c.id, isouter=True)
        .group_by(unit.c.id, unit.c.name)
        .order_by(func.count(application.c.id).desc(), unit.c.name)
        .limit(limit)
    )
    return list(rows.scalars())


def enterprises_like(connection: Connection, name: str, limit: int = 5) -> Sequence[str]:
    """Known enterprises whose names are near this one, nearest first; the same name stands first."""
    known = list(connection.execute(select(enterprise.c.name)).scalars())
    close = process.extract(name, known, scorer=fuzz.WRatio, limit=limit, score_cutoff=NEAR)
    return [found for found, _, _ in close]


def find_or_make_enterprise(connection: Connection, wanted: Enterprise) -> int:
    """The id of the enterprise with this name; a contact that is given fills an empty one."""
    row = connection.execute(select(enterprise).where(enterprise.c.name == wanted.name)).one_or_none()
    if row is None:
        made: int = connection.execute(
            insert(enterprise)
            .values(name=wanted.name, contact_name=wanted.contact_name, contact_phone=wanted.contact_phone, version=1)
            .returning(enterprise.c.id)
        ).scalar_one()
        return made
    missing = {
        column: value
        for column, value in (("contact_name", wanted.contact_name), ("contact_phone", wanted.contact_phone))
        if value and not getattr(row, column)
    }
    if missing:
        connection.execute(
            update(enterprise).where(enterprise.c.id == row.id).values(**missing, version=enterprise.c.version + 1)
        )
    return int(row.id)


def find_or_make_project(connection: Connection, enterprise_id: int, wanted: OverseasProject) -> int:
    """The id of the enterprise's project with this name and country; what is given replaces what stood."""
    found = connection.execute(
        select(project.c.id).where(
            project.c.enterprise_id == enterprise_id,
            project.c.name == wanted.name,
            project.c.country == wanted.country,
        )
    ).scalar_one_or_none()
    given = {
        column: value
        for column, value in (
            ("type", wanted.type),
            ("status", wanted.status),
            ("chinese_engineers", wanted.chinese_engineers),
            ("foreign_engineers", wanted.foreign_engineers),
            ("qualified_engineers", wanted.qualified_engineers),
        )
        if value is not None
    }
    if found is None:
        made: int = connection.execute(
            insert(project)
            .values(enterprise_id=enterprise_id, name=wanted.name, country=wanted.country, version=1, **given)
            .returning(project.c.id)
        ).scalar_one()
        return made
    if given:
        connection.execute(update(project).where(project.c.id == found).values(**given, version=project.c.version + 1))
    return int(found)
