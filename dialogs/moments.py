"""Moments for people: the clock of Beijing first, the recipient's own beside it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs.cards import Arg, Line
from dialogs.context import Context
from dialogs.conversation import Thread, Value
from dialogs.parsers.moments import parse_moment
from dialogs.parsers.outcome import Understood
from dialogs.questions import Reading
from domain.time_zones import BEIJING, city, local_times, must_ask
from domain.vocabulary import Language

_BEIJING = ZoneInfo(BEIJING)


def moment(text: str, _: Thread, context: Context) -> Reading:
    """A moment to come in 北京时间, as ISO 8601 with its offset."""
    outcome = parse_moment(text, now=context.now.astimezone(_BEIJING))
    return Understood(outcome.value.isoformat()) if isinstance(outcome, Understood) else outcome


def moment_of(value: Value) -> datetime:
    """The moment that an answer holds."""
    return datetime.fromisoformat(str(value))


def shows_moment(value: Value, _: Language) -> Line:
    """2025年5月8日（周四）15:00，北京时间."""
    return beijing_line(moment_of(value)) if value else Line(key="not_given")


def beijing_line(at: datetime) -> Line:
    """The moment on the clock of Beijing."""
    return Line(key="moment.beijing", args=_args(at.astimezone(_BEIJING)))


def moment_lines(at: datetime, zones: Sequence[str], language: Language) -> tuple[Line, ...]:
    """The moment in Beijing and where the recipient is; in a country of many clocks, how to have one's own shown."""
    if must_ask(at, zones):
        return (beijing_line(at), Line(key="moment.ask_place"))
    local = (
        Line(key="moment.local", args=_args(each.at) | {"place": city(each.zones[0], language)})
        for each in local_times(at, zones)
    )
    return (beijing_line(at), *local)


def _args(at: datetime) -> dict[str, Arg]:
    weekday = Line(key=f"moment.weekday.{at.weekday()}")
    return {"year": at.year, "month": at.month, "day": at.day, "weekday": weekday, "clock": f"{at:%H:%M}"}
