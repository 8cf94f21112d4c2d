"""Who is to be evaluated by which society: candidates of a field by stage, their lists, and whose time runs out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.erasures import usable
from bot.store.tables import application, candidate, case_task, unit
from domain.application import ApplicationStatus
from domain.evaluation import RUNNING, Task
from domain.vocabulary import Level

STAGES = (
    ApplicationStatus.SCREENING,
    ApplicationStatus.ALLOCATED,
    ApplicationStatus.MATERIALS,
    ApplicationStatus.REVIEW,
    ApplicationStatus.REGISTERED,
)
"""The stages that concern a society, with the one before it."""
AT_ONCE = 200
"""Candidates allocated, or reminded, by one press: one transaction must not hold up turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A candidate as societies and partner bodies list them; `phone` is E.164."""

    id: int
    name: str
    phone: str
    field: str
    specialty: str
    level: Level | None
    unit: str
    location: str
    status: ApplicationStatus
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A case whose evaluation has begun."""

    id: int
    name: str
    field: str
    status: ApplicationStatus
    began: datetime


def by_field(connection: Connection, campaign: str) -> Mapping[str, Mapping[ApplicationStatus, int]]:
    """How many candidates of each field stand at each of STAGES."""
    rows = connection.execute(
        select(candidate.c.field, application.c.status, func.count())
        .join(application, application.c.candidate_id == candidate.c.id)
        .where(application.c.campaign == campaign, application.c.status.in_(STAGES), usable())
        .group_by(candidate.c.field, application.c.status)
    )
    found: dict[str, dict[ApplicationStatus, int]] = {}
    for field, status, count in rows:
        found.setdefault(field, {})[status] = count
    return found


def waiting(connection: Connection, campaign: str, field: str, limit: int = AT_ONCE) -> Sequence[tuple[int, int]]:
    """Id and version of the field's candidates who passed the screening and have no society yet."""
    rows = connection.execute(
        select(application.c.id, application.c.version)
        .join(candidate, candidate.c.id == application.c.candidate_id)
        .where(
            application.c.campaign == campaign,
            application.c.status == ApplicationStatus.SCREENING,
            candidate.c.field == field,
            usable(),
        )
        .order_by(application.c.id)
        .limit(limit)
    )
    return [(row.id, row.version) for row in rows]


def with_open_task(
    connection: Connection, campaign: str, field: str, task: Task, limit: int = AT_ONCE
) -> Sequence[int]:
    """Ids of the field's applications whose candidate still has to do that."""
    rows = connection.execute(
        select(application.c.id)
        .join(candidate, candidate.c.id == application.c.candidate_id)
        .join(case_task, case_task.c.application_id == application.c.id)
        .where(
            application.c.campaign == campaign,
            application.c.status.in_((ApplicationStatus.ALLOCATED, ApplicationStatus.MATERIALS)),
            candidate.c.field == field,
            case_task.c.task == task,
            case_task.c.done_at.is_(None),
            usable(),
        )
        .order_by(application.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


def open_tasks(connection: Connection, campaign: str) -> Mapping[tuple[str, Task], int]:
    """How many candidates of each field still have to do what."""
    rows = connection.execute(
        select(candidate.c.field, case_task.c.task, func.count())
        .join(application, application.c.candidate_id == candidate.c.id)
        .join(case_task, case_task.c.application_id == application.c.id)
        .where(
            application.c.campaign == campaign,
            application.c.status.in_((ApplicationStatus.ALLOCATED, ApplicationStatus.MATERIALS)),
            case_task.c.done_at.is_(None),
            usable(),
        )
        .group_by(candidate.c.field, case_task.c.task)
    )
    return {(field, task): count for field, task, count in rows}


def running(connection: Connection, campaign: str, limit: int = 200) -> Sequence[Running]:
    """Cases whose evaluation has begun and is not over, the longest running first."""
    rows = connection.execute(
        select(
            application.c.id,
            application.c.status,
            application.c.evaluation_from.label("began"),
            candidate.c.name,
            candidate.c.field,
        )
        .join(candidate, candidate.c.id == application.c.candidate_id)
        .where(
            application.c.campaign == campaign,
            application.c.evaluation_from.is_not(None),
            application.c.status.in_(RUNNING),
            usable(),
        )
        .order_by(application.c.evaluation_from, application.c.id)
        .limit(limit)
    )
    return [Running(**row._mapping) for row in rows]


def people(
    connection: Connection, campaign: str, *, statuses: Sequence[ApplicationStatus], field: str = ""
) -> Iterator[Person]:
    """Candidates at these stages, of one field where it is given."""
    query = (
        select(
            application.c.id,
            application.c.level,
            application.c.status,
            application.c.updated_at.label("changed_at"),
            candidate.c.name,
            candidate.c.phone,
            candidate.c.field,
            candidate.c.specialty,
            candidate.c.present_location.label("location"),
            unit.c.name.label("unit"),
        )
        .join(candidate, candidate.c.id == application.c.candidate_id)
        .join(unit, unit.c.id == application.c.unit_id, isouter=True)
        .where(application.c.campaign == campaign, application.c.status.in_(statuses), usable())
        .order_by(candidate.c.field, application.c.id)
    )
    if field:
        query = query.where(candidate.c.field == field)
    for row in connection.execute(query).yield_per(500):
        yield Person(**{**row._mapping, "unit": row.unit or ""})
