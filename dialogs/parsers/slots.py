"""One sentence that answers several questions."""

from collections.abc import Iterable
from datetime import date

from dialogs.parsers.normal import tidy
from dialogs.parsers.outcome import Understood
from dialogs.parsers.phones import parse_phone, phone_runs
from dialogs.parsers.slot_labels import Labelled, find_labelled
from dialogs.parsers.slot_phrases import (
    find_country,
    find_degree,
    find_location,
    find_major,
    find_name,
    find_posting,
    find_years,
)
from dialogs.parsers.slot_projects import find_enterprise, find_project, find_work
from dialogs.parsers.slot_values import slot_value, worded_value
from domain.patterns import pattern

LONGEST = 4000
"""Code points read; what stands after them is left."""

_LINES = pattern(r"[\r\n\u2028\u2029]+")
_CLAUSES = pattern(r"[,;。!?]+|\.(?= |$)(?<![A-Z]\.)")
_STANDING_ALONE = ("project_type", "project_status", "level")


def parse_slots(text: str, *, on: date, region: str | None = None) -> dict[str, object]:
    """Question id → JSON value for all that a message clearly says; what is unclear or ambiguous is left out.

    `region` (ISO alpha-2) reads phone numbers without a country code; the country in the message comes first.
    """
    clean = tidy(_LINES.sub(";", text[:LONGEST]))
    labelled = find_labelled(clean)
    rest = _without(clean, labelled)
    slots: dict[str, object] = {}
    phones: list[str] = []
    for each in labelled:
        if each.question == "phone":
            phones.append(each.text)
        elif (value := slot_value(each.question, each.text, on=on, region=region)) is not None:
            slots.setdefault(each.question, value)
    slots = _said(_split(_without_phones(rest)), on=on) | slots
    home = slots.get("country")
    phone = parse_phone(";".join(phones) or rest, region=home if isinstance(home, str) else region)
    return slots | {"phone": phone.value} if isinstance(phone, Understood) else slots


def _said(clauses: list[str], *, on: date) -> dict[str, object]:
    """What the clauses without a label say."""
    country = find_country(clauses)
    found: dict[str, object | None] = {
        "name": find_name(clauses),
        "degree": find_degree(clauses),
        "major": find_major(clauses),
        **find_years(clauses, on=on),
        "posting": find_posting(clauses, abroad=country is not None),
        "country": country,
        "present_location": find_location(clauses),
        "enterprise": find_enterprise(clauses),
        "project": find_project(clauses),
        "work": find_work(clauses),
        **{question: worded_value(question, ",".join(clauses)) for question in _STANDING_ALONE},
    }
    return {question: value for question, value in found.items() if value is not None}


def _without(clean: str, labelled: Iterable[Labelled]) -> str:
    rest = clean
    for each in sorted(labelled, key=lambda each: each.start, reverse=True):
        rest = f"{rest[: each.start]};{rest[each.end :]}"
    return rest


def _without_phones(text: str) -> str:
    rest = text
    for run, start, end in reversed(phone_runs(text)):
        if isinstance(parse_phone(run), Understood):
            rest = f"{rest[:start]};{rest[end:]}"
    return rest


def _split(text: str) -> list[str]:
    return [clause.strip() for clause in _CLAUSES.split(text) if clause.strip()]
