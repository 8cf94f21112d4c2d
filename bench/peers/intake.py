"""What both peers share: the questions in their order, their texts, buttons and readers, all of them the product's.

Only the posted engineer's way through the questions; no verdict, no progress, no editing: a little less than the
product says in the same conversation, never more.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from dialogs.cards import Line
from dialogs.parsers.countries import parse_country
from dialogs.parsers.degrees import parse_degree
from dialogs.parsers.durations import parse_years
from dialogs.parsers.names import parse_name
from dialogs.parsers.normal import tidy
from dialogs.parsers.outcome import Understood
from dialogs.parsers.phones import parse_phone
from dialogs.parsers.yesno import parse_yes_no
from dialogs.texts import catalogue
from domain.classification import classify
from domain.vocabulary import Degree, Language, Level, Posting, ProjectStatus, ProjectType

QUESTIONS = (
    *("language", "consent", "name", "phone", "degree", "major", "related_years", "important_years", "posting"),
    *("country", "present_location", "enterprise", "project", "project_type", "project_status", "work", "specialty"),
    *("level", "statement", "statement_check", "review", "consent_abroad", "home"),
)
Answers = Mapping[str, Any]


def said(key: str, **values: object) -> str:
    """A text of the catalogue in Chinese."""
    return catalogue().say(Line(key=key, args=values), Language.ZH)  # type: ignore[arg-type]


def following(question: str) -> str:
    """The question after that one."""
    return QUESTIONS[QUESTIONS.index(question) + 1]


def asked(question: str, answers: Answers) -> str:
    """The question's text; the review lists the answers."""
    text = said(f"{question}.ask")
    if question != "review":
        return text
    listed = "\n".join(f"{each}: {value}" for each, value in answers.items())
    return f"{listed}\n\n{text}"


def choices(question: str, answers: Answers) -> tuple[tuple[str, str], ...]:
    """(value, label) of the question's buttons."""
    if question == "specialty":
        found = classify(str(answers["work"])).candidates
        return tuple((str(number), each.ref.specialty) for number, each in enumerate(found))
    return _FIXED.get(question, ())


def _values(question: str, *values: str) -> tuple[tuple[str, str], ...]:
    return tuple((each, said(f"{question}.value.{each}")) for each in values)


def _words(question: str, *keys: str) -> tuple[tuple[str, str], ...]:
    return tuple((each, said(f"{question}.{each}")) for each in keys)


_FIXED = {
    "language": _values("language", "zh", "en"),
    "consent": _words("consent", "yes", "no"),
    "degree": _values("degree", *Degree),
    "posting": _values("posting", *Posting),
    "project_type": _values("project_type", *(each.name.lower() for each in ProjectType)),
    "project_status": _values("project_status", *(each.name.lower() for each in ProjectStatus)),
    "level": _values("level", *(each.name.lower() for each in Level)),
    "statement_check": _words("statement_check", "keep", "rewrite"),
    "review": _words("review", "submit", "edit"),
    "consent_abroad": _words("consent_abroad", "yes", "no"),
    "home": (("status", said("home.status")),),
}


def _years(text: str) -> object:
    return parse_years(text, on=_today())


def _phone(text: str) -> object:
    return parse_phone(text, region="CN")


def _free(text: str) -> object:
    words = " ".join(tidy(text).split())
    return Understood(words) if words else None


def _today() -> date:
    return datetime.now(UTC).date()


READERS: Mapping[str, Callable[[str], object]] = {
    "consent": parse_yes_no,
    "name": parse_name,
    "phone": _phone,
    "degree": parse_degree,
    "related_years": _years,
    "important_years": _years,
    "country": parse_country,
    "consent_abroad": parse_yes_no,
}


def read(question: str, text: str) -> Any:
    """What a typed answer means; None where it is not understood."""
    outcome = READERS.get(question, _free)(text)
    return outcome.value if isinstance(outcome, Understood) else None
