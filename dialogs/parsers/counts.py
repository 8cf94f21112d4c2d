"""Headcounts."""

import re

from dialogs.parsers.normal import MAX_LENGTH, folded
from dialogs.parsers.numerals import NUMERAL, close_pair, number
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Outcome, Understood
from domain.patterns import pattern

MOST = 1_000_000
_TEN_THOUSAND = 10_000
_THOUSANDS = pattern(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_COUNT = pattern(
    rf"(?:(?:一共|总共|共计?|合计|有|total|there are|we have)[:是为]? ?)?(?P<number>{NUMERAL}) ?(?P<myriad>万)?"
    r" ?(?P<odd>多|余|几|来)? ?(?:个?人|名|位|个|员工|工程师|people|persons?|"
    r"engineers?|staff|employees)?(?:工程师|左右|上下)?"
)
_RANGE = pattern(
    rf"(?P<low>{NUMERAL}) ?(?:-|~|到|至|to) ?(?P<high>{NUMERAL}) ?(?:个?人|名|位|个|people|persons|engineers)?"
)
_ABOUT = pattern(
    r"大概|大约|约|近|将近|差不多|左右|上下|不到|以上|以内|超过|[多余几来](?=个?[人名位]|"
    r"$)|\b(?:about|around|nearly|over|some|approx\.?|approximately)\b|\+|~"
)
_NOBODY = pattern(r"没有?人?|无|暂无|零人?|none|nobody|no one|nil|zero")


def parse_count(text: str) -> Outcome[int]:
    """A whole number of people, 0..MOST; estimates and ranges are asked back."""
    plain = _THOUSANDS.sub("", folded(text)).strip(" 。.!")
    if not plain:
        return NotUnderstood(ErrorReason.EMPTY)
    if len(plain) > MAX_LENGTH:
        return NotUnderstood(ErrorReason.TOO_LONG)
    if _NOBODY.fullmatch(plain):
        return Understood(0)
    if spread := _RANGE.fullmatch(plain):
        return AskBack(AskReason.RANGE, {"low": spread["low"], "high": spread["high"]})
    if re.match(r"-|负", plain):
        return NotUnderstood(ErrorReason.OUT_OF_RANGE, {"low": 0, "high": MOST})
    return _counted(plain)


def _counted(plain: str) -> Outcome[int]:
    match = _COUNT.fullmatch(_ABOUT.sub("", plain).strip())
    if not match:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    if pair := close_pair(match["number"]):
        return AskBack(AskReason.RANGE, {"low": pair[0], "high": pair[1]})
    value = number(match["number"])
    if value is None:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    return _whole(value * (_TEN_THOUSAND if match["myriad"] else 1), about=bool(_ABOUT.search(plain) or match["odd"]))


def _whole(value: float, *, about: bool) -> Outcome[int]:
    if value != int(value):
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    if value > MOST:
        return NotUnderstood(ErrorReason.OUT_OF_RANGE, {"low": 0, "high": MOST})
    return AskBack(AskReason.APPROXIMATE, {"low": int(value)}) if about else Understood(int(value))
