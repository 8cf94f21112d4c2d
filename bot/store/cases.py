"""One application as the secretariat works on it: its status under a version, its clock, notes, tasks, and history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.store.erasures import usable
from bot.store.tables import application, candidate, case_note, case_task, event
from domain.application import ApplicationStatus
from domain.evaluation import Task

REASON_LIMIT = 300
"""Characters of a reason: events keep 400, and what is to be mended is named after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a decision starts from. `version` is that of the row: whoever saw another one decides on something else."""

    id: int
    campaign: str
    person: int | None
    field: str
    status: ApplicationStatus
    version: int
    unit: int | None
    country: str
    evaluation_from: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of the history. `was` is None for the first; `actor` None for the product or the command line."""

    was: str | None
    became: str
    actor: int | None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark of the secretariat."""

    author: int | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTask:
    """Something that the candidate was asked to do."""

    task: Task
    asked_at: datetime
    done_at: datetime | None


def standing(connection: Connection, application_id: int, *, lock: bool = False) -> Standing | None:
    """The application, if there is one that may be used; `lock` holds it until the transaction ends."""
    query = (
        select(
            application.c.id,
            application.c.campaign,
            application.c.status,
            application.c.version,
            application.c.unit_id.label("unit"),
            application.c.country,
            application.c.evaluation_from,
            candidate.c.person_id.label("person"),
            candidate.c.field,
        )
        .join(candidate, candidate.c.id == application.c.candidate_id)
        .where(application.c.id == application_id, usable())
    )
    if lock:
        query = query.with_for_update(of=application)
    row = connection.execute(query).one_or_none()
    return None if row is None else Standing(**row._mapping)


def change_status(
    connection: Connection,
    seen: Standing,
    to: ApplicationStatus,
    now: datetime,
    *,
    evaluation_from: datetime | None,
) -> bool:
    """The new status, if the row is still the one that was seen; the database refuses a change that nobody may make."""
    changed = connection.execute(
        update(application)
        .where(application.c.id == seen.id, application.c.version == seen.version)
        .values(status=to, version=application.c.version + 1, updated_at=now, evaluation_from=evaluation_from)
    )
    return changed.rowcount == 1


def history(connection: Connection, application_id: int) -> Sequence[Change]:
    """Every change of status, oldest first."""
    rows = connection.execute(
        select(event)
        .where(event.c.subject == "application", event.c.subject_id == str(application_id))
        .order_by(event.c.id)
    )
    return [
        Change(was=row.was, became=row.became, actor=row.actor_id, reason=row.detail or "", at=row.at) for row in rows
    ]


def note(connection: Connection, application_id: int, author: int, text: str, now: datetime) -> None:
    """Adds a remark."""
    connection.execute(
        insert(case_note).values(application_id=application_id, author_id=author, text=text.strip(), at=now)
    )


def notes(connection: Connection, application_id: int) -> Sequence[Note]:
    """The remarks, oldest first."""
    rows = connection.execute(
        select(case_note).where(case_note.c.application_id == application_id).order_by(case_note.c.id)
    )
    return [Note(author=row.author_id, text=row.text, at=row.at) for row in rows]


def set_tasks(connection: Connection, application_id: int, wanted: Iterable[Task], now: datetime) -> None:
    """Asks for these; what was done before is asked for anew."""
    for task in wanted:
        changed = connection.execute(
            update(case_task)
            .where(case_task.c.application_id == application_id, case_task.c.task == task)
            .values(asked_at=now, done_at=None)
        )
        if not changed.rowcount:
            connection.execute(insert(case_task).values(application_id=application_id, task=task, asked_at=now))


def mark_task(connection: Connection, application_id: int, task: Task, done_at: datetime | None) -> bool:
    """Done at that moment, or (None) not done after all; False where it was never asked for."""
    changed = connection.execute(
        update(case_task)
        .where(case_task.c.application_id == application_id, case_task.c.task == task)
        .values(done_at=done_at)
    )
    return changed.rowcount == 1


def tasks(connection: Connection, application_id: int) -> Sequence[SetTask]:
    """What the candidate was asked to do, in the order of the tasks."""
    rows = connection.execute(select(case_task).where(case_task.c.application_id == application_id))
    found = [SetTask(task=row.task, asked_at=row.asked_at, done_at=row.done_at) for row in rows]
    return sorted(found, key=lambda each: list(Task).index(each.task))
