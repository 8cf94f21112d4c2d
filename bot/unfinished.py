"""Reminders of an unfinished intake: at most three, each a timer that sets the next one.

Nothing is written while the person answers: a timer that finds they have been here since looks again later.
"""

from datetime import datetime, time

from sqlalchemy import Connection, select

from bot.store import conversations, timers
from bot.store.tables import conversation as conversation_table
from bot.store.timers import Timer
from bot.telling import tell
from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.reminders import AT_MOST, EARLIEST, LATEST, next_reminder, reminder_card
from dialogs.whereabouts import zones_of_person
from domain.campaign import current_campaign
from domain.classification import classify
from domain.quiet_hours import QuietHours

KIND = "unfinished_intake"
"""Kind of the timers whose subject is a person and how many reminders they have had: `person 7 reminded 1`."""

NIGHT = QuietHours(begins=time(LATEST.hour + 1), ends=EARLIEST)
"""When no reminder comes, in none of the zones of a wide country."""


def begin(connection: Connection, person: int, conversation: Conversation, now: datetime) -> None:
    """Sets the first reminder, in place of whatever was left of earlier ones."""
    for had in range(AT_MOST):
        timers.cancel_timer(connection, KIND, _subject(person, had), now)
    _set(connection, person, conversation, 0, now)


def fire(connection: Connection, timer: Timer, now: datetime) -> datetime | None:
    """Reminds, unless the person has been here since; either way the next look is set, if there is to be one."""
    person, had = (int(word) for word in timer.subject.split()[1::2])
    known = select(conversation_table.c.id).where(conversation_table.c.person_id == person)
    if connection.execute(known).first() is None:
        return None  # erased
    conversation = conversations.find(connection, person)
    zones = zones_of_person(conversation)
    due = _due(conversation, had, conversation.seen_at or now)
    if due is None or due > now:
        return due
    if NIGHT.is_quiet(now, zones):  # the program stood still, or they have named another country since
        return _due(conversation, had, now)
    context = Context(now=now, campaign=current_campaign(now.date()), classify=classify, zone=zones[0])
    if tell(connection, person, reminder_card(conversation, context), now):
        _set(connection, person, conversation, had + 1, now)
    return None


def _set(connection: Connection, person: int, conversation: Conversation, had: int, now: datetime) -> None:
    due = _due(conversation, had, now)
    if due is not None:
        timers.set_timer(connection, KIND, _subject(person, had), due, now)


def _due(conversation: Conversation, had: int, after: datetime) -> datetime | None:
    """When the reminder after `had` earlier ones is due."""
    zones = zones_of_person(conversation)
    due = next_reminder(conversation, had, after, zones[0])
    return NIGHT.next_allowed(due, zones) if due is not None else None


def _subject(person: int, had: int) -> str:
    return f"person {person} reminded {had}"
