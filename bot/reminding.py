"""Reminders of what candidates are to do for their evaluation: a few by themselves, one whenever a member asks."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.store import cases, timers
from bot.store.cases import Standing
from bot.store.timers import Timer
from bot.telling import tell
from dialogs.case import tasks_card
from domain.campaign import campaign
from domain.countries import code_of, country
from domain.evaluation import REMIND_AFTER_DAYS, Task, tasks_wait
from domain.quiet_hours import QuietHours

KIND = "case_tasks"
"""Kind of the timers whose subject is an application with tasks."""


def begin(connection: Connection, application_id: int, now: datetime) -> None:
    """Sets the first reminder."""
    due = now + timedelta(days=REMIND_AFTER_DAYS[0])
    timers.set_timer(connection, KIND, f"application {application_id}", due, now)


def fire(connection: Connection, timer: Timer, now: datetime) -> datetime | None:
    """Reminds of what is still open; returns when to do so again, None after the last time."""
    application_id = int(timer.subject.rsplit(" ", 1)[-1])
    case = cases.standing(connection, application_id)
    if case is None or not remind(connection, application_id, now):
        return None
    asked_at = max(each.asked_at for each in cases.tasks(connection, application_id) if each.done_at is None)
    following = (asked_at + timedelta(days=days) for days in REMIND_AFTER_DAYS)
    return next((due for due in following if due > now), None)


def remind(connection: Connection, application_id: int, now: datetime) -> bool:
    """Tells the candidate, outside their quiet hours, what is still to be done.

    False where nothing is, or where they take no notices.
    """
    case = cases.standing(connection, application_id)
    if case is None or case.person is None:
        return False
    waiting = open_tasks(connection, case)
    if not waiting:
        return False
    place = country(code_of(case.country) or "") if case.country else None
    due = QuietHours().next_allowed(now, place.zones if place else ())
    card = tasks_card(waiting, case.field, campaign(case.campaign))
    return tell(connection, case.person, card, now, due_at=due)


def open_tasks(connection: Connection, case: Standing) -> list[Task]:
    """What the candidate has been asked for and has not done; nothing once the case is past it."""
    if not tasks_wait(case.status):
        return []
    return [each.task for each in cases.tasks(connection, case.id) if each.done_at is None]
