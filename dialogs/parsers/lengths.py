"""How long something takes, in minutes: 90分钟, 一个半小时, 1小时30分, 2h."""

import re

from dialogs.parsers.normal import folded
from dialogs.parsers.numerals import NUMERAL, number
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Outcome, Understood
from domain.patterns import pattern

SHORTEST, LONGEST = 5, 24 * 60
"""Minutes that a briefing may take (`domain.briefing.Briefing`)."""

_SURE_MINUTES = 15
_LONGEST_TEXT = 100
_WHOLE = pattern(
    rf"(?:(?P<hours>{NUMERAL})?\s*(?P<hour>个?(?P<half>半)?个?(?:小时|钟头)|hours?|hrs?|h)(?P<after>半)?)?"
    rf"\s*(?:and|零|又)?\s*(?:(?P<minutes>{NUMERAL})\s*(?P<minute>分钟?|minutes?|mins?|m|$))?"
)
_AROUND = pattern(r"^(?:大约|大概|约|预计|共|about|around)\s*|\s*(?:左右|吧)$")


def parse_length(text: str) -> Outcome[int]:
    """The minutes of a length; a small bare number (2: minutes or hours?) is asked back."""
    plain = _AROUND.sub("", folded(text[: _LONGEST_TEXT + 1])).strip(" .。")
    if not plain:
        return NotUnderstood(ErrorReason.EMPTY)
    if len(plain) > _LONGEST_TEXT:
        return NotUnderstood(ErrorReason.TOO_LONG)
    match = _WHOLE.fullmatch(plain)
    if match is None:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    hours = _hours(match)
    minutes = number(match["minutes"]) if match["minutes"] else 0.0
    if hours is None or minutes is None:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    if not match["hour"] and not match["minute"] and minutes < _SURE_MINUTES:
        return AskBack(AskReason.UNIT_MISSING)
    total = round(hours * 60 + minutes)
    if not SHORTEST <= total <= LONGEST:
        return NotUnderstood(ErrorReason.OUT_OF_RANGE, {"low": SHORTEST, "high": LONGEST})
    return Understood(total)


def _hours(match: re.Match[str]) -> float | None:
    """0 where none are named; 半小时 is a half, 一个半小时 one and a half, 两小时半 two and a half."""
    if not match["hour"]:
        return 0.0
    half = 0.5 if match["half"] or match["after"] else 0.0
    if not match["hours"]:
        return half or None
    whole = number(match["hours"])
    return None if whole is None else whole + half
