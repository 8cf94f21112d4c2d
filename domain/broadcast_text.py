"""The text of a broadcast: its placeholders, and what each recipient reads."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from domain.audience import Recipient, value_text
from domain.broadcast import broadcast_rules
from domain.errors import HurentongError

TEXT_LIMIT = 4000
"""Characters that a text may come to with the longest values filled in: one Telegram message holds 4,096."""

SAMPLES = 3
"""Renderings that are shown before a broadcast may be tested."""

_VALUE_LIMIT = 100
_BRACES = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")


class TemplateError(HurentongError):
    """A broadcast's text cannot be sent as it is."""

    def __init__(self, message: str, *, reason: str, given: str = "", possible: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        """`empty`, `too_long`, or `unknown_placeholder`, with what was `given` and what would be `possible`."""
        self.given, self.possible = given, possible


@dataclass(frozen=True, slots=True)
class Template:
    """A text that was checked: in it stand `{name}`, `{level}`, `{unit}`, `{days_left}`; all else is inert."""

    text: str

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The placeholders in it, each once, in the order of the data file."""
        found = {_known()[match[1].strip()] for match in _BRACES.finditer(self.text)}
        return tuple(each.id for each in broadcast_rules().placeholders if each.id in found)

    def render(self, person: Recipient, days_left: int) -> str:
        """What the person reads; braces in a name stay what they are, a missing value has its own words."""
        values = values_of(person, days_left)
        return _BRACES.sub(lambda match: values[_known()[match[1].strip()]], self.text)


def template(text: str) -> Template:
    """The text of a broadcast, checked.

    A placeholder may be written in full-width braces and by its Chinese name ({姓名}). Raises TemplateError for an
    empty text, one above TEXT_LIMIT, and for an unknown name in braces.
    """
    text = text.strip()
    if not text:
        raise TemplateError("the text is empty", reason="empty")
    longest = len(_BRACES.sub("", text)) + _VALUE_LIMIT * len(_BRACES.findall(text))
    if longest > TEXT_LIMIT:
        message = f"the text may come to {longest} characters; at most {TEXT_LIMIT} can be sent"
        raise TemplateError(message, reason="too_long", given=str(longest), possible=str(TEXT_LIMIT))
    possible = " ".join(f"{{{each.id}}}" for each in broadcast_rules().placeholders)
    for match in _BRACES.finditer(text):
        if match[1].strip() not in _known():
            message = f"{match[0]} is no placeholder; there are {possible}"
            raise TemplateError(message, reason="unknown_placeholder", given=match[0], possible=possible)
    return Template(text)


def values_of(person: Recipient, days_left: int) -> dict[str, str]:
    """Placeholder -> what stands for it in the person's language; a deadline that has passed leaves 0 days."""
    known = _known_values(person, days_left)
    missing = {each.id: each.missing[person.language] for each in broadcast_rules().placeholders}
    return {name: known[name] or instead for name, instead in missing.items()}


def lacking(text: Template, people: Iterable[Recipient]) -> dict[str, int]:
    """How many people have no value for each placeholder of the text; only those where there are any."""
    counts = dict.fromkeys(text.placeholders, 0)
    for person in people:
        known = _known_values(person, 1)
        for name in counts:
            counts[name] += not known[name]
    return {name: count for name, count in counts.items() if count}


def sample_recipients(text: Template, people: Sequence[Recipient], count: int = SAMPLES) -> tuple[Recipient, ...]:
    """People whose renderings differ as much as can be, for the author to look at: the first one, then always the one
    least like those chosen so far (by what is missing, language, level, unit and length of the name).

    The same for the same people in the same order; fewer where no more different ones are to be had.
    """
    distinct: dict[tuple[object, ...], Recipient] = {}
    for person in people:
        distinct.setdefault(_traits(text, person), person)
    traits = list(distinct)
    chosen = traits[:1]
    nearest = [_difference(each, chosen[0]) for each in traits] if chosen else []
    while chosen and len(chosen) < count and max(nearest) > 0:
        farthest = traits[nearest.index(max(nearest))]
        chosen.append(farthest)
        nearest = [min(near, _difference(each, farthest)) for near, each in zip(nearest, traits, strict=True)]
    return tuple(distinct[each] for each in chosen)


def _traits(text: Template, person: Recipient) -> tuple[object, ...]:
    known = _known_values(person, 1)
    missing = tuple(not known[name] for name in text.placeholders)
    used = text.placeholders
    return (
        *missing,
        person.language,
        person.level if "level" in used else None,
        person.unit if "unit" in used else None,
        min(len(person.name), 8) if "name" in used else None,
    )


def _difference(one: tuple[object, ...], other: tuple[object, ...]) -> int:
    return sum(left != right for left, right in zip(one, other, strict=True))


def _known_values(person: Recipient, days_left: int) -> dict[str, str]:
    """'' where a value is missing."""
    level = value_text("levels", person.level, person.language) if person.level else ""
    days = str(days_left) if days_left > 0 else ""
    return {"name": _line(person.name), "level": level, "unit": _line(person.unit), "days_left": days}


def _line(text: str) -> str:
    """A value on one line, cut visibly above _VALUE_LIMIT."""
    line = " ".join(text.split())
    return line if len(line) <= _VALUE_LIMIT else f"{line[: _VALUE_LIMIT - 1]}…"


@cache
def _known() -> dict[str, str]:
    """Every way to write a placeholder -> its id."""
    return {word: each.id for each in broadcast_rules().placeholders for word in (each.id, *each.words)}
