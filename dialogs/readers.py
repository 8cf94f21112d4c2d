"""Readers of the intake: each lets a parser of `dialogs.parsers` read a typed answer in its context."""

from enum import StrEnum

from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.parsers.countries import parse_country
from dialogs.parsers.degrees import parse_degree
from dialogs.parsers.durations import parse_years
from dialogs.parsers.names import parse_name
from dialogs.parsers.normal import tidy
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Understood
from dialogs.parsers.phones import parse_phone
from dialogs.parsers.slots import parse_slots
from dialogs.parsers.yesno import parse_yes_no
from dialogs.questions import Offered, Reader, Reading, Rewritten
from dialogs.verdict import OUTSIDE
from dialogs.volunteered import region_of
from domain.annex1 import annex1
from domain.patterns import pattern
from domain.records import statement_length
from domain.vocabulary import Language, Posting

STATEMENT_FROM = 10
"""Letters, characters and figures that a statement has at least."""

_HAN = pattern(r"[㐀-鿿]")
_LATIN = pattern(r"[A-Za-z]{2,}")

NEW_VERSION_FROM = 15
"""Characters from which words said to the coach are a new statement, not an answer to its question."""


def years(text: str, _: Thread, context: Context) -> Reading:
    """八年半 -> 8.5; since-dates count to today."""
    return parse_years(text, on=context.today)


def name(text: str, _: Thread, __: Context) -> Reading:
    """A person's name."""
    return parse_name(text)


def phone(text: str, thread: Thread, _: Context) -> Reading:
    """A number as E.164; without a country code it is read as one of the country already given, else China."""
    return parse_phone(text, region=region_of(thread))


def degree(text: str, _: Thread, __: Context) -> Reading:
    """The highest degree."""
    return parse_degree(text)


def country(text: str, _: Thread, __: Context) -> Reading:
    """ISO 3166 alpha-2."""
    return parse_country(text)


def yes_no(text: str, _: Thread, __: Context) -> Reading:
    """Yes or no."""
    return parse_yes_no(text)


def free_text(most: int) -> Reader:
    """Any words of at most that many characters, tidied, on one line."""

    def reader(text: str, _: Thread, __: Context) -> Reading:
        words = " ".join(tidy(text).split())
        if not any(character.isalnum() for character in words):
            return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
        if len(words) > most:
            return NotUnderstood(ErrorReason.TOO_LONG, {"length": len(words), "limit": most})
        return Understood(words)

    return reader


_ENTERPRISE = free_text(100)


def enterprise(text: str, thread: Thread, context: Context) -> Reading:
    """An enterprise's name; one that is near known names is asked about, never merged in silence."""
    reading = _ENTERPRISE(text, thread, context)
    if not isinstance(reading, Understood):
        return reading
    page = f"{NEAR}:{reading.value}"
    known = context.directory.enterprises_like(reading.value)
    if not known or reading.value in known or (thread.open is not None and thread.open.menu == page):
        return reading
    return Offered(page)


NEAR = "near"
"""The page of known enterprises whose names are near the one that was typed."""


def long_text(text: str, _: Thread, __: Context) -> Reading:
    """Words as they were typed, line breaks kept."""
    words = text.strip()
    if not any(character.isalnum() for character in words):
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    return Understood(words)


def statement(text: str, _: Thread, __: Context) -> Reading:
    """Words as they were typed, line breaks kept; a few words are no statement."""
    words = text.strip()
    if sum(character.isalnum() for character in words) < STATEMENT_FROM:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    return Understood(words)


def posting(text: str, _: Thread, context: Context) -> Reading:
    """现在在缅甸的项目, 明年要派出去, 没有; a bare yes leaves open which."""
    said = parse_slots(text, on=context.today).get("posting")
    if said is not None:
        return Understood(str(said))
    answer = parse_yes_no(text)
    if isinstance(answer, Understood):
        return AskBack(AskReason.SEVERAL) if answer.value else Understood(Posting.NONE.value)
    return NotUnderstood(ErrorReason.NO_SUCH_CHOICE)


def choice_only(_: str, __: Thread, ___: Context) -> Reading:
    """For a question answered by its options alone."""
    return NotUnderstood(ErrorReason.NO_SUCH_CHOICE)


def language(text: str, _: Thread, __: Context) -> Reading:
    """The language that is named, else the one that is written."""
    named = one_of(Language)(text, _, __)
    if isinstance(named, Understood):
        return named
    if _HAN.search(text):
        return Understood(Language.ZH.value)
    if _LATIN.search(text):
        return Understood(Language.EN.value)
    return NotUnderstood(ErrorReason.NO_SUCH_CHOICE)


def file_only(_: str, __: Thread, ___: Context) -> Reading:
    """For a question that is answered by a file."""
    return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)


def statement_again(text: str, _: Thread, __: Context) -> Reading:
    """A new version of the statement; a few words are none."""
    words = text.strip()
    if statement_length(words) < NEW_VERSION_FROM:
        return NotUnderstood(ErrorReason.NO_SUCH_CHOICE)
    return Rewritten("statement", words)


def one_of(kind: type[StrEnum]) -> Reader:
    """One of an enumeration's values, typed as printed."""

    def reader(text: str, _: Thread, __: Context) -> Reading:
        words = tidy(text)
        found = [each for each in kind if each.value == words] or [each for each in kind if words and words in each]
        return Understood(found[0].value) if len(found) == 1 else NotUnderstood(ErrorReason.NO_SUCH_CHOICE)

    return reader


def specialty(text: str, _: Thread, context: Context) -> Reading:
    """A specialty by its printed name; other words describe the work anew and are classified."""
    words = tidy(text)
    matches = [ref for ref in annex1().refs() if words in (ref.specialty, f"{ref.field}/{ref.specialty}")]
    if len(matches) == 1:
        return Understood(f"{matches[0].field}/{matches[0].specialty}")
    if words in ("都不是", "none of these"):
        return Understood(OUTSIDE)
    if context.classify(words).candidates:
        return Rewritten("work", words)
    return NotUnderstood(ErrorReason.NO_SUCH_CHOICE)
