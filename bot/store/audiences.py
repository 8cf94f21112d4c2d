"""An audience as SQL: who it is, how many; the same answer as `domain.audience.Audience.includes` (a test compares).

A person is met once, however many applications they have: by the newest that the filters let through. Whoever asked to
be forgotten or took their consent back is nobody's audience; members and unit contacts are only as applicants.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)

from bot.store.columns import Key
from bot.store.crypto import SEALED_EMPTY
from bot.store.erasures import usable
from bot.store.tables import (
    account,
    application,
    attendance,
    candidate,
    consent,
    conversation,
    enterprise,
    erasure,
    person,
    project,
    role_grant,
    unit,
)
from dialogs.effects import Purpose
from domain.application import ApplicationStatus
from domain.audience import Audience, Invited
from domain.countries import country
from domain.vocabulary import Language, Posting, Role

Who = tuple[int | None, int | None]
"""(person_id, candidate_id): either may be None, not both."""

WITHOUT_APPLICATION = ApplicationStatus.DRAFT
"""The stage of a person who has handed nothing in."""


def people(audience: Audience, campaign: str) -> Select[Who]:
    """(person_id, candidate_id) of everyone in the audience; `campaign` is the present one's id.

    An imported candidate whom nobody has confirmed has no person, a person who has handed nothing in no candidate.
    """
    applicants = _applicants(audience).subquery()
    newest = select(applicants.c.person_id, applicants.c.candidate_id).where(applicants.c.place == 1)
    others = _others(audience, campaign).subquery()
    both = union_all(newest, select(others.c.person_id, others.c.candidate_id)).subquery("audience")
    return select(both.c.person_id, both.c.candidate_id)


def count(connection: Connection, audience: Audience, campaign: str) -> int:
    """How many people."""
    found = people(audience, campaign).subquery()
    return int(connection.execute(select(func.count()).select_from(found)).scalar_one())


def some(connection: Connection, audience: Audience, campaign: str, limit: int) -> list[Who]:
    """Some people of the audience to choose samples from: applicants, and a few of whom little is known."""
    found = people(audience, campaign).subquery()
    query = select(found.c.person_id, found.c.candidate_id)
    known = query.where(found.c.candidate_id.is_not(None)).order_by(found.c.candidate_id).limit(limit)
    others = query.where(found.c.candidate_id.is_(None)).order_by(found.c.person_id).limit(limit // 10)
    return [(row[0], row[1]) for part in (known, others) for row in connection.execute(part)]


def lacking(connection: Connection, audience: Audience, campaign: str) -> dict[str, int]:
    """How many people of the audience have no value for each placeholder that may be missing."""
    found = people(audience, campaign).subquery()
    row = connection.execute(
        select(
            func.coalesce(func.sum(case((_is_empty(candidate.c.name), 1), else_=0)), 0).label("name"),
            func.coalesce(func.sum(case((application.c.level.is_(None), 1), else_=0)), 0).label("level"),
            func.coalesce(func.sum(case((application.c.unit_id.is_(None), 1), else_=0)), 0).label("unit"),
        )
        .select_from(found)
        .outerjoin(candidate, candidate.c.id == found.c.candidate_id)
        .outerjoin(application, application.c.candidate_id == candidate.c.id)
    ).one()
    return {name: int(missing) for name, missing in row._mapping.items() if missing}


def _applicants(audience: Audience) -> Select[Any]:
    """Applications that the filters let through; of each person the newest has place 1."""
    who = func.coalesce(candidate.c.person_id, -candidate.c.id)
    return (
        select(
            candidate.c.person_id,
            candidate.c.id.label("candidate_id"),
            func.row_number().over(partition_by=who, order_by=candidate.c.id.desc()).label("place"),
        )
        .join(application, application.c.candidate_id == candidate.c.id)
        .outerjoin(unit, unit.c.id == application.c.unit_id)
        .outerjoin(enterprise, enterprise.c.id == application.c.enterprise_id)
        .outerjoin(project, project.c.id == application.c.project_id)
        .outerjoin(conversation, conversation.c.person_id == candidate.c.person_id)
        .where(usable(), *_on_applicants(audience))
    )


def _on_applicants(audience: Audience) -> Iterator[ColumnElement[bool]]:
    if audience.campaign:
        yield application.c.campaign == audience.campaign
    if audience.stages:
        yield application.c.status.in_(audience.stages)
    if audience.fields:
        yield candidate.c.field.in_(audience.fields)
    if audience.levels:
        yield application.c.level.in_(audience.levels)
    if audience.postings:
        yield application.c.posting.in_(audience.postings)
    if audience.countries:
        yield application.c.country.in_([known.zh for code in audience.countries if (known := country(code))])
    if audience.units:
        yield unit.c.name.in_(audience.units)
    if audience.languages:
        # Who has no conversation yet is written to in Chinese.
        yield func.coalesce(type_coerce(conversation.c.language, String), Language.ZH.value).in_(
            [each.value for each in audience.languages]
        )
    if audience.incomplete is not None:
        yield _incomplete() if audience.incomplete else not_(_incomplete())
    if audience.eligible is not None:
        yield application.c.eligible.is_(audience.eligible)
    if audience.invited is not None:
        yield _invited(audience.invited, or_(_is_person(candidate.c.person_id), _is_candidate(candidate.c.id)))


def _others(audience: Audience, campaign: str) -> Select[Any]:
    """People who have handed nothing in: of them the campaign, the language and the invitations are known."""
    newest = (
        select(func.max(consent.c.id))
        .where(consent.c.person_id == person.c.id, consent.c.purpose == Purpose.EVALUATION)
        .correlate(person)
        .scalar_subquery()
    )
    works_here = exists().where(
        role_grant.c.person_id == person.c.id, role_grant.c.revoked_at.is_(None), role_grant.c.role != Role.CANDIDATE
    )
    return (
        select(person.c.id.label("person_id"), cast(null(), Key).label("candidate_id"))
        .join(conversation, conversation.c.person_id == person.c.id)
        .where(
            not_(exists().where(candidate.c.person_id == person.c.id)),
            not_(exists().where(erasure.c.person_id == person.c.id)),
            not_(exists().where(consent.c.id == newest, consent.c.given.is_(False))),
            not_(works_here),
            exists().where(account.c.person_id == person.c.id),
            *_on_others(audience, campaign),
        )
    )


def _on_others(audience: Audience, campaign: str) -> Iterator[ColumnElement[bool]]:
    unknown = (audience.fields, audience.levels, audience.postings, audience.countries, audience.units)
    passes = (
        audience.campaign in ("", campaign)
        and (not audience.stages or WITHOUT_APPLICATION in audience.stages)
        and not any(unknown)
        and audience.incomplete is not False
        and audience.eligible is None
    )
    yield true() if passes else false()
    if audience.languages:
        yield conversation.c.language.in_(audience.languages)
    if audience.invited is not None:
        yield _invited(audience.invited, _is_person(person.c.id))


def _invited(invited: Invited, who: ColumnElement[bool]) -> ColumnElement[bool]:
    if not invited.briefing.isascii() or not invited.briefing.isdigit():
        return false()
    called = exists().where(attendance.c.briefing_id == int(invited.briefing), who)
    return called.where(attendance.c.answer.in_(invited.answers)) if invited.answers else called


def _is_person(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return attendance.c.person_id == column


def _is_candidate(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(attendance.c.person_id.is_(None), attendance.c.candidate_id == column)


def _incomplete() -> ColumnElement[bool]:
    """Whether the candidate still owes an answer that stands in their row of Annex 3. What the unit fills in (its
    contact, the project's type, status and headcounts) is not asked of them.
    """
    own = (candidate.c.name, candidate.c.phone, candidate.c.present_location, candidate.c.statement)
    return or_(
        *(_is_empty(each) for each in own),
        candidate.c.field == "",
        application.c.level.is_(None),
        application.c.posting.is_(None),
        application.c.posting == Posting.NONE,
        enterprise.c.id.is_(None),
        and_(
            application.c.posting == Posting.DISPATCHED,
            or_(project.c.id.is_(None), project.c.name == "", project.c.country == ""),
        ),
    )


def _is_empty(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a sealed text is '': it is as short as only nothing can be."""
    return func.coalesce(func.length(type_coerce(column, LargeBinary)), literal(0)) <= SEALED_EMPTY
