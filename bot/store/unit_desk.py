"""A recommending unit's people, enterprises and projects, as its contact sees them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz
from sqlalchemy import Connection, select, union

from bot.store import applications, works
from bot.store.applications import Filed
from bot.store.tables import account, application, enterprise, event, project, unit, unit_enterprise
from bot.store.units import NEAR
from dialogs.unit_desk import DeskEnterprise, DeskPerson, DeskProject, UnitDesk

REMINDED = "reminded"
"""What the history of an application says of a reminder by its unit."""
_SAME_DAY = ZoneInfo("Asia/Shanghai")


def unit_desk(connection: Connection, name: str, campaign: str, now: datetime) -> UnitDesk | None:
    """The desk of the unit with that name; None where there is no such unit."""
    unit_id = connection.execute(select(unit.c.id).where(unit.c.name == name)).scalar_one_or_none()
    if unit_id is None:
        return None
    found = list(applications.filed(connection, campaign, application.c.unit_id == unit_id))
    return UnitDesk(
        id=unit_id,
        name=name,
        people=tuple(_people(connection, found, now)),
        enterprises=tuple(_enterprises(connection, unit_id)),
    )


def _people(connection: Connection, found: Sequence[Filed], now: datetime) -> Iterable[DeskPerson]:
    from exports.annex3_table import missing_cells, row_of  # noqa: PLC0415 - openpyxl is not needed for a turn

    versions = _versions(connection, found)
    with_account = set(
        connection.execute(
            select(account.c.person_id).where(account.c.person_id.in_([each.person for each in found if each.person]))
        ).scalars()
    )
    reminded = _reminded(connection, found, now)
    for each in found:
        yield DeskPerson(
            application=each.id,
            version=versions[each.id],
            name=each.record.candidate.name,
            status=each.status,
            missing=tuple(gap.value for gap in missing_cells(row_of(str(each.id), each.record))),
            confirmed=each.record.confirmed_by_candidate,
            has_account=each.person in with_account,
            reminded_today=each.id in reminded,
        )


def _versions(connection: Connection, found: Sequence[Filed]) -> dict[int, int]:
    rows = connection.execute(
        select(application.c.id, application.c.version).where(application.c.id.in_([each.id for each in found]))
    )
    return {row.id: row.version for row in rows}


def _reminded(connection: Connection, found: Sequence[Filed], now: datetime) -> set[int]:
    """Those who have had a reminder on this day of the secretariat's."""
    begins = now.astimezone(_SAME_DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = connection.execute(
        select(event.c.subject_id).where(
            event.c.subject == "application",
            event.c.subject_id.in_([str(each.id) for each in found]),
            event.c.became == REMINDED,
            event.c.at >= begins,
        )
    )
    return {int(each) for each in rows.scalars()}


def enterprise_ids(connection: Connection, unit_id: int) -> Sequence[int]:
    """The enterprises that the unit's contact entered or its candidates are of."""
    entered = select(unit_enterprise.c.enterprise_id).where(unit_enterprise.c.unit_id == unit_id)
    employed = select(application.c.enterprise_id).where(
        application.c.unit_id == unit_id, application.c.enterprise_id.is_not(None)
    )
    return sorted(connection.execute(union(entered, employed)).scalars())


def _enterprises(connection: Connection, unit_id: int) -> Iterable[DeskEnterprise]:
    ids = enterprise_ids(connection, unit_id)
    rows = connection.execute(select(enterprise).where(enterprise.c.id.in_(ids)).order_by(enterprise.c.id)).all()
    projects: dict[int, list[DeskProject]] = defaultdict(list)
    query = select(project).where(project.c.enterprise_id.in_(ids), project.c.name != "").order_by(project.c.id)
    for row in connection.execute(query):
        projects[row.enterprise_id].append(DeskProject(id=row.id, record=works.project_of(row)))
    for row in rows:
        near = tuple(
            other.id
            for other in rows
            if other.id != row.id and (other.name == row.name or fuzz.WRatio(other.name, row.name) >= NEAR)
        )
        yield DeskEnterprise(id=row.id, record=works.enterprise_of(row), projects=tuple(projects[row.id]), near=near)
