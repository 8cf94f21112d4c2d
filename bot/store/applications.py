"""Candidates and their applications: written from what was handed in, read as records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from bot.store import events, works
from bot.store.candidates import own_candidate, put_candidate
from bot.store.erasures import usable
from bot.store.events import Event
from bot.store.prepared import Prepared
from bot.store.tables import application, candidate, enterprise, project, unit
from domain.application import ApplicationStatus, find_transition
from domain.records import Application, Candidate, Enterprise, OverseasProject


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An application as it stands."""

    id: int
    person: int | None
    status: ApplicationStatus
    eligible: bool | None
    unit: int | None
    record: Application


@dataclass(frozen=True, slots=True)
class _Stands:
    """The application before (members in the order of _STANDS)."""

    id: int
    status: ApplicationStatus
    unit: int | None
    enterprise: int | None
    project: int | None


_STANDS = Prepared(
    select(
        application.c.id,
        application.c.status,
        application.c.unit_id,
        application.c.enterprise_id,
        application.c.project_id,
    ).where(application.c.candidate_id == bindparam("candidate"))
)
_COLUMNS = (
    *("candidate_id", "campaign", "status", "version", "unit_id", "level", "posting", "country", "enterprise_id"),
    *("project_id", "verdict", "eligible", "confirmed", "submitted_at", "updated_at"),
)
_INSERT = Prepared(insert(application).values({name: bindparam(name) for name in _COLUMNS}).returning(application.c.id))


def hand_in(
    connection: Connection,
    person: int,
    record: Application,
    now: datetime,
    *,
    eligible: bool,
    verdict: str,
    unit_id: int | None,
) -> int:
    """Writes what the person handed in: a new application, or a new version of theirs. Returns its id."""
    own = own_candidate(connection, person, record)
    candidate_id = put_candidate(connection, own, person, record, now)
    found = _STANDS.row(connection, {"candidate": candidate_id})
    stands = _Stands(*found) if found else None
    if unit_id is None and stands is not None:
        unit_id = stands.unit
    enterprise_id, project_id = _put_work(
        connection, record, unit_id, (stands.enterprise, stands.project) if stands is not None else (None, None)
    )
    values = {
        "level": record.level,
        "posting": record.posting,
        "country": record.project.country if record.project else "",
        "enterprise_id": enterprise_id,
        "project_id": project_id,
        "verdict": verdict,
        "eligible": eligible,
        "confirmed": True,
        "submitted_at": now,
        "updated_at": now,
    }
    if stands is None:
        made = _INSERT.row(
            connection,
            {"candidate_id": candidate_id, "campaign": record.campaign, "unit_id": unit_id, "version": 1}
            | {"status": ApplicationStatus.SUBMITTED}
            | values,
        )
        assert made is not None  # noqa: S101 - RETURNING of one row
        note_status(connection, now, made[0], None, ApplicationStatus.SUBMITTED, person)
        return int(made[0])
    if unit_id is not None:
        values["unit_id"] = unit_id
    again = find_transition(stands.status, ApplicationStatus.SUBMITTED) is not None
    became = ApplicationStatus.SUBMITTED if again else stands.status
    connection.execute(
        update(application)
        .where(application.c.id == stands.id)
        .values(status=became, version=application.c.version + 1, **values)
    )
    note_status(connection, now, stands.id, stands.status, became, person)
    return stands.id


_STATUS = Prepared(
    select(application.c.status)
    .join(candidate, candidate.c.id == application.c.candidate_id)
    .where(candidate.c.person_id == bindparam("person"), candidate.c.campaign == bindparam("campaign"))
)


def status_of(connection: Connection, person: int, campaign: str) -> ApplicationStatus | None:
    """Where the person's application stands; None before it was handed in."""
    row = _STATUS.row(connection, {"person": person, "campaign": campaign})
    return row[0] if row else None


def has_any(connection: Connection, person: int) -> bool:
    """Whether the person has been recorded as a candidate, in whatever campaign."""
    own = select(candidate.c.id).where(candidate.c.person_id == person).limit(1)
    return connection.execute(own).first() is not None


def filed(connection: Connection, campaign: str, *conditions: object) -> Iterable[Filed]:
    """The campaign's applications that were handed in or imported and may be used, in the order of handing in."""
    return everyone(connection, campaign, application.c.status.in_(STANDING), usable(), *conditions)


