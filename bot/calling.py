"""Calling people to briefings: invitations, changes, cancellation, reminders and material, each to each person once.

What is to be told to whom is rows, made in one transaction with what it tells of; `bot.briefing_notices` tells them.
"""

from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection

from bot import briefing_notices
from bot.briefing_files import calendar_of
from bot.briefing_notices import WANT_TO_KNOW
from bot.store import briefings, notices, timers
from bot.store.briefings import Called
from bot.store.states import NoticeKind
from bot.store.timers import Timer
from dialogs.cards import Document
from domain.audience import Attendance
from domain.briefing import (
    AHEAD,
    Briefing,
    BriefingError,
    Reminder,
    changed_parts,
    gets_follow_up,
    still_answerable,
)
from domain.campaign import current_campaign
from domain.vocabulary import Language

REMINDER = "briefing_reminder"
"""Kind of the timers whose subject is a briefing and one of its reminders."""

_OF_REMINDER = {Reminder.DAY: NoticeKind.DAY, Reminder.HOUR: NoticeKind.HOUR}


def check(wanted: dict[str, Any], now: datetime) -> None:
    """Raises pydantic.ValidationError where the members make no briefing, BriefingError where it would be past."""
    if Briefing.model_validate({**wanted, "key": "new"}).starts_at <= now:
        raise BriefingError("a briefing begins in the future")


def call(connection: Connection, author: int | None, wanted: dict[str, Any], now: datetime) -> tuple[Called, int]:
    """Stores a briefing (the members of `domain.briefing.Briefing` but its key) and has everyone of its audience
    invited. Returns it and how many people are called. Raises pydantic.ValidationError.
    """
    made = Briefing.model_validate({**wanted, "key": token_hex(16)})
    number = briefings.make(connection, author, made, now)
    count = briefings.call(connection, number, made, current_campaign(now.date()).id, now)
    _set_timers(connection, number, made, now)
    return _found(connection, number), count


def change(connection: Connection, number: int, changes: dict[str, Any], now: datetime) -> Called:
    """The next version; who was told of it before hears what has changed, whoever else its audience has now is invited.

    Raises BriefingError where it is cancelled, unknown or was changed by somebody else at once,
    pydantic.ValidationError for values that do not fit.
    """
    seen = _found(connection, number, lock=True)
    became = seen.briefing.changed(**changes)
    if became is seen.briefing:
        return seen
    if not briefings.put_version(connection, seen, became, now):
        raise BriefingError(f"briefing {number} was changed by somebody else just now; look at it again")
    notices.drop_unput(connection, number, (NoticeKind.CHANGE, NoticeKind.DAY, NoticeKind.HOUR))
    if changed_parts(seen.briefing, became):
        notices.notify(connection, number, NoticeKind.CHANGE, became.sequence)
    if seen.briefing.audience != became.audience:
        briefings.call(connection, number, became, current_campaign(now.date()).id, now)
    _set_timers(connection, number, became, now)
    return _found(connection, number)


def cancel(connection: Connection, number: int, now: datetime) -> Called:
    """It does not take place: whoever was told of it hears so once, nobody is reminded. Raises BriefingError."""
    seen = _found(connection, number, lock=True)
    became = seen.briefing.called_off()
    if became is seen.briefing:
        return seen
    if not briefings.put_version(connection, seen, became, now):
        raise BriefingError(f"briefing {number} was changed by somebody else just now; look at it again")
    notices.drop_unput(connection, number, tuple(NoticeKind))
    notices.notify(
        connection, number, NoticeKind.CANCELLATION, became.sequence, answers=(*WANT_TO_KNOW, Attendance.NO_ANSWER)
    )
    for reminder in Reminder:
        timers.cancel_timer(connection, REMINDER, _subject(number, reminder), now)
    timers.set_timer(connection, briefing_notices.KIND, _subject(number), now, now)
    return _found(connection, number)


def send_material(connection: Connection, number: int, text: str, reference: str | None, now: datetime) -> int:
    """Sends material to all but those who declined; `reference` is a stored file's. Returns its id."""
    _found(connection, number)
    made = briefings.put_material(connection, number, text, reference, now)
    answers = tuple(each for each in Attendance if gets_follow_up(each))
    notices.notify(connection, number, NoticeKind.MATERIAL, made, answers=answers)
    timers.set_timer(connection, briefing_notices.KIND, _subject(number), now, now)
    return made


def answer(
    connection: Connection, number: int, person: int, said: Attendance, language: Language, now: datetime
) -> Document | None:
    """Keeps what a person answers; the calendar file where they come. Raises BriefingError where it is over."""
    seen = briefings.find(connection, number)
    if seen is None or not still_answerable(seen.briefing, now):
        raise BriefingError(f"briefing {number} is over or cancelled")
    briefings.record_answer(connection, number, person, said, now)
    return calendar_of(connection, seen, person, language, now) if said is Attendance.COMING else None


def remind(connection: Connection, timer: Timer, now: datetime) -> None:
    """The reminder timer: everyone who may come gets a notice."""
    _, number, name = timer.subject.split(" ")
    seen = briefings.find(connection, int(number))
    if seen is None or seen.briefing.cancelled:
        return
    kind = _OF_REMINDER[Reminder(name)]
    answers = (Attendance.COMING, Attendance.NO_ANSWER)
    notices.notify(connection, seen.number, kind, seen.briefing.sequence, answers=answers)
    timers.set_timer(connection, briefing_notices.KIND, _subject(seen.number), now, now)


def _found(connection: Connection, number: int, *, lock: bool = False) -> Called:
    seen = briefings.find(connection, number, lock=lock)
    if seen is None:
        raise BriefingError(f"there is no briefing {number}")
    return seen


def _subject(number: int, reminder: Reminder | None = None) -> str:
    return f"briefing {number} {reminder}" if reminder is not None else f"briefing {number}"


def _set_timers(connection: Connection, number: int, wanted: Briefing, now: datetime) -> None:
    for reminder in Reminder:
        due = wanted.starts_at - AHEAD[reminder]
        if due > now:
            timers.set_timer(connection, REMINDER, _subject(number, reminder), due, now)
        else:
            timers.cancel_timer(connection, REMINDER, _subject(number, reminder), now)
    timers.set_timer(connection, briefing_notices.KIND, _subject(number), now, now)
