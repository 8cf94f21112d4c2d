"""Briefings as rows: their versions, who was called and answered what, and which notice is still to go to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, literal, or_, select, update

from bot.store import audiences
from bot.store.audiences import Who
from bot.store.columns import Moment, fixed
from bot.store.states import NoticeKind
from bot.store.tables import attendance, briefing_material, briefing_notice, briefing_version, candidate
from bot.store.tables import briefing as table
from domain.audience import Attendance
from domain.briefing import Briefing

VERSIONS = (NoticeKind.INVITATION, NoticeKind.CHANGE)
"""Notices after which a person knows a version of the briefing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A briefing as it stands; `number` is what people and buttons call it by."""

    number: int
    author: int | None
    briefing: Briefing
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice that is still to be put: to whom, and what they know and have answered. `knows` is the newest version
    that they were told of, None where they were told of none.
    """

    id: int
    kind: NoticeKind
    sequence: int
    who: Who
    answer: Attendance
    knows: int | None


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
    notify(connection, number, NoticeKind.INVITATION, 0)
    count = select(func.count()).where(attendance.c.briefing_id == number)
    return int(connection.execute(count).scalar_one())


def notify(
    connection: Connection,
    number: int,
    kind: NoticeKind,
    sequence: int,
    *,
    answers: Sequence[Attendance] = tuple(Attendance),
) -> None:
    """Makes a notice for everyone who was called and gave one of these answers; one that is there already stays.

    Of a change, a cancellation, a reminder and material only those hear who were told of the briefing at all.
    """
    told = (
        select(briefing_notice.c.id)
        .where(
            briefing_notice.c.briefing_id == number,
            briefing_notice.c.person_id == attendance.c.person_id,
            briefing_notice.c.kind.in_(VERSIONS),
            briefing_notice.c.put_at.is_not(None),
        )
        .exists()
    )
    there = (
        select(briefing_notice.c.id)
        .where(
            briefing_notice.c.briefing_id == number,
            briefing_notice.c.person_id == attendance.c.person_id,
            briefing_notice.c.kind == kind,
            *(() if kind is NoticeKind.INVITATION else (briefing_notice.c.sequence == sequence,)),
        )
        .exists()
    )
    rows = select(literal(number), attendance.c.person_id, fixed(kind), literal(sequence)).where(
        attendance.c.briefing_id == number,
        attendance.c.person_id.is_not(None),
        attendance.c.answer.in_(answers),
        ~there,
    )
    if kind is not NoticeKind.INVITATION:
        rows = rows.where(told)
    connection.execute(insert(briefing_notice).from_select(["briefing_id", "person_id", "kind", "sequence"], rows))


def drop_unput(connection: Connection, number: int, kinds: Sequence[NoticeKind]) -> None:
    """Notices that have been overtaken before they went out."""
    connection.execute(
        delete(briefing_notice).where(
            briefing_notice.c.briefing_id == number,
            briefing_notice.c.put_at.is_(None),
            briefing_notice.c.kind.in_(kinds),
        )
    )


def unput(connection: Connection, number: int, now: datetime, limit: int) -> Sequence[Notice]:
    """The next notices, those whose people are in their quiet hours aside."""
    earlier = briefing_notice.alias("earlier")
    knows = (
        select(func.max(earlier.c.sequence))
        .where(
            earlier.c.briefing_id == number,
            earlier.c.person_id == briefing_notice.c.person_id,
            earlier.c.kind.in_(VERSIONS),
            earlier.c.put_at.is_not(None),
        )
        .correlate(briefing_notice)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(
            briefing_notice.c.id,
            briefing_notice.c.kind,
            briefing_notice.c.sequence,
            briefing_notice.c.person_id,
            attendance.c.candidate_id,
            attendance.c.answer,
            knows.label("knows"),
        )
        .join(
            attendance,
            and_(
                attendance.c.briefing_id == briefing_notice.c.briefing_id,
                attendance.c.person_id == briefing_notice.c.person_id,
            ),
        )
        .where(
            briefing_notice.c.briefing_id == number,
            briefing_notice.c.put_at.is_(None),
            or_(briefing_notice.c.not_before.is_(None), briefing_notice.c.not_before <= now),
        )
        .order_by(briefing_notice.c.id)
        .limit(limit)
    )
    return [
        Notice(
            id=row.id,
            kind=row.kind,
            sequence=row.sequence,
            who=(row.person_id, row.candidate_id),
            answer=row.answer,
            knows=row.knows,
        )
        for row in rows
    ]


_PUT = (
    update(briefing_notice)
    .where(briefing_notice.c.id == bindparam("row"))
    .values(put_at=bindparam("now"), outbox_id=bindparam("message"), sequence=bindparam("told"))
)
_WAIT = update(briefing_notice).where(briefing_notice.c.id == bindparam("row")).values(not_before=bindparam("until"))


def put(connection: Connection, rows: Mapping[int, tuple[int | None, int]], now: datetime) -> None:
    """These notices are dealt with: notice -> (outbox row or None, the sequence that it told of)."""
    if rows:
        values = [{"row": row, "message": message, "told": told, "now": now} for row, (message, told) in rows.items()]
        connection.execute(_PUT, values)


def wait_until(connection: Connection, moments: Mapping[int, datetime]) -> None:
    """These notices wait for the end of quiet hours."""
    if moments:
        connection.execute(_WAIT, [{"row": row, "until": until} for row, until in moments.items()])


def next_unput(connection: Connection, number: int, now: datetime) -> datetime | None:
    """When the next notice can go out; None where none is left."""
    earliest: datetime | None = connection.execute(
        select(func.min(func.coalesce(briefing_notice.c.not_before, literal(now, Moment())), type_=Moment())).where(
            briefing_notice.c.briefing_id == number, briefing_notice.c.put_at.is_(None)
        )
    ).scalar_one()
    return earliest


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
