"""Reminders of an unfinished intake: when, what they say, and what a press on one means."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs.campaign_texts import campaign_line
from dialogs.cards import Card, Choice, Line
from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.press import option_code, subject_code
from dialogs.scripts import SCRIPTS
from dialogs.turn import Turn

SUBJECT = "reminder"
"""The subject of a reminder's buttons: they work however late they are pressed."""

AFTER_DAYS = (2, 7, 21)
"""Days after the person was last here that the first, second and third reminder come."""

AT_MOST = len(AFTER_DAYS)
"""Reminders of one intake."""

EARLIEST, LATEST = time(9, 0), time(20, 0)
"""Local hours between which a reminder may come; at the hour at which the person was last here, where that is one."""

GO_ON, STOP = "continue", "stop"


def next_reminder(conversation: Conversation, had: int, after: datetime, zone: str) -> datetime | None:
    """When the next reminder is due (aware, in `zone`, later than `after`); None where there is to be no more.

    `had` counts those sent so far, however often the person came back in between; `zone` is the person's IANA zone.
    One that could not be sent in time waits for the same hour of another day. Nobody is written to who handed in,
    wants no reminders, or did not get as far as consent.
    """
    unfinished = conversation.consented and conversation.submitted_at is None
    if not unfinished or conversation.reminders_stopped or conversation.seen_at is None or had >= AT_MOST:
        return None
    local = ZoneInfo(zone)
    last = conversation.seen_at.astimezone(local)
    hour = min(max(last.time().replace(minute=0, second=0, microsecond=0), EARLIEST), LATEST)
    day = max(last.date() + timedelta(days=AFTER_DAYS[had]), after.astimezone(local).date())
    due = _at(day, hour, local)
    return due if due > after else _at(day + timedelta(days=1), hour, local)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, tzinfo=zone)


def reminder_card(conversation: Conversation, context: Context) -> Card:
    """What a reminder says, with a button to go on and one to get no more of them."""
    script = SCRIPTS[conversation.main.script]
    missing = script.missing(conversation.main)
    lines = (
        Line(key="reminder.text", args={"missing": missing}),
        campaign_line("recap.deadline", context, conversation.language),
    )
    choices = (
        Choice(id=GO_ON, label=Line(key="reminder.go_on")),
        Choice(id=STOP, label=Line(key="reminder.stop"), minor=True),
    )
    return Card(lines=lines, choices=choices, subject=SUBJECT, opening=conversation.revision)


def pressed_reminder(turn: Turn, subject: int, option: int) -> bool:
    """Does what a press on a reminder asks for; False where it was none."""
    if subject != subject_code(SUBJECT):
        return False
    if option == option_code(STOP):
        turn.conversation = turn.conversation.but(reminders_stopped=True)
        turn.said.append(Line(key="reminder.stopped"))
        return True
    return option == option_code(GO_ON)
