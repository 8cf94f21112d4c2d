"""Telephone numbers as Annex 3 prints them, and back to E.164."""

import re
from functools import lru_cache

import phonenumbers

from exports.cell_text import one_line

HOME_REGION = "CN"
SEPARATOR = "、"
_CHINESE_MOBILE = re.compile(r"\+86(1[3-9]\d{9})")
_SEPARATORS = re.compile(r"[、,，;；/／|\n]|\s{2,}|(?<=\d{11}) (?=1[3-9]\d{9})|或")


@lru_cache(maxsize=4096)
def printed_phone(number: str) -> str:
    """E.164 as it is printed: a Chinese mobile in 11 digits, others as `+95 9 123 456`; anything else as it stands."""
    mobile = _CHINESE_MOBILE.fullmatch(number)
    if mobile:
        return mobile[1]
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return one_line(number)
    printed = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    # A number outside every plan must come back as it was; where grouping would lose a digit it stays ungrouped.
    return printed if read_phone(printed) == number else one_line(number)


def printed_phones(numbers: str) -> str:
    """Several E.164 numbers joined by `、`, each as `printed_phone` has it."""
    return SEPARATOR.join(printed_phone(each) for each in numbers.split(SEPARATOR) if each)


@lru_cache(maxsize=4096)
def read_phone(text: str) -> str | None:
    """One printed number as E.164, Chinese where it names no country; None where it is not a possible number."""
    try:
        parsed = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if parsed.extension or not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def split_phones(text: str) -> list[str]:
    """The single numbers of a cell that may hold several."""
    return [each.strip() for each in _SEPARATORS.split(text) if each and each.strip()]


def read_phones(text: str) -> str:
    """Every number of a text as E.164, joined by `、`; what is no number stays as it is written."""
    return SEPARATOR.join(read_phone(each) or one_line(each) for each in split_phones(text))
