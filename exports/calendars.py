"""A briefing as an .ics file (RFC 5545) that any calendar program takes, keeps up to date and removes again."""

import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.briefing import AHEAD, Briefing, Reminder
from domain.vocabulary import Language
from exports.cell_text import many_lines, one_line

if TYPE_CHECKING:
    from icalendar import Alarm, Event

PRODUCT = "-//Hurentong//Briefings//ZH"
FILE_NAME = "briefing.ics"
MEDIA_TYPE = "text/calendar"

_UID_DOMAIN = "briefings.hurentong"


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def __getitem__(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en


class CalendarWords(BaseModel):
    """What stands in the file besides the briefing's own words, of `exports/data/calendar.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    materials: _Words
    join: _Words
    day: _Words
    hour: _Words


@cache
def calendar_words() -> CalendarWords:
    """The words in both languages."""
    return CalendarWords.model_validate(
        tomllib.loads(files("exports").joinpath("data/calendar.toml").read_text("utf8"))
    )


def briefing_uid(briefing: Briefing) -> str:
    """The UID by which a calendar program knows all versions of a briefing as one event."""
    return f"{briefing.key}@{_UID_DOMAIN}"


def briefing_calendar(briefing: Briefing, *, written_at: datetime, language: Language = Language.ZH) -> bytes:
    """The .ics of this version of a briefing; `written_at` is aware.

    Times are in UTC, so that no program has to know a time zone. A later version has the same UID and a higher SEQUENCE
    and takes the earlier one's place; a cancelled one has the method CANCEL, which removes it. Reminders ring a day and
    an hour before. Same arguments, same bytes.
    """
    from icalendar import Calendar  # noqa: PLC0415 - 0.2 s, needed for calendars only

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    # PUBLISH, not REQUEST: the answer goes to the bot by a button, not to a mailbox as an iTIP reply.
    calendar.add("method", "CANCEL" if briefing.cancelled else "PUBLISH")
    calendar.add_component(_event(briefing, written_at, language))
    return bytes(calendar.to_ical())


def _event(briefing: Briefing, written_at: datetime, language: Language) -> "Event":
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    event.add("uid", briefing_uid(briefing))
    event.add("sequence", briefing.sequence)
    event.add("dtstamp", written_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", briefing.starts_at.astimezone(UTC))
    event.add("dtend", briefing.ends_at.astimezone(UTC))
    event.add("summary", one_line(briefing.title))
    event.add("location", one_line(briefing.place) or briefing.join_link)
    event.add("description", _description(briefing, language))
    event.add("status", "CANCELLED" if briefing.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if briefing.cancelled else "OPAQUE")
    if briefing.join_link:
        event.add("url", briefing.join_link)
    if not briefing.cancelled:
        for reminder in Reminder:
            event.add_component(_alarm(briefing, reminder, language))
    return event


def _alarm(briefing: Briefing, reminder: Reminder, language: Language) -> "Alarm":
    from icalendar import Alarm  # noqa: PLC0415

    words = calendar_words().day if reminder is Reminder.DAY else calendar_words().hour
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -AHEAD[reminder])
    # Only our own words are a pattern: braces in a title mean nothing.
    alarm.add("description", words[language].format(title=one_line(briefing.title)))
    return alarm


def _description(briefing: Briefing, language: Language) -> str:
    words = calendar_words()
    parts = [briefing.text]
    if briefing.materials:
        parts.append(words.materials[language] + briefing.materials)
    if briefing.join_link:
        parts.append(words.join[language] + briefing.join_link)
    return many_lines("\n".join(part for part in parts if part))
