"""Briefings as rows: their versions, who was called and answered what, the material afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, literal, or_, select, update

from bot.store import audiences, notices
from bot.store.audiences import Who
from bot.store.columns import Moment, fixed
from bot.store.states import NoticeKind
from bot.store.tables import attendance, briefing_material, briefing_version, candidate
from bot.store.tables import briefing as table
from domain.audience import Attendance
from domain.briefing import Briefing


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A briefing as it stands; `number` is what people and buttons call it by."""

    number: int
    author: int | None
    briefing: Briefing
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Somebody who was called, and their answer."""

    who: Who
    answer: Attendance
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Material:
    """What is sent afterwards; `reference` is a stored file's, or None."""

    id: int
    text: str
    reference: str | None


def make(connection: Connection, author: int | None, wanted: Briefing, now: datetime) -> int:
    """Stores it as its first version; returns its number. `wanted.key` is to be unique for ever."""
    made = connection.execute(
        insert(table)
        .values(
            uid=wanted.key,
            author_id=author,
            sequence=wanted.sequence,
            cancelled=wanted.cancelled,
            starts_at=wanted.starts_at,
            created_at=now,
        )
        .returning(table.c.id)
    )
    number = int(made.scalar_one())
    _put_version(connection, number, wanted, now)
    return number


def find(connection: Connection, number: int, *, lock: bool = False) -> Called | None:
    """The briefing of that number, in its newest version."""
    query = (
        select(table, briefing_version.c.content)
        .join(
            briefing_version,
            and_(briefing_version.c.briefing_id == table.c.id, briefing_version.c.sequence == table.c.sequence),
        )
        .where(table.c.id == number)
    )
    row = connection.execute(query.with_for_update(of=table) if lock else query).one_or_none()
    if row is None:
        return None
    return Called(
        number=row.id,
        author=row.author_id,
        briefing=Briefing.model_validate_json(row.content),
        created_at=row.created_at,
    )


def listing(connection: Connection, limit: int = 50) -> Sequence[Called]:
    """The one that starts last first."""
    numbers = connection.execute(select(table.c.id).order_by(table.c.starts_at.desc(), table.c.id.desc()).limit(limit))
    found = (find(connection, number) for number in numbers.scalars().all())
    return [each for each in found if each is not None]


def version(connection: Connection, number: int, sequence: int) -> Briefing | None:
    """One of its versions."""
    content = connection.execute(
        select(briefing_version.c.content).where(
            briefing_version.c.briefing_id == number, briefing_version.c.sequence == sequence
        )
    ).scalar_one_or_none()
    return Briefing.model_validate_json(content) if content is not None else None


def put_version(connection: Connection, seen: Called, became: Briefing, now: datetime) -> bool:
    """Stores the next version; False where somebody else was faster."""
    changed = connection.execute(
        update(table)
        .where(table.c.id == seen.number, table.c.sequence == seen.briefing.sequence)
        .values(sequence=became.sequence, cancelled=became.cancelled, starts_at=became.starts_at)
    )
    if not changed.rowcount:
        return False
    _put_version(connection, seen.number, became, now)
    return True


def _put_version(connection: Connection, number: int, became: Briefing, now: datetime) -> None:
    connection.execute(
        insert(briefing_version).values(
            briefing_id=number, sequence=became.sequence, content=became.model_dump_json(), made_at=now
        )
    )


def call(connection: Connection, number: int, wanted: Briefing, campaign: str, now: datetime) -> int:
    """Calls its audience, in the database itself: whoever has been called already is not called again.

    Returns how many are called in all.
    """
    people = audiences.people(wanted.audience, campaign).subquery()
    known = select(attendance.c.id).where(
        attendance.c.briefing_id == number,
        or_(
            attendance.c.person_id == people.c.person_id,
            and_(people.c.person_id.is_(None), attendance.c.candidate_id == people.c.candidate_id),
        ),
    )
    rows = select(
        literal(number),
        people.c.person_id,
        people.c.candidate_id,
        fixed(Attendance.NO_ANSWER),
        literal(now, Moment()),
    ).where(~known.exists())
    columns = ["briefing_id", "person_id", "candidate_id", "answer", "invited_at"]
    connection.execute(insert(attendance).from_select(columns, rows))
    notices.notify(connection, number, NoticeKind.INVITATION, 0)
    count = select(func.count()).where(attendance.c.briefing_id == number)
    return int(connection.execute(count).scalar_one())


def record_answer(connection: Connection, number: int, person: int, answer: Attendance, now: datetime) -> None:
    """Keeps what a person answers; the newest answer holds."""
    changed = connection.execute(
        update(attendance)
        .where(attendance.c.briefing_id == number, attendance.c.person_id == person)
        .values(answer=answer, answered_at=now)
    )
    if not changed.rowcount:  # the account has joined another person since it was called
        connection.execute(
            insert(attendance).values(
                briefing_id=number, person_id=person, answer=answer, invited_at=now, answered_at=now
            )
        )


def invited(connection: Connection, number: int) -> Sequence[Invited]:
    """Everyone who was called. Of a candidate who has confirmed their import since, the person is met, too."""
    rows = connection.execute(
        select(
            func.coalesce(attendance.c.person_id, candidate.c.person_id).label("person_id"),
            attendance.c.candidate_id,
            attendance.c.answer,
            attendance.c.answered_at,
        )
        .outerjoin(candidate, candidate.c.id == attendance.c.candidate_id)
        .where(attendance.c.briefing_id == number)
        .order_by(attendance.c.id)
    )
    return [
        Invited(who=(row.person_id, row.candidate_id), answer=row.answer, answered_at=row.answered_at) for row in rows
    ]


def counts(connection: Connection, number: int) -> Mapping[Attendance, int]:
    """How many gave each answer."""
    rows = connection.execute(
        select(attendance.c.answer, func.count())
        .where(attendance.c.briefing_id == number)
        .group_by(attendance.c.answer)
    )
    return {row[0]: row[1] for row in rows}


def put_material(connection: Connection, number: int, text: str, reference: str | None, now: datetime) -> int:
    """Stores what is to be sent afterwards; returns its id."""
    made = connection.execute(
        insert(briefing_material)
        .values(briefing_id=number, text=text, reference=reference, made_at=now)
        .returning(briefing_material.c.id)
    )
    return int(made.scalar_one())


def material(connection: Connection, material_id: int) -> Material | None:
    """What is to be sent afterwards."""
    row = connection.execute(select(briefing_material).where(briefing_material.c.id == material_id)).one_or_none()
    return Material(row.id, row.text, row.reference) if row is not None else None
