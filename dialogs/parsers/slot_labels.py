"""Answers with their label, as in a form: 姓名：张三 手机：138…"""

import re
from dataclasses import dataclass
from functools import cache

from dialogs.parsers.normal import simplified
from dialogs.parsers.slot_values import FILE, alternation
from dialogs.parsers.tables import word_lists
from domain.patterns import pattern

_ENDS = pattern(r"[;。!?]|,(?! ?[0-9]{3}\b)")


@dataclass(frozen=True)
class Labelled:
    """A question id, the words after its label, and where both stand."""

    question: str
    text: str
    start: int
    end: int


def question_named(label: str) -> str | None:
    """The question id that a label (手机号, my phone) stands for, or None."""
    return _questions().get(label.strip().lower())


def label_words() -> str:
    """The source of a pattern for any label."""
    return alternation(_questions())


def find_labelled(clean: str) -> list[Labelled]:
    """The labelled answers in `tidy` text; one ends at the next label or clause, a statement only at a label."""
    marks = list(_pattern().finditer(simplified(clean).lower()))
    found = []
    for index, mark in enumerate(marks):
        question = _questions()[mark["label"]]
        limit = marks[index + 1].start() if index + 1 < len(marks) else len(clean)
        if question != "statement" and (stop := _ENDS.search(clean, mark.end(), limit)):
            limit = stop.start()
        value = clean[mark.end() : limit].strip()
        if value:
            found.append(Labelled(question, value, mark.start(), limit))
    return found


@cache
def _questions() -> dict[str, str]:
    return {word: question for question, words in word_lists(FILE, "labels").items() for word in words}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?P<label>{label_words()}) ?(?:\([^()]{{0,12}}\))? ?[:=] ?")
