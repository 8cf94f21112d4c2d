"""One question's value from the words that answer it, as JSON; None where they are not clear."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache

from dialogs.parsers.countries import parse_country
from dialogs.parsers.degrees import parse_degree
from dialogs.parsers.durations import parse_years
from dialogs.parsers.names import parse_name
from dialogs.parsers.normal import folded, tidy
from dialogs.parsers.outcome import Outcome, Understood
from dialogs.parsers.phones import parse_phone
from dialogs.parsers.tables import word_lists
from dialogs.parsers.yesno import parse_yes_no

FILE = "slots.toml"
WORDED = ("project_type", "project_status", "level", "posting")
"""Questions with a closed set of values whose wordings stand in slots.toml."""

_LONGEST_TEXT = 200
_EDGES = " ,.;:。、!?-"


def slot_value(question: str, text: str, *, on: date, region: str | None) -> object | None:
    """What `text` answers to `question` (a question id), or None.

    Free texts come back tidied; one that holds the address of a page answers nothing but the statement.
    """
    if question in WORDED:
        return worded_value(question, text) or _alone(question, folded(text))
    if question in {"related_years", "important_years"}:
        return _understood(parse_years(text, on=on))
    if question == "phone":
        return _understood(parse_phone(text, region=region))
    reader = _READERS.get(question)
    if reader is not None:
        return _understood(reader(text))
    plain = tidy(text).strip(_EDGES)
    if question == "statement":
        return plain or None
    return plain if plain and len(plain) <= _LONGEST_TEXT and "://" not in plain else None


def _alone(question: str, plain: str) -> str | None:
    lists = word_lists(FILE, "level_alone") if question == "level" else {}
    return next((value for value, words in lists.items() if plain in words), None)


def worded_value(question: str, text: str) -> str | None:
    """The one value whose wording stands in the text; a longer wording hides those inside it."""
    plain = folded(text)
    values = {_wordings(question)[match[0]] for match in _pattern(question).finditer(plain)}
    if not values and plain in word_lists(FILE, question):
        return plain
    return values.pop() if len(values) == 1 else None


_READERS: dict[str, Callable[[str], Outcome[object]]] = {
    "name": parse_name,
    "degree": parse_degree,
    "country": parse_country,
    "degree_related": parse_yes_no,
}


def _understood(outcome: Outcome[object]) -> object | None:
    return outcome.value if isinstance(outcome, Understood) else None


@cache
def _wordings(question: str) -> dict[str, str]:
    return {word: value for value, words in word_lists(FILE, question).items() for word in words}


@cache
def _pattern(question: str) -> re.Pattern[str]:
    return any_of(_wordings(question))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the words, longest first; Latin ones only as whole words."""
    return re.compile(alternation(words))


def alternation(words: Iterable[str]) -> str:
    """The source of `any_of`."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(
        rf"(?<![a-z_]){re.escape(word)}(?![a-z_])" if word.isascii() else re.escape(word) for word in longest_first
    )
