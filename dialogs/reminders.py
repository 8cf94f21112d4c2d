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
"""Days after the person was last here: three reminders at most."""

EARLIEST, LATEST = time(9, 0), time(20, 0)
"""Local hours between which a reminder may come; at the hour at which the person was last here, where that is one."""

GO_ON, STOP = "continue", "stop"


def reminders(conversation: Conversation, now: datetime, zone: str) -> tuple[datetime, ...]:
    """The due times (aware, in `zone`, after `now`) of what is left of the reminders; none once handed in.

    `zone` is the person's IANA zone. A person who did not get as far as consent is not written to.
    """
    unfinished = conversation.consented and conversation.submitted_at is None
    if not unfinished or conversation.reminders_stopped or conversation.seen_at is None:
        return ()
    local = ZoneInfo(zone)
    last = conversation.seen_at.astimezone(local)
    hour = min(max(last.time().replace(minute=0, second=0, microsecond=0), EARLIEST), LATEST)
    due = (_at(last.date() + timedelta(days=days), hour, local) for days in AFTER_DAYS)
    return tuple(each for each in due if each > now)


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
