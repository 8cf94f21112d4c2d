"""A date with a time of day, as people write when something is to begin: 5月8日下午3点, 下周三 15:00, May 8 3pm."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dialogs.parsers.normal import MAX_LENGTH, folded
from dialogs.parsers.numerals import digits_of, number
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Outcome, Understood
from domain.patterns import pattern
from domain.time_zones import country_in

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<word>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMERAL = pattern(r"[零一二三四五六七八九十廿两]+(?=[年月日号点时分])")
_WEEKDAY = pattern(
    r"(?P<which>下下|下|本|这)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
    rf"|\b(?P<next>next |this )?(?P<english>{'|'.join(_DAYS)})(?:[a-z]*day)?\b"
)
_DATES = tuple(
    pattern(form)
    for form in (
        r"(?<![0-9])(?P<year>20[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])",
        r"(?<![0-9])(?P<year>[0-9]{4}|[0-9]{2}(?=年)) ?[-/.年] ?(?P<month>[0-9]{1,2}) ?[-/.月] ?(?P<day>[0-9]{1,2})"
        r"(?![0-9:])[日号]?",
        rf"\b(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH},?(?: (?P<year>20[0-9]{{2}}))?(?![0-9])",
        rf"\b{_MONTH} ?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9:])(?:,? (?P<year>20[0-9]{{2}}))?(?![0-9])",
        r"(?:(?P<relative>今年|明年)的?)?(?<![0-9])(?P<month>[0-9]{1,2}) ?月(?:份 ?)?(?P<day>[0-9]{1,2}) ?[日号]?"
        r"(?![0-9:])",
        r"(?<![0-9:.])(?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})(?![0-9:点时./-])",
    )
)
_RELATIVE = {"大后天": 3, "day after tomorrow": 2, "后天": 2, "明": 1, "tomorrow": 1, "今": 0, "today": 0, "tonight": 0}
_TIMES = pattern(
    r"(?<![0-9])(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::00)?"
    r"|[点时](?:钟|整|(?P<half>半)|(?P<quarter>[一三13])刻|(?P<after>[0-9]{1,2}) ?分?)?"
    r"|(?= ?(?:[ap]\.?m\b|o'clock)))(?![0-9]) ?(?P<half_day>[ap])?(?:\.?m\b)?"
)
_JOINED = pattern(r"\s*(?:-|~|到|至|to|until)\s*$")
_PARTS = ("凌晨", "早", "上午", "中午", "下午", "傍晚", "晚", "夜")
_PART = pattern(f"(?P<part>{'|'.join(_PARTS)})")
_FOREIGN = pattern(r"\b(?:utc|gmt|cet|est|pst)\b|当地时间|本地时间|local time")
_MORNING, _AFTERNOON, _EVENING = frozenset(("凌晨", "早", "上午", "a")), frozenset(("下午", "傍晚", "p")), "晚夜"
_NOON, _EARLIEST_SURE, _DAWN = 12, 8, 5


@dataclass(frozen=True)
class _Clock:
    """A time of day as it stands in the text: the hour as written, the part of the day that was said with it."""

    hour: int
    minute: int
    part: str
    exact: bool
    """Written on the 24-hour clock: 08:30, 15:00."""
    colon: bool


def parse_moment(text: str, *, now: datetime) -> Outcome[datetime]:
    """The one moment in a text, later than `now`, on the clock that `now` (aware) is on: 北京时间 for a briefing.

    Asked back: no date, no time, 3点 (in the morning or the afternoon?), a weekday that is over or that the date is
    not, a date without a year that is over, a range of days, another place's time. What is past is refused.
    """
    plain = folded(text)
    if not plain:
        return NotUnderstood(ErrorReason.EMPTY)
    if len(plain) > MAX_LENGTH:
        return NotUnderstood(ErrorReason.TOO_LONG)
    if _FOREIGN.search(plain) or _names_other_place(plain):
        return AskBack(AskReason.OTHER_CLOCK)
    weekday = _WEEKDAY.search(plain)
    rest = plain if weekday is None else f"{plain[: weekday.start()]} {plain[weekday.end() :]}"
    days, rest = _take_dates(_NUMERAL.sub(_in_digits, rest), now)
    clocks = list(_clocks(rest))
    if len(days) > 1 or len(clocks) > 1:
        return AskBack(AskReason.SEVERAL)
    if not days and weekday is None and not clocks:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    return _combined(days[0] if days else None, weekday, clocks[0] if clocks else None, now)


def _combined(
    said: date | NotUnderstood | None, weekday: re.Match[str] | None, clock: _Clock | None, now: datetime
) -> Outcome[datetime]:
    if isinstance(said, NotUnderstood):
        return said
    day = _on_weekday(weekday, said, now.date())
    if not isinstance(day, date):
        return day
    if clock is None:
        return AskBack(AskReason.TIME_MISSING)
    at = _time_of(clock)
    if not isinstance(at, time):
        return at
    return _later(datetime.combine(day, at, now.tzinfo), now, sure=not isinstance(said, _Yearless))


class _Yearless(date):
    """A date whose year was not said."""


def _take_dates(rest: str, now: datetime) -> tuple[list[date | NotUnderstood], str]:
    """The different dates of a text and what remains of it."""
    found: list[date | NotUnderstood] = []
    for form in _DATES:
        for match in form.finditer(rest):
            found.append(_date(match, now))
        rest = form.sub(" ", rest)
    for word, days in _RELATIVE.items():
        if re.search(rf"{word}(?:天|日|(?=[早晚上下中]))" if len(word) == 1 else word, rest):
            found.append(now.date() + timedelta(days=days))
            rest = rest.replace(word, "晚" if word == "tonight" else " ")
    return [each for at, each in enumerate(found) if each not in found[:at]], rest


def _date(match: re.Match[str], now: datetime) -> date | NotUnderstood:
    parts = match.groupdict()
    month = _MONTHS.index(parts["word"]) + 1 if parts.get("word") else int(parts["month"])
    year = parts.get("year")
    try:
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, int(parts["day"]))  # noqa: PLR2004
        if parts.get("relative"):
            return date(now.year + (parts["relative"] == "明年"), month, int(parts["day"]))
        return _Yearless(now.year, month, int(parts["day"]))
    except ValueError:
        return NotUnderstood(ErrorReason.NO_SUCH_DATE)


def _clocks(rest: str) -> Iterator[_Clock]:
    """The times in a text; the end of a range (15:00-16:30) is left out: the length is asked for by itself."""
    part, end = "", 0
    for match in _TIMES.finditer(rest):
        between = rest[end : match.start()]
        said = [each["part"] for each in _PART.finditer(between)]
        part = match["half_day"] or (said[-1] if said else "")
        follows = bool(end) and (_JOINED.search(between) or _JOINED.search(_PART.sub("", between)))
        end = match.end()
        if follows:
            continue
        minute = match["minute"] or match["after"] or "0"
        quarters = {"一": 15, "1": 15, "三": 45, "3": 45}
        minutes = 30 if match["half"] else quarters[match["quarter"]] if match["quarter"] else int(minute)
        exact = bool(match["minute"]) and (match["hour"][0] == "0" and len(match["hour"]) > 1)
        yield _Clock(int(match["hour"]), minutes, part, exact, bool(match["minute"]))
    if not end and ("中午" in rest or "noon" in rest):
        yield _Clock(_NOON, 0, "中午", exact=True, colon=False)


def _time_of(clock: _Clock) -> time | AskBack | NotUnderstood:
    if clock.hour > 23 or clock.minute > 59:  # noqa: PLR2004
        return NotUnderstood(ErrorReason.NO_SUCH_DATE)
    hour = clock.hour if clock.exact and not clock.part else _hour(clock)
    if hour is None:
        low, high = clock.hour % _NOON, clock.hour % _NOON + _NOON
        return AskBack(
            AskReason.MORNING_OR_EVENING,
            {"low": f"{low:02}:{clock.minute:02}", "high": f"{high:02}:{clock.minute:02}"},
        )
    return time(hour, clock.minute)


def _hour(clock: _Clock) -> int | None:
    """The hour of the day, or None where it can be either half."""
    hour, part = clock.hour, clock.part
    if hour > _NOON or hour == 0:
        return hour if part not in _MORNING or hour == 0 else None
    if part in _MORNING:
        return 0 if hour == _NOON and part in ("凌晨", "a") else hour
    if part in _AFTERNOON:
        return hour if hour == _NOON else hour + _NOON
    if part and part in _EVENING:
        return hour + _NOON if _DAWN <= hour < _NOON else None
    if part == "中午":
        return hour + _NOON if hour < 3 else hour if hour >= 11 else None  # noqa: PLR2004 - 11 to 2 o'clock
    sure = hour == _NOON or (clock.colon and hour >= _EARLIEST_SURE)
    return hour if sure else None


def _on_weekday(weekday: re.Match[str] | None, day: date | None, today: date) -> date | AskBack:
    """The date, checked against the weekday that was said with it, or found by it."""
    if weekday is None:
        return day if day is not None else AskBack(AskReason.DATE_MISSING)
    english = weekday["english"]
    at = _DAYS.index(english) if english else "一二三四五六日".index(weekday["day"].replace("天", "日"))
    if day is not None:
        if day.weekday() == at:
            return day
        return AskBack(AskReason.WEEKDAY_DIFFERS, {"date": day.isoformat(), "weekday": weekday[0].strip()})
    monday = today - timedelta(days=today.weekday())
    weeks = {"下": 1, "下下": 2}.get(weekday["which"] or "", 0)
    found = monday + timedelta(days=at, weeks=weeks)
    if weekday["next"] == "next " or (weeks == 0 and found < today):
        nearest = monday + timedelta(days=at, weeks=1)
        return AskBack(AskReason.WHICH_WEEK, {"date": nearest.isoformat(), "weekday": weekday[0].strip()})
    return found


def _later(moment: datetime, now: datetime, *, sure: bool) -> Outcome[datetime]:
    if moment > now:
        return Understood(moment)
    given = f"{moment:%Y-%m-%d %H:%M}"
    if sure:
        return NotUnderstood(ErrorReason.PAST, {"given": given})
    return AskBack(AskReason.YEAR_MISSING, {"given": given})


def _names_other_place(plain: str) -> bool:
    place = re.search(r"([\u4e00-\u9fff]{1,8})时间", plain)
    return place is not None and country_in(place[1]) not in ("", "CN")


def _in_digits(match: re.Match[str]) -> str:
    text = match[0]
    value = number(text)
    return digits_of(text) or (str(int(value)) if value is not None else text)
