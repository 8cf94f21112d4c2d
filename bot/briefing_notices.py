"""Telling people of briefings: the rows of who is to be told what become messages, outside the recipients' quiet hours.

A timer per briefing does it a little at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.briefing_files import calendar_of, material_card
from bot.broadcasting import Channels, parts_of
from bot.policy import Policy
from bot.store import briefings, notices, outbox
from bot.store.briefings import Called
from bot.store.notices import Notice
from bot.store.outbox import Outgoing
from bot.store.recipients import Addressee, Chat, addressees
from bot.store.states import Kind, NoticeKind
from bot.store.timers import Timer
from bot.timers import Fire
from dialogs.cards import Card
from dialogs.invitations import cancelled_card, changed_card, invitation_card, reminder_card
from domain.audience import Attendance
from domain.briefing import Briefing, Reminder, reminder_times
from domain.campaign import current_campaign

KIND = "briefing"
"""Kind of the timers whose subject is a briefing with notices to be put into the outbox."""
AT_ONCE = 100
"""Notices that one beat takes on: rendering them and their calendar files must not hold up turns."""
BEAT = timedelta(seconds=0.5)
URGENT = timedelta(days=1)
"""A change this near the start is told at whatever hour it is."""
WANT_TO_KNOW = (Attendance.COMING, Attendance.RECORDING)
"""Who has said that it concerns them: they are told also where they have opted out of broadcasts."""

_OF_NOTICE = {NoticeKind.DAY: Reminder.DAY, NoticeKind.HOUR: Reminder.HOUR}


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
        waiting = notices.unput(connection, seen.number, now, AT_ONCE)
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
        notices.wait_until(connection, later)
        notices.put(connection, dealt, now)
        following = notices.next_unput(connection, seen.number, now)
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
        concerned = notice.answer in WANT_TO_KNOW
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
        told = seen.briefing.sequence if notice.kind in notices.VERSIONS else notice.sequence
        return made[-1], told

    def _card(
        self, connection: Connection, seen: Called, notice: Notice, there: Addressee, now: datetime
    ) -> Card | None:
        briefing, number, zones, language = seen.briefing, seen.number, there.zones, there.recipient.language
        if notice.kind is NoticeKind.MATERIAL:
            return material_card(connection, seen, notice, now)
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
        return card.model_copy(update={"document": calendar_of(connection, seen, person, language, now)})


def notices_of(channels: Channels, policy: Policy) -> Fire:
    """The briefing timer."""
    return Notices(channels, policy)
