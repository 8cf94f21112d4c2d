"""Phone numbers: the one number in a text, as E.164."""

import re
from functools import cache
from typing import TYPE_CHECKING

from dialogs.parsers.normal import MAX_LENGTH, tidy
from dialogs.parsers.numerals import digits_of
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Outcome, Understood
from domain.patterns import pattern

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

HOME = "CN"
"""The region a number without a country code is read in where no other is given."""

_CHINESE_DIGITS = pattern(r"[零一二三四五六七八九幺么](?:[ -]?[零一二三四五六七八九幺么]){6,}")
_RUN = pattern(r"(?:\+|(?<![0-9])00)? ?\(?[0-9](?:[ ()./-]{0,3}[0-9]|(?<=86)\+(?=1)){2,24}")
_CHINESE_MOBILE = pattern(r"(?:\+?0{0,2}86\+?|0)?(1[3-9][0-9]{9})")
_WITH_COUNTRY_CODE = pattern(r"[2-9][0-9]{9,14}")
_TRUNK_NUMBER = pattern(r"0[0-9]{7,11}")
_BY_COMMAS = pattern(r"(?<![0-9])(1[3-9][0-9]),([0-9]{4}),([0-9]{4})(?![0-9])")
_EXTENSION = pattern(r"(?:转|分机|ext\.?|extension|#)\s*[0-9]{1,6}\b", re.IGNORECASE)


def parse_phone(text: str, *, region: str | None = None) -> Outcome[str]:
    """E.164. `region` (ISO alpha-2) reads numbers without a country code; a Chinese mobile number is
    recognised everywhere, and asked back where it would be valid in `region` too.
    """
    plain = tidy(text)
    if not plain:
        return NotUnderstood(ErrorReason.EMPTY)
    if len(plain) > MAX_LENGTH:
        return NotUnderstood(ErrorReason.TOO_LONG)
    home = region.strip().upper() if region else None
    readings = [_read(run, home) for run, _, _ in phone_runs(plain)]
    understood = {each.value for each in readings if isinstance(each, Understood)}
    if len(understood) > 1:
        return AskBack(AskReason.SEVERAL, {"candidates": tuple(sorted(understood))})
    if understood:
        return Understood(understood.pop())
    asked = next((each for each in readings if isinstance(each, AskBack)), None)
    return asked or NotUnderstood(ErrorReason.INVALID_PHONE)


def phone_runs(plain: str) -> list[tuple[str, int, int]]:
    """Runs of digits in `tidy` text that may be numbers, with where they start and end."""
    spoken = _CHINESE_DIGITS.sub(_spoken, plain)
    spoken = _BY_COMMAS.sub(r"\1-\2-\3", spoken)
    spoken = _EXTENSION.sub(lambda match: " " * len(match[0]), spoken)
    runs: list[tuple[str, int, int]] = []
    for match in _RUN.finditer(spoken):
        pieces = _pieces(match[0])
        offset = match.start()
        for piece in pieces:
            start = spoken.find(piece, offset)
            runs.append((piece, start, start + len(piece)))
            offset = start + len(piece)
    return runs


def _spoken(match: re.Match[str]) -> str:
    """Digits in words as digits, as long as they were: what stands where is asked too."""
    return "".join(digits_of(each) or each for each in match[0].replace("么", "幺"))


def _pieces(run: str) -> list[str]:
    """Two numbers with only a blank or a slash between them are two."""
    parts = [part for part in re.split(r"(?<=[0-9])\s*/\s*|\s{1,3}(?=\+)", run) if part]
    by_blank = run.split()
    if len(by_blank) > 1 and all(_CHINESE_MOBILE.fullmatch(part) for part in by_blank):
        return by_blank
    return parts if len(parts) > 1 and all(len(re.sub(r"\D", "", part)) >= 7 for part in parts) else [run]  # noqa: PLR2004


def _read(run: str, region: str | None) -> Outcome[str]:
    digits = re.sub(r"[^0-9+]", "", run)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+"):
        number = _valid(digits, None) or _valid(_without_trunk(run, digits), None)
        return Understood(number) if number else NotUnderstood(ErrorReason.INVALID_PHONE)
    mobile = _CHINESE_MOBILE.fullmatch(digits)
    chinese = _valid(mobile[1], HOME) if mobile else None
    local = _valid(digits, region or HOME) or _valid("+" + digits, None, region=region or HOME)
    if chinese and local and chinese != local:
        return AskBack(AskReason.SEVERAL, {"candidates": (chinese, local)})
    if found := chinese or local:
        return Understood(found)
    if region is None and _WITH_COUNTRY_CODE.fullmatch(digits) and (foreign := _valid("+" + digits, None)):
        return Understood(foreign)
    if region is None and _TRUNK_NUMBER.fullmatch(digits):
        return AskBack(AskReason.COUNTRY_CODE_MISSING)
    return NotUnderstood(ErrorReason.INVALID_PHONE)


def _without_trunk(run: str, digits: str) -> str:
    """+44 (0)20 … has a zero that is not dialled from abroad."""
    return "+" + re.sub(r"[^0-9]", "", re.sub(r"\(0\)", "", run)).removeprefix("00") if "(0)" in run else digits


@cache
def _regions() -> frozenset[str]:
    import phonenumbers  # noqa: PLC0415 - 0.07 s

    return frozenset(phonenumbers.SUPPORTED_REGIONS)


def _valid(digits: str, default: str | None, *, region: str | None = None) -> str | None:
    """E.164 where the number is valid (in `region`, if one is given), else None."""
    import phonenumbers  # noqa: PLC0415 - 0.07 s

    if default is not None and default not in _regions():
        return None
    try:
        number: PhoneNumber = phonenumbers.parse(digits, default)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    if region is not None and phonenumbers.region_code_for_number(number) != region:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
