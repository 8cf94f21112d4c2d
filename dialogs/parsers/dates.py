"""Dates and half-dates (year and month) as people write them, in Chinese and English."""

import re
from dataclasses import dataclass
from datetime import date

from dialogs.parsers.normal import folded
from dialogs.parsers.numerals import digits_of, number
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Outcome, Understood
from domain.patterns import pattern

EARLIEST_YEAR = 1940
_MONTHS = {
    name: index
    for index, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_ZH = "零一二三四五六七八九十"
_MONTH_WORD = (
    r"(?P<word>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ORDINAL = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_RELATIVE = {"今年": 0, "去年": 1, "前年": 2, "this year": 0, "last year": 1}

_FORMS = tuple(
    pattern(form)
    for form in (
        rf"(?P<year>[0-9]{{4}}|[0-9]{{2}}|[零一二三四五六七八九]{{4}}|[零一二三四五六七八九]{{2}}|"
        rf"今年|去年|前年)年?的? ?(?<=[年的 ])"
        rf"(?P<month>[0-9]{{1,2}}|[{_ZH}]{{1,3}}) ?月份?(?:份? ?(?P<day>[0-9]{{1,2}}|[{_ZH}]{{1,3}}) ?[日号])?",
        rf"(?P<year>今年|去年|前年)(?P<month>[0-9]{{1,2}}|[{_ZH}]{{1,3}})月份?",
        r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2}) ?(?P<sep>[-./ ]) ?(?P<month>[0-9]{1,2})"
        r"(?: ?(?P=sep) ?(?P<day>[0-9]{1,2}))?(?![0-9])",
        r"(?<![0-9.])(?P<year>[0-9]{2})[./-](?P<month>[0-9]{1,2})(?= ?-? ?(?:至今|到现在|起|参加|入职))",
        r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?(?![0-9年])",
        r"(?<![0-9])(?P<first>[0-9]{1,2})[-./](?P<second>[0-9]{1,2})[-./](?P<year>(?:19|20)[0-9]{2})(?![0-9])",
        r"(?<![0-9])(?P<month>[0-9]{1,2}) ?[-./] ?(?P<year>(?:19|20)[0-9]{2})(?![0-9])",
        rf"(?<![0-9a-z]){_ORDINAL}(?: of)?[ -]{_MONTH_WORD},?[ -]*'?(?P<year>[0-9]{{4}}|(?<=')[0-9]{{2}})(?![0-9])",
        rf"\b{_MONTH_WORD} ?{_ORDINAL},? ?(?P<year>(?:19|20)[0-9]{{2}})(?![0-9])",
        rf"\b{_MONTH_WORD},?(?: of)?[ -]*'?(?P<year>(?:19|20)[0-9]{{2}}|(?<=')[0-9]{{2}})(?![0-9])",
        rf"(?<![0-9])(?P<year>(?:19|20)[0-9]{{2}}),?[ -]*{_MONTH_WORD}(?![a-z])",
        rf"\b{_MONTH_WORD} (?:of )?(?P<year>this year|last year)",
    )
)
_YEAR_ONLY = pattern(
    r"(?<![0-9零一二三四五六七八九])(?P<year>(?:19|20)[0-9]{2}|[一二][九零][零一二三四五六七八九]{2})(?:年(?!半|"
    r"[零个多]))?(?![0-9月])"
    r"|(?<![0-9零一二三四五六七八九])(?P<short>[0-9]{2}|[零一九八七][零一二三四五六七八九])年(?=至今|"
    r"到现在|开始|起|毕业|参加|入职|到今)"
    r"|(?P<relative>今年|去年|前年|last year|this year)(?=年?[初底中末]|至今|到现在|开始|起|才|刚|毕业|参加|入职|$)"
)


@dataclass(frozen=True, order=True)
class HalfDate:
    """A month, with or without its day; its text is ISO 8601 (2012-07 or 2012-07-15)."""

    year: int
    month: int
    day: int | None = None

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")

    def months_until(self, end: "HalfDate") -> int:
        """Whole months from this to `end`; days count only where both have one."""
        months = 12 * (end.year - self.year) + end.month - self.month
        return months - 1 if self.day and end.day and self.day > end.day else months


@dataclass(frozen=True)
class FoundDate:
    """What stands in `folded` text from `start` to `end`, read as a date."""

    outcome: Outcome[HalfDate]
    start: int
    end: int


def parse_date(text: str, *, on: date) -> Outcome[HalfDate]:
    """The one date in a text (2012年7月, 2012.7, Jul 2012, 12年7月, 去年9月); a year alone is asked back.

    A date after the month of `on` or before EARLIEST_YEAR is refused.
    """
    plain = folded(text)
    if not plain:
        return NotUnderstood(ErrorReason.EMPTY)
    found = find_dates(plain, on=on)
    if not found:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    distinct = {str(each.outcome) for each in found}
    return found[0].outcome if len(distinct) == 1 else AskBack(AskReason.SEVERAL)


def find_dates(plain: str, *, on: date) -> list[FoundDate]:
    """All dates in `folded` text, left to right, not overlapping; years without a month among them."""
    found: list[FoundDate] = []
    for form in (*_FORMS, _YEAR_ONLY):
        for match in form.finditer(plain):
            if not any(match.start() < each.end and each.start < match.end() for each in found):
                found.append(FoundDate(_read(match, on), match.start(), match.end()))
    return sorted(found, key=lambda each: each.start)


def _read(match: re.Match[str], on: date) -> Outcome[HalfDate]:
    parts = {name: part for name, part in match.groupdict().items() if part is not None}
    year = _year(next(parts[name] for name in ("year", "short", "relative") if name in parts), on)
    if "first" in parts:
        return _by_slashes(year, int(parts["first"]), int(parts["second"]), on)
    month = _MONTHS[parts["word"][:3]] if "word" in parts else _small(parts.get("month"))
    if month is None:
        return AskBack(AskReason.MONTH_MISSING, {"year": year})
    return _checked(year, month, _small(parts.get("day")), on)


def _by_slashes(year: int, first: int, second: int, on: date) -> Outcome[HalfDate]:
    day_first, month_first = _checked(year, second, first, on), _checked(year, first, second, on)
    if isinstance(day_first, Understood) and isinstance(month_first, Understood) and day_first != month_first:
        return AskBack(AskReason.DAY_OR_MONTH, {"low": str(min(first, second)), "high": str(max(first, second))})
    return day_first if isinstance(day_first, Understood) else month_first


def _checked(year: int, month: int, day: int | None, on: date) -> Outcome[HalfDate]:
    try:
        date(year, month, 1 if day is None else day)
    except ValueError:
        return NotUnderstood(ErrorReason.NO_SUCH_DATE)
    if year < EARLIEST_YEAR:
        return NotUnderstood(ErrorReason.OUT_OF_RANGE, {"low": EARLIEST_YEAR, "high": on.year})
    if (year, month, day or 1) > (on.year, on.month, on.day):
        return NotUnderstood(ErrorReason.FUTURE, {"given": str(HalfDate(year, month, day))})
    return Understood(HalfDate(year, month, day))


def _year(text: str, on: date) -> int:
    if text in _RELATIVE:
        return on.year - _RELATIVE[text]
    year = int(digits_of(text) or text)
    if year >= 100:  # noqa: PLR2004 - written in full
        return year
    century = on.year - on.year % 100
    return century + year if year <= on.year % 100 else century - 100 + year


def _small(text: str | None) -> int | None:
    if text is None:
        return None
    value = number(text)
    return int(value) if value is not None else 0
