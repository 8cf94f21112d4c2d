"""The lines of `hurentong parse KIND --jsonl`: {"text"} in, {"value"}, {"ask"}, {"error"} or {"slots"} out."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from dialogs.parsers.countries import parse_country
from dialogs.parsers.counts import parse_count
from dialogs.parsers.dates import HalfDate, parse_date
from dialogs.parsers.degrees import parse_degree
from dialogs.parsers.durations import parse_years
from dialogs.parsers.names import parse_name
from dialogs.parsers.outcome import AskBack, Outcome, Understood
from dialogs.parsers.phones import parse_phone
from dialogs.parsers.slots import parse_slots
from dialogs.parsers.yesno import parse_yes_no

BAD_LINE = "bad_line"


class Kind(StrEnum):
    """What is to be read from each line."""

    YEARS = "years"
    DATE = "date"
    DEGREE = "degree"
    COUNTRY = "country"
    PHONE = "phone"
    YESNO = "yesno"
    NAME = "name"
    COUNT = "count"
    SLOTS = "slots"


def parse_lines(kind: str, lines: Iterable[str], *, on: date, region: str | None = None) -> Iterator[str]:
    """A line of JSON for each line that is not blank; one without a text gives {"error": "bad_line"}.

    `kind` is a Kind or its value; raises ValueError for any other.
    """
    read = _reader(Kind(kind), on, region)
    for line in lines:
        if line.strip():
            yield json.dumps(_answered(line, read), ensure_ascii=False)


def as_json(outcome: Outcome[object]) -> dict[str, object]:
    """An outcome as the contract has it; a half-date as ISO 8601."""
    if isinstance(outcome, Understood):
        value = outcome.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return {"value": str(value) if isinstance(value, HalfDate) else value}
    if isinstance(outcome, AskBack):
        return {"ask": outcome.reason.value}
    return {"error": outcome.reason.value}


def _answered(line: str, read: Callable[[str], Mapping[str, object]]) -> Mapping[str, object]:
    try:
        given = json.loads(line)
    except ValueError:
        return {"error": BAD_LINE}
    text = given.get("text") if isinstance(given, dict) else None
    return read(text) if isinstance(text, str) else {"error": BAD_LINE}


def _reader(kind: Kind, on: date, region: str | None) -> Callable[[str], Mapping[str, object]]:
    readers: dict[Kind, Callable[[str], Outcome[object]]] = {
        Kind.YEARS: lambda text: parse_years(text, on=on),
        Kind.DATE: lambda text: parse_date(text, on=on),
        Kind.PHONE: lambda text: parse_phone(text, region=region),
        Kind.DEGREE: parse_degree,
        Kind.COUNTRY: parse_country,
        Kind.YESNO: parse_yes_no,
        Kind.NAME: parse_name,
        Kind.COUNT: parse_count,
    }
    if kind is Kind.SLOTS:
        return lambda text: {"slots": parse_slots(text, on=on, region=region)}
    reader = readers[kind]
    return lambda text: as_json(reader(text))
