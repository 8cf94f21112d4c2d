"""A card's lines as the parts of a bubble."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from dialogs.cards import Card, Line
from dialogs.texts import catalogue
from domain.vocabulary import Language

_ANSWER = "answer"
"""The catalogue's line for an answer said back: a label and a value."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a bubble: a text, or a table of labels and values. `asks`: it is the question itself."""

    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    asks: bool = False


def blocks(card: Card, language: Language) -> Iterator[Block]:
    """Lines of one section stand together, answers said back make a table, the question stands out."""
    for (section, asks), lines in groupby(card.lines, key=lambda line: _place(line, card)):
        if section == _ANSWER:
            yield Block(rows=tuple(_row(line, language) for line in lines))
        elif text := _joined(lines, language):
            yield Block(text, asks=asks)


def _place(line: Line, card: Card) -> tuple[str, bool]:
    """The section that the line belongs to, and whether it asks."""
    if line.key == _ANSWER:
        return _ANSWER, False
    section, _, name = line.key.rpartition(".")
    return section, bool(card.subject) and name == "ask"


def _joined(lines: Iterable[Line], language: Language) -> str:
    return "\n".join(filter(None, (catalogue().say(line, language).strip("\n") for line in lines)))


def _row(line: Line, language: Language) -> tuple[str, str]:
    return _word(line, "label", language), _word(line, "value", language)


def _word(line: Line, name: str, language: Language) -> str:
    value = line.args[name]
    return catalogue().say(value if isinstance(value, Line) else Line(key="plain", args={"text": value}), language)
