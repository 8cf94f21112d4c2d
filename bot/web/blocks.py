"""A card's lines as the parts of a bubble."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

from dialogs.cards import Card, Line
from dialogs.texts import catalogue
from domain.vocabulary import Language

_ANSWER = "answer"
"""The catalogue's line for an answer said back: a label and a value."""
_LABEL = ".label"
"""What the key of a question's label ends with, after the question's id."""
_GROUP = "group_"
"""What the keys of the headings over groups of answers begin with; the dashes around their words are left out."""
_VERDICT = "verdict"
_SUMMARIES = ("eligible", "not_eligible", "open")
_MARKS = "✓✗…"
"""What the verdict's lines begin with: met, not met, not known yet."""


@dataclass(frozen=True, slots=True)
class Row:
    """An answer said back; `question` is the one that it answers ('' where it cannot be opened)."""

    label: str
    value: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a bubble: a text, or a table of labels and values, or a list of marks and texts.

    `asks`: it is the question itself. `heads`: it stands over what follows.
    """

    text: str = ""
    rows: tuple["Row", ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    asks: bool = False
    heads: bool = False


def blocks(card: Card, language: Language) -> Iterator[Block]:
    """Lines of one section stand together, answers said back make a table, conditions a list; the question and the
    headings of the list stand out.
    """
    spoken = [(line, catalogue().say(line, language).strip("\n")) for line in card.lines]
    for place, group in groupby(spoken, key=lambda each: _place(each[0], each[1], card)):
        lines = list(group)
        texts = [text for _, text in lines if text]
        match place.kind:
            case _Kind.TABLE:
                yield Block(rows=tuple(_row(line, language) for line, _ in lines))
            case _Kind.LIST:
                yield Block(items=tuple((text[0], text[2:]) for text in texts))
            case kind if texts:
                words = "\n".join(texts)
                heads = kind is _Kind.HEADING
                yield Block(words.strip("— ") if heads else words, asks=kind is _Kind.QUESTION, heads=heads)


class _Kind(Enum):
    TEXT = auto()
    TABLE = auto()
    LIST = auto()
    HEADING = auto()
    QUESTION = auto()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line belongs: neighbours of one place make one block."""

    kind: _Kind
    section: str


def _place(line: Line, text: str, card: Card) -> _Place:
    if line.key == _ANSWER:
        return _Place(_Kind.TABLE, _ANSWER)
    section, _, name = line.key.rpartition(".")
    if section == _VERDICT and text[:1] in _MARKS and text[1:2] == " ":
        return _Place(_Kind.LIST, section)
    if section == _VERDICT and name.startswith(_SUMMARIES):
        return _Place(_Kind.HEADING, section)
    if line.key.startswith(_GROUP):
        return _Place(_Kind.HEADING, line.key)
    if card.subject and name == "ask":
        return _Place(_Kind.QUESTION, section)
    return _Place(_Kind.TEXT, section)


def _row(line: Line, language: Language) -> Row:
    label = line.args["label"]
    question = label.key.removesuffix(_LABEL) if isinstance(label, Line) and label.key.endswith(_LABEL) else ""
    return Row(_word(line, "label", language), _word(line, "value", language), question)


def _word(line: Line, name: str, language: Language) -> str:
    value = line.args[name]
    return catalogue().say(value if isinstance(value, Line) else Line(key="plain", args={"text": value}), language)
