"""What is still to be told of a briefing, and to whom: each notice once, outside quiet hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, literal, or_, select, update

from bot.store.audiences import Who
from bot.store.columns import Moment, fixed
from bot.store.states import NoticeKind
from bot.store.tables import attendance, briefing_notice
from domain.audience import Attendance

VERSIONS = (NoticeKind.INVITATION, NoticeKind.CHANGE)
"""Notices after which a person knows a version of the briefing."""


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
