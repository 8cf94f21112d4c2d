"""企业 and 境外重点项目 of candidates: found by name or made, figures kept together for everyone on a project."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, union, update

from bot.store.prepared import Prepared
from bot.store.tables import application, enterprise, project, unit_enterprise
from domain.records import Enterprise, OverseasProject

FIGURES = ("type", "status", "chinese_engineers", "foreign_engineers", "qualified_engineers")
"""What is known of a project besides its name and country."""


_NAMED = Prepared(select(enterprise.c.id).where(enterprise.c.name == bindparam("name")).order_by(enterprise.c.variant))


def enterprise_rows(connection: Connection, name: str) -> Sequence[Row[Any]]:
    """Every variant of the company with this name, the first one first."""
    return connection.execute(select(enterprise).where(enterprise.c.name == name).order_by(enterprise.c.variant)).all()


def units_of(connection: Connection, enterprise_id: int) -> frozenset[int]:
    """The units whose contact entered it, or whose candidates are of it."""
    entered = select(unit_enterprise.c.unit_id).where(unit_enterprise.c.enterprise_id == enterprise_id)
    employed = select(application.c.unit_id).where(
        application.c.enterprise_id == enterprise_id, application.c.unit_id.is_not(None)
    )
    return frozenset(connection.execute(union(entered, employed)).scalars())


def make_enterprise(connection: Connection, wanted: Enterprise) -> int:
    """A new row, a further variant where the name is known."""
    last = connection.execute(
        select(func.max(enterprise.c.variant)).where(enterprise.c.name == wanted.name)
    ).scalar_one_or_none()
    made: int = connection.execute(
        insert(enterprise)
        .values(**wanted.model_dump(), variant=0 if last is None else last + 1, version=1)
        .returning(enterprise.c.id)
    ).scalar_one()
    return made


def find_or_make_enterprise(connection: Connection, name: str, unit_id: int | None, standing: int | None = None) -> int:
    """The company that a candidate names: the one they stand with, their unit's, one of nobody's unit, or a new one.

    With a unit, never another unit's: its contact's name and number are not this unit's to see.
    """
    found = _find_enterprise(connection, name, unit_id, standing)
    if found is None:
        _wait_for_who_makes(connection, f"enterprise {name}")
        found = _find_enterprise(connection, name, unit_id, standing)
    return found if found is not None else make_enterprise(connection, Enterprise(name=name))


def _find_enterprise(connection: Connection, name: str, unit_id: int | None, standing: int | None) -> int | None:
    named = [int(each) for (each,) in _NAMED.rows(connection, {"name": name})]
    if standing in named:
        return standing
    if unit_id is None:
        return named[0] if named else None
    owners = {each: units_of(connection, each) for each in named}
    own = [each for each, units in owners.items() if unit_id in units]
    free = [each for each, units in owners.items() if not units]
    return next((each for each in (*own, *free)), None)


def _wait_for_who_makes(connection: Connection, what: str) -> None:
    """On PostgreSQL, whoever makes the same thing at this moment goes first, until the end of their transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def project_rows(connection: Connection, enterprise_id: int | None, wanted: OverseasProject) -> Sequence[Row[Any]]:
    """Every variant of the enterprise's project with this name and country."""
    whose = project.c.enterprise_id.is_(None) if enterprise_id is None else project.c.enterprise_id == enterprise_id
    return connection.execute(
        select(project)
        .where(whose, project.c.name == wanted.name, project.c.country == wanted.country)
        .order_by(project.c.variant)
    ).all()


def make_project(connection: Connection, enterprise_id: int | None, wanted: OverseasProject) -> int:
    """A new row, a further variant where name and country are known."""
    known = project_rows(connection, enterprise_id, wanted)
    made: int = connection.execute(
        insert(project)
        .values(
            enterprise_id=enterprise_id,
            variant=max((row.variant for row in known), default=-1) + 1,
            version=1,
            **wanted.model_dump(),
        )
        .returning(project.c.id)
    ).scalar_one()
    return made


def find_or_make_project(
    connection: Connection, enterprise_id: int | None, wanted: OverseasProject, standing: int | None = None
) -> int:
    """The enterprise's project with this name and country; what is given replaces what stood."""
    rows = project_rows(connection, enterprise_id, wanted)
    if not rows:
        _wait_for_who_makes(connection, f"project {enterprise_id} {wanted.name}")
        rows = project_rows(connection, enterprise_id, wanted)
    row = next((each for each in rows if each.id == standing), rows[0] if rows else None)
    if row is None:
        return make_project(connection, enterprise_id, wanted)
    write_project(connection, row, wanted)
    return int(row.id)


def write_project(connection: Connection, row: Row[Any], wanted: OverseasProject) -> None:
    """Puts what is given in place of what stood; a figure that would contradict a given one goes."""
    stood = {name: getattr(row, name) for name in FIGURES}
    given = {name: value for name in FIGURES if (value := getattr(wanted, name)) is not None}
    merged = stood | given
    chinese, qualified = merged["chinese_engineers"], merged["qualified_engineers"]
    if chinese is not None and qualified is not None and qualified > chinese:
        merged["qualified_engineers" if "chinese_engineers" in given else "chinese_engineers"] = None
    if merged != stood:
        connection.execute(
            update(project).where(project.c.id == row.id).values(**merged, version=project.c.version + 1)
        )


def project_of(row: Row[Any]) -> OverseasProject:
    """A stored project as a record."""
    figures = {name: getattr(row, name) for name in FIGURES}
    return OverseasProject(name=row.name, country=row.country, **figures)


def enterprise_of(row: Row[Any]) -> Enterprise:
    """A stored enterprise as a record."""
    return Enterprise(name=row.name, contact_name=row.contact_name, contact_phone=row.contact_phone)
