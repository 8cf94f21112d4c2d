"""推荐单位, found by name, made where new; and names near a name."""

from collections.abc import Sequence
from datetime import datetime

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, func, insert, select

from bot.store.tables import application, enterprise, unit

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
    known = list(connection.execute(select(enterprise.c.name).distinct()).scalars())
    close = process.extract(name, known, scorer=fuzz.WRatio, limit=limit, score_cutoff=NEAR)
    return [found for found, _, _ in close]
