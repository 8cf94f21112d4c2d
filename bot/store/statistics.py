"""Figures over a campaign's applications."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, String, func, select, text, type_coerce

from bot.store.tables import application, candidate
from domain.application import ApplicationStatus
from domain.countries import code_of
from domain.statistics import EligibilityGroup, Statistics
from domain.vocabulary import Level, Posting


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many handed in, and how they spread; `fields` by printed name, most first."""

    total: int
    eligible: int
    professional: int
    senior: int
    dispatched: int
    planned: int
    none: int
    fields: tuple[tuple[str, int], ...]


def counts(connection: Connection, campaign: str) -> Counts:
    """Counts what stands: neither unfinished nor withdrawn."""
    standing = (
        application.c.campaign == campaign,
        application.c.status.not_in((ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN)),
    )
    rows = connection.execute(
        select(application.c.level, application.c.posting, application.c.eligible, func.count())
        .where(*standing)
        .group_by(application.c.level, application.c.posting, application.c.eligible)
    ).all()
    fields = connection.execute(
        select(candidate.c.field, func.count())
        .join(application, application.c.candidate_id == candidate.c.id)
        .where(*standing, candidate.c.field != "")
        .group_by(candidate.c.field)
        .order_by(func.count().desc(), candidate.c.field)
    ).all()
    return Counts(
        total=sum(row[-1] for row in rows),
        eligible=sum(row[-1] for row in rows if row.eligible),
        professional=sum(row[-1] for row in rows if row.level is Level.PROFESSIONAL),
        senior=sum(row[-1] for row in rows if row.level is Level.SENIOR),
        dispatched=sum(row[-1] for row in rows if row.posting is Posting.DISPATCHED),
        planned=sum(row[-1] for row in rows if row.posting is Posting.PLANNED),
        none=sum(row[-1] for row in rows if row.posting is Posting.NONE),
        fields=tuple((row.field, row[-1]) for row in fields),
    )


def statistics(connection: Connection, campaign: str, now: datetime) -> Statistics:
    """All numbers of the year, of everyone who has handed in or been imported and has not withdrawn."""
    standing = (
        application.c.campaign == campaign,
        application.c.status.not_in((ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN)),
    )

    def counted(column: ColumnElement[Any]) -> dict[Any, int]:
        query = select(column, func.count()).select_from(application).where(*standing).group_by(column)
        if column.table is candidate:
            query = query.join(candidate, candidate.c.id == application.c.candidate_id)
        return {row[0]: int(row[1]) for row in connection.execute(query)}

    stages = counted(application.c.status)
    eligible = counted(application.c.eligible)
    return Statistics(
        counted_at=now,
        total=sum(stages.values()),
        by_field={name: count for name, count in counted(candidate.c.field).items() if name},
        by_stage=stages,
        by_country=_by_code(counted(application.c.country)),
        by_week=_by_week(connection, standing),
        by_eligibility={_ELIGIBILITY[each]: count for each, count in eligible.items()},
    )


_ELIGIBILITY = {
    True: EligibilityGroup.ELIGIBLE,
    False: EligibilityGroup.NOT_ELIGIBLE,
    None: EligibilityGroup.UNKNOWN,
}


def _by_code(names: Mapping[str, int]) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for name, count in names.items():
        found[code_of(name) or ""] += count
    return found


def _by_week(connection: Connection, standing: Sequence[ColumnElement[bool]]) -> Mapping[date, int]:
    """Grouped by the hour in the database, since weeks begin on the secretariat's clock."""
    if connection.dialect.name == "postgresql":
        hour: ColumnElement[Any] = func.to_char(
            func.timezone("UTC", application.c.submitted_at), text("'YYYY-MM-DD\"T\"HH24'")
        )
    else:
        hour = func.substr(type_coerce(application.c.submitted_at, String), 1, _HOUR_LENGTH)
    rows = connection.execute(
        select(hour, func.count()).where(*standing, application.c.submitted_at.is_not(None)).group_by(hour)
    )
    found: Counter[date] = Counter()
    for written, count in rows:
        day = datetime.fromisoformat(f"{written}:00+00:00").astimezone(_OFFICE).date()
        found[day - timedelta(days=day.weekday())] += int(count)
    return found


_HOUR_LENGTH = len("2025-01-01T00")
_OFFICE = ZoneInfo("Asia/Shanghai")
