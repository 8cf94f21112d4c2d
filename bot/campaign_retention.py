"""The end of a campaign's data: once the time that its notice promises is over, what people gave for it goes, audited.

And what those said who never agreed to anything goes after a day.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.store import audit, forgetting, roles
from bot.store.audit import Entry
from bot.store.timers import Timer, keep_timer
from bot.timers import Fire
from domain.campaign import Campaign, campaigns

KIND = "campaign_retention"
EVERY = timedelta(days=1)
NEXT_STEP = timedelta(seconds=1)
PEOPLE = 50
"""Persons that one transaction forgets at most: it must not hold up turns."""
UNCONSENTED = timedelta(days=1)
_MESSAGES = 500


def retain(known: Callable[[], Sequence[Campaign]] = campaigns) -> Fire:
    """What the timer does, every day, in small steps."""

    def fire(connection: Connection, _: Timer, now: datetime) -> datetime:
        touched = forgetting.clear_unconsented(connection, now - UNCONSENTED, _MESSAGES)
        for campaign, until in _ended(known(), now):
            touched += _forget(connection, campaign, until, now)
        return now + (NEXT_STEP if touched else EVERY)

    return fire


def begin(connection: Connection, now: datetime) -> None:
    """Sets the timer at a start, unless it waits already."""
    keep_timer(connection, KIND, "campaigns", now + timedelta(minutes=2), now)


def _ended(known: Sequence[Campaign], now: datetime) -> list[tuple[Campaign, datetime]]:
    """Campaigns whose data are to go, with the moment from which what people do belongs to the next one."""
    found = []
    for place, each in enumerate(known):
        zone = ZoneInfo(each.deadline.time_zone)
        if each.data_kept_until < now.astimezone(zone).date():
            following = known[place + 1].opens_on if place + 1 < len(known) else each.data_kept_until
            found.append((each, _midnight(following, zone)))
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _forget(connection: Connection, campaign: Campaign, until: datetime, now: datetime) -> int:
    """A batch of the campaign's candidates, and of persons who have done nothing since."""
    candidates = forgetting.of_campaign(connection, campaign.id, PEOPLE)
    forgetting.forget_records(connection, candidates, now, withdrawn=False)
    idle = forgetting.idle_persons(connection, until, PEOPLE)
    for each in idle:
        if roles.of(connection, each):
            forgetting.forget_past(connection, each, until, now)
            forgetting.empty_conversation(connection, each, now)
        else:
            forgetting.forget_person(connection, each, now)
    if candidates or idle:
        detail = f"candidates {len(candidates)}; persons {len(idle)}"
        entry = Entry(action="retention", actor=None, subject=f"campaign {campaign.id}", detail=detail)
        audit.write(connection, entry, now)
    return len(candidates) + len(idle)
