"""Calling people to briefings: invitations, changes, cancellation, reminders and material, each to each person once.

What is to be told to whom is rows, made in one transaction with what it tells of; a timer per briefing turns them into
messages a little at a time, outside the recipients' quiet hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection

from bot.broadcasting import Channels, parts_of
from bot.policy import Policy
from bot.store import attachments, briefings, outbox, timers
from bot.store.briefings import Called, Notice
from bot.store.outbox import Outgoing
from bot.store.recipients import Addressee, Chat, addressees
from bot.store.states import Kind, NoticeKind
from bot.store.timers import Timer
from bot.timers import Fire
from dialogs.cards import Card, Document
from dialogs.invitations import cancelled_card, changed_card, follow_up_card, invitation_card, reminder_card
from domain.audience import Attendance
from domain.briefing import (
    AHEAD,
    Briefing,
    BriefingError,
    Reminder,
    changed_parts,
    gets_follow_up,
    reminder_times,
    still_answerable,
)
from domain.campaign import current_campaign
from domain.vocabulary import Language

KIND = "briefing"
"""Kind of the timers whose subject is a briefing with notices to be put into the outbox."""
REMINDER = "briefing_reminder"
"""Kind of the timers whose subject is a briefing and one of its reminders."""
AT_ONCE = 100
"""Notices that one beat takes on: rendering them and their calendar files must not hold up turns."""
BEAT = timedelta(seconds=0.5)
URGENT = timedelta(days=1)
"""A change this near the start is told at whatever hour it is."""
CALENDAR_KEPT = timedelta(days=30)

_OF_REMINDER = {Reminder.DAY: NoticeKind.DAY, Reminder.HOUR: NoticeKind.HOUR}
_OF_NOTICE = {notice: reminder for reminder, notice in _OF_REMINDER.items()}
_WANTS_TO_KNOW = (Attendance.COMING, Attendance.RECORDING)
"""Who has said that it concerns them: they are told also where they have opted out of broadcasts."""


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
    briefings.drop_unput(connection, number, (NoticeKind.CHANGE, NoticeKind.DAY, NoticeKind.HOUR))
    if changed_parts(seen.briefing, became):
        briefings.notify(connection, number, NoticeKind.CHANGE, became.sequence)
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
    briefings.drop_unput(connection, number, tuple(NoticeKind))
    briefings.notify(
        connection, number, NoticeKind.CANCELLATION, became.sequence, answers=(*_WANTS_TO_KNOW, Attendance.NO_ANSWER)
    )
    for reminder in Reminder:
        timers.cancel_timer(connection, REMINDER, _subject(number, reminder), now)
    timers.set_timer(connection, KIND, _subject(number), now, now)
    return _found(connection, number)


def send_material(connection: Connection, number: int, text: str, reference: str | None, now: datetime) -> int:
    """Sends material to all but those who declined; `reference` is a stored file's. Returns its id."""
    _found(connection, number)
    made = briefings.put_material(connection, number, text, reference, now)
    answers = tuple(each for each in Attendance if gets_follow_up(each))
    briefings.notify(connection, number, NoticeKind.MATERIAL, made, answers=answers)
    timers.set_timer(connection, KIND, _subject(number), now, now)
    return made


def answer(
    connection: Connection, number: int, person: int, said: Attendance, language: Language, now: datetime
) -> Document | None:
    """Keeps what a person answers; the calendar file where they come. Raises BriefingError where it is over."""
    seen = briefings.find(connection, number)
    if seen is None or not still_answerable(seen.briefing, now):
        raise BriefingError(f"briefing {number} is over or cancelled")
    briefings.record_answer(connection, number, person, said, now)
    return _calendar(connection, seen, person, language, now) if said is Attendance.COMING else None


def remind(connection: Connection, timer: Timer, now: datetime) -> None:
    """The reminder timer: everyone who may come gets a notice."""
    _, number, name = timer.subject.split(" ")
    seen = briefings.find(connection, int(number))
    if seen is None or seen.briefing.cancelled:
        return
    kind = _OF_REMINDER[Reminder(name)]
    answers = (Attendance.COMING, Attendance.NO_ANSWER)
    briefings.notify(connection, seen.number, kind, seen.briefing.sequence, answers=answers)
    timers.set_timer(connection, KIND, _subject(seen.number), now, now)


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
    timers.set_timer(connection, KIND, _subject(number), now, now)


def _calendar(connection: Connection, seen: Called, person: int, language: Language, now: datetime) -> Document:
    from exports.calendars import FILE_NAME, MEDIA_TYPE, briefing_calendar  # noqa: PLC0415 - loads icalendar

    content = briefing_calendar(seen.briefing, written_at=now, language=language)
    kept = max(now, seen.briefing.ends_at) + CALENDAR_KEPT
    reference = attachments.put(connection, person, FILE_NAME, MEDIA_TYPE, content, now, expires_at=kept)
    return Document(reference=reference, name=FILE_NAME, media_type=MEDIA_TYPE)


