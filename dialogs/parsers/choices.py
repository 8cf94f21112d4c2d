"""Which of the offered options a typed answer means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dialogs.parsers.normal import MAX_LENGTH, folded
from dialogs.parsers.numerals import number
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Outcome, Understood
from domain.patterns import pattern

_ORDINAL = pattern(
    r"\(?(?:第|选项?|我选|选择|答案|no\.?|number|option|choice|#)? ?(?P<number>[0-9]{1,3}|"
    r"[零一二三四五六七八九十]{1,3}|[a-j](?=[).、]|$))"
    r" ?(?:个|项|号|条|th|st|nd|rd)?[).、。,]*"
)


@dataclass(frozen=True)
class ChoiceWords:
    """An option: its id and every wording (both languages, short forms) it answers to."""

    id: str
    words: tuple[str, ...]


def parse_choice(text: str, options: Sequence[ChoiceWords]) -> Outcome[str]:
    """The id of one option: by its number in the list (1, １, 一, ①), its words, or a part that only one has."""
    plain = folded(text).strip(" .。!,，")
    if not plain:
        return NotUnderstood(ErrorReason.EMPTY)
    if len(plain) > MAX_LENGTH:
        return NotUnderstood(ErrorReason.TOO_LONG)
    known = [(option.id, _folded_word(word)) for option in options for word in option.words]
    for fits in (
        [name for name, word in known if word == plain],
        _by_ordinal(plain, options),
        [name for name, word in known if word.startswith(plain)],
        _inside(plain, known),
        [name for name, word in known if plain in word and (len(plain) > 1 or not plain.isascii())],
    ):
        distinct = tuple(dict.fromkeys(fits))
        if len(distinct) == 1:
            return Understood(distinct[0])
        if distinct:
            return AskBack(AskReason.SEVERAL, {"candidates": distinct})
    return NotUnderstood(ErrorReason.NO_SUCH_CHOICE, {"high": len(options)})


@lru_cache(maxsize=4096)
def _folded_word(word: str) -> str:
    return folded(word)


def _by_ordinal(plain: str, options: Sequence[ChoiceWords]) -> list[str]:
    match = _ORDINAL.fullmatch(plain)
    if not match:
        return []
    mark = match["number"]
    position = ord(mark) - ord("a") + 1 if mark.isascii() and mark.isalpha() else int(number(mark) or 0)
    return [options[position - 1].id] if 1 <= position <= len(options) else []


def _inside(plain: str, known: Sequence[tuple[str, str]]) -> list[str]:
    """Options whose words stand in the answer; a word inside a longer one that stands there too does not count."""
    found = [(name, word) for name, word in known if _stands_in(word, plain)]
    return [name for name, word in found if not any(word != longer and word in longer for _, longer in found)]


def _stands_in(word: str, plain: str) -> bool:
    if len(word) <= 1:
        return False
    if word.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", plain) is not None
    return word in plain