def everyone(connection: Connection, campaign: str, *conditions: object) -> Iterable[Filed]:
    """The campaign's applications of any status, also of people whose data may not be used: to compare with only."""
    statement = _SELECT.where(application.c.campaign == campaign)
    for condition in conditions:
        statement = statement.where(condition)  # type: ignore[arg-type]
    rows = connection.execute(statement.order_by(application.c.submitted_at, application.c.id))
    return (_filed(row) for row in rows.yield_per(500))


def usable_ids(connection: Connection, campaign: str) -> frozenset[int]:
    """Applications of the campaign whose people have neither asked to be forgotten nor taken their consent back."""
    query = select(application.c.id).join(candidate, candidate.c.id == application.c.candidate_id)
    return frozenset(connection.execute(query.where(application.c.campaign == campaign, usable())).scalars())


STANDING = tuple(each for each in ApplicationStatus if each not in ("draft", "withdrawn"))
"""Handed in or imported, and not withdrawn."""

_SELECT: Select[tuple[object, ...]] = (
    select(
        application.c.id.label("application_id"),
        application.c.campaign,
        application.c.status,
        application.c.level,
        application.c.posting,
        application.c.country,
        application.c.eligible,
        application.c.confirmed,
        application.c.submitted_at,
        application.c.unit_id,
        candidate.c.person_id,
        candidate.c.name,
        candidate.c.phone,
        candidate.c.degree,
        candidate.c.degree_related,
        candidate.c.major,
        candidate.c.related_years,
        candidate.c.important_years,
        candidate.c.field,
        candidate.c.specialty,
        candidate.c.present_location,
        candidate.c.statement,
        unit.c.name.label("unit_name"),
        enterprise.c.name.label("enterprise_name"),
        enterprise.c.contact_name,
        enterprise.c.contact_phone,
        project.c.name.label("project_name"),
        project.c.country.label("project_country"),
        project.c.type.label("project_type"),
        project.c.status.label("project_status"),
        project.c.chinese_engineers,
        project.c.foreign_engineers,
        project.c.qualified_engineers,
    )
    .join(candidate, candidate.c.id == application.c.candidate_id)
    .join(unit, unit.c.id == application.c.unit_id, isouter=True)
    .join(enterprise, enterprise.c.id == application.c.enterprise_id, isouter=True)
    .join(project, project.c.id == application.c.project_id, isouter=True)
)


def _filed(row: Row[tuple[object, ...]]) -> Filed:
    return Filed(
        id=row.application_id,
        person=row.person_id,
        status=row.status,
        eligible=row.eligible,
        unit=row.unit_id,
        record=Application(
            campaign=row.campaign,
            candidate=Candidate(
                name=row.name,
                phone=row.phone,
                degree=row.degree,
                major=row.major,
                degree_related=row.degree_related,
                related_years=row.related_years,
                important_years=row.important_years,
                field=row.field,
                specialty=row.specialty,
                present_location=row.present_location,
                statement=row.statement,
            ),
            level=row.level,
            posting=row.posting,
            unit=row.unit_name or "",
            enterprise=_enterprise(row),
            project=_project(row),
            confirmed_by_candidate=row.confirmed,
            submitted_at=row.submitted_at,
        ),
    )


def _enterprise(row: Row[tuple[object, ...]]) -> Enterprise | None:
    if row.enterprise_name is None:
        return None
    return Enterprise(name=row.enterprise_name, contact_name=row.contact_name, contact_phone=row.contact_phone)


def _project(row: Row[tuple[object, ...]]) -> OverseasProject | None:
    if row.project_name is None:
        return None
    return OverseasProject(
        name=row.project_name,
        country=row.project_country,
        type=row.project_type,
        status=row.project_status,
        chinese_engineers=row.chinese_engineers,
        foreign_engineers=row.foreign_engineers,
        qualified_engineers=row.qualified_engineers,
    )


def _put_work(
    connection: Connection, record: Application, unit_id: int | None, standing: tuple[int | None, int | None]
) -> tuple[int | None, int | None]:
    enterprise_id = None
    if record.enterprise is not None:
        enterprise_id = works.find_or_make_enterprise(connection, record.enterprise.name, unit_id, standing[0])
    if record.project is None:
        return enterprise_id, None
    return enterprise_id, works.find_or_make_project(connection, enterprise_id, record.project, standing[1])


def note_status(
    connection: Connection,
    now: datetime,
    application_id: int,
    was: ApplicationStatus | None,
    became: ApplicationStatus,
    actor: int | None,
) -> None:
    """Writes the change into the application's history; `actor` None for the command line."""
    events.note(
        connection,
        now,
        Event(subject="application", subject_id=application_id, was=was, became=became, actor=actor),
    )
