"""How many have withdrawn: said on every export, whose they were is not."""

from sqlalchemy import ColumnElement, Connection, func, not_, or_, select

from bot.store.erasures import usable
from bot.store.tables import application, candidate, unit, withdrawal
from domain.application import ApplicationStatus


def count(
    connection: Connection,
    campaign: str,
    standing: list[ColumnElement[bool]],
    erased: list[ColumnElement[bool]],
) -> int:
    """Applications of the campaign that had been handed in and are withdrawn, forgotten or without consent by now.

    `standing` are the conditions of the export on application, candidate and unit, `erased` the same on withdrawal and
    unit, of which no more is known.
    """
    held = connection.execute(
        select(func.count())
        .select_from(application)
        .join(candidate, candidate.c.id == application.c.candidate_id)
        .join(unit, unit.c.id == application.c.unit_id, isouter=True)
        .where(
            application.c.campaign == campaign,
            application.c.submitted_at.is_not(None),
            or_(application.c.status == ApplicationStatus.WITHDRAWN, not_(usable())),
            *standing,
        )
    ).scalar_one()
    gone = connection.execute(
        select(func.count())
        .select_from(withdrawal)
        .join(unit, unit.c.id == withdrawal.c.unit_id, isouter=True)
        .where(withdrawal.c.campaign == campaign, *erased)
    ).scalar_one()
    return int(held) + int(gone)