@dataclass(frozen=True, slots=True)
class Notices:
    """Puts a briefing's notices into the outbox."""

    channels: Channels
    policy: Policy

    def __call__(self, connection: Connection, timer: Timer, now: datetime) -> datetime | None:
        """One beat; returns when the next is due, None where nothing is left to tell."""
        seen = briefings.find(connection, int(timer.subject.rsplit(" ", 1)[-1]), lock=True)
        if seen is None:
            return None
        waiting = briefings.unput(connection, seen.number, now, AT_ONCE)
        campaign = current_campaign(now.date()).id
        known = {each.who: each for each in addressees(connection, [each.who for each in waiting], campaign)}
        later: dict[int, datetime] = {}
        dealt: dict[int, tuple[int | None, int]] = {}
        for notice in waiting:
            there = known.get(notice.who)
            due = self._due(seen.briefing, notice, there, now)
            if due is not None and due > now:
                later[notice.id] = due
            elif due is None or there is None or there.chat is None:
                dealt[notice.id] = (None, notice.sequence)
            else:
                dealt[notice.id] = self._tell(connection, seen, notice, there, there.chat, now)
        briefings.wait_until(connection, later)
        briefings.put(connection, dealt, now)
        following = briefings.next_unput(connection, seen.number, now)
        return max(now + BEAT, following) if following is not None else None

    def _due(self, briefing: Briefing, notice: Notice, there: Addressee | None, now: datetime) -> datetime | None:
        """When it may go out; None where it is of no use any more."""
        zones = there.zones if there is not None else ()
        if notice.kind in _OF_NOTICE:
            reminder = _OF_NOTICE[notice.kind]
            sooner = now - timedelta(days=2)  # a reminder that is late by a little is better than none
            times = reminder_times(briefing, notice.answer, after=sooner, zones=zones, quiet=self.policy.quiet)
            return times.get(reminder) if now < briefing.starts_at else None
        if notice.kind is not NoticeKind.MATERIAL and now >= briefing.ends_at:
            return None
        if notice.kind in (NoticeKind.CHANGE, NoticeKind.CANCELLATION) and briefing.starts_at - now < URGENT:
            return now
        return self.policy.quiet.next_allowed(now, zones)

    def _tell(
        self, connection: Connection, seen: Called, notice: Notice, there: Addressee, chat: Chat, now: datetime
    ) -> tuple[int | None, int]:
        card = self._card(connection, seen, notice, there, now)
        if card is None:
            return None, notice.sequence
        language = there.recipient.language
        concerned = notice.answer in _WANTS_TO_KNOW
        parts: Sequence[Card] = parts_of(self.channels, chat.channel, card, language)
        rows = [
            Outgoing(
                account=chat.account,
                channel=chat.channel,
                language=language,
                card=part,
                kind=Kind.NOTICE if concerned else Kind.BROADCAST,
                expires_at=None if notice.kind is NoticeKind.MATERIAL else seen.briefing.ends_at,
            )
            for part in parts
        ]
        made = outbox.put(connection, rows, now)
        told = seen.briefing.sequence if notice.kind in briefings.VERSIONS else notice.sequence
        return made[-1], told

    def _card(
        self, connection: Connection, seen: Called, notice: Notice, there: Addressee, now: datetime
    ) -> Card | None:
        briefing, number, zones, language = seen.briefing, seen.number, there.zones, there.recipient.language
        if notice.kind is NoticeKind.MATERIAL:
            return _material_card(connection, seen, notice, now)
        if notice.kind in _OF_NOTICE:
            return reminder_card(_OF_NOTICE[notice.kind], briefing, number, zones, language)
        if notice.kind is NoticeKind.CANCELLATION:
            card = cancelled_card(briefing, zones, language)
        elif notice.kind is NoticeKind.INVITATION:
            card = invitation_card(briefing, number, zones, language)
        else:
            before = briefings.version(connection, number, notice.knows or 0)
            if before is None:
                return None
            card = changed_card(before, briefing, number, zones, language)
        person = notice.who[0]
        assert person is not None  # noqa: S101 - a notice is a person's
        return card.model_copy(update={"document": _calendar(connection, seen, person, language, now)})


def _material_card(connection: Connection, seen: Called, notice: Notice, now: datetime) -> Card | None:
    material = briefings.material(connection, notice.sequence)
    if material is None:
        return None
    card = follow_up_card(seen.briefing, material.text)
    file = attachments.find(connection, material.reference) if material.reference else None
    if file is None or notice.who[0] is None:
        return card
    # Everyone gets a file of their own: only one's own can be fetched from the chat page and by WeChat's links.
    kept = now + CALENDAR_KEPT
    own = attachments.put(connection, notice.who[0], file.name, file.media_type, file.content, now, expires_at=kept)
    return card.model_copy(update={"document": Document(reference=own, name=file.name, media_type=file.media_type)})


def notices_of(channels: Channels, policy: Policy) -> Fire:
    """The briefing timer."""
    return Notices(channels, policy)
