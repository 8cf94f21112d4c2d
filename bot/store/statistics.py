"""Figures over a campaign's applications."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.store.tables import application, candidate
from domain.application import ApplicationStatus
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
