"""Finds the lexicon's terms in a normalised text: longest first, whole words, never across two Chinese words."""

from collections.abc import Sequence
from typing import NamedTuple

import ahocorasick_rs

from domain.classification.lexicon import Entry
from domain.classification.segmentation import Segmenter

_SHORT = 2
_REACH = 3
_ENGINEERING = "工程"  # no term may end in the middle of it: 继电保护工|程师 is not the trade 继电保护工
_PLURALS = ("s", "es")


class Match(NamedTuple):
    """A term at [start, end) of the normalised text."""

    entry: int
    start: int
    end: int


class Matcher:
    """All terms in one automaton; ASCII terms need word edges (a plural s is allowed), short Chinese ones jieba's."""

    def __init__(self, entries: Sequence[Entry], segmenter: Segmenter) -> None:
        self._automaton = ahocorasick_rs.AhoCorasick([each.term for each in entries])
        self._ascii_start = [_is_latin(each.term[0]) for each in entries]
        self._ascii_end = [_is_latin(each.term[-1]) for each in entries]
        self._segmenter = segmenter

    def find(self, text: str) -> list[Match]:
        """The matches in reading order, not overlapping: at each place the longest one that stands as a word."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not found:
            return []
        found.sort(key=lambda each: (each[1], -each[2]))
        words = _Words(text, self._segmenter)
        matches: list[Match] = []
        done = 0
        for which, start, end in found:
            if start < done or not self._stands_alone(text, which, start, end):
                continue
            if end - start <= _SHORT and not self._ascii_start[which] and words.tear(start, end, done):
                continue
            matches.append(Match(which, start, end))
            done = end
        return matches

    def tears(self, text: str, start: int, end: int) -> bool:
        """Whether [start, end) is torn out of the Chinese words that it stands in."""
        return _Words(text, self._segmenter).tear(start, end, 0)

    def _stands_alone(self, text: str, which: int, start: int, end: int) -> bool:
        if self._ascii_start[which] and start and _is_latin(text[start - 1]):
            return False
        if text.startswith(_ENGINEERING, end - 1):
            return False
        if not self._ascii_end[which] or end == len(text) or not _is_latin(text[end]):
            return True
        if text[end].isdigit() or text[end - 1].isdigit():
            return False
        return any(text.startswith(s, end) and not _is_latin(text[end + len(s) : end + len(s) + 1]) for s in _PLURALS)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


class _Words:
    """The word boundaries of one text; each run of Chinese characters is cut when first asked about."""

    def __init__(self, text: str, segmenter: Segmenter) -> None:
        self._text = text
        self._segmenter = segmenter
        self._known_to = -1
        self._edges: set[int] = set()

    def tear(self, start: int, end: int, done: int) -> bool:
        """Whether [start, end) is torn out of its words, as 气管 is in 天然气|管道; one character has to be a word.

        `done` is where the match before ended: a boundary, as are the ends of a run.
        """
        text = self._text
        opens = start in (0, done) or not _is_chinese(text[start - 1])
        closes = end == len(text) or not _is_chinese(text[end])
        alone = end - start == 1
        if (opens and closes) or not (alone or self._crossed(start, end, opens=opens, closes=closes)):
            return False
        if start >= self._known_to:
            self._cut(start)
        edges = self._edges
        inner = alone or any(place in edges for place in range(start + 1, end))
        return inner and not (start in edges and end in edges)

    def _crossed(self, start: int, end: int, *, opens: bool, closes: bool) -> bool:
        """Whether a known word reaches over one end of [start, end) without holding all of it: only then cut."""
        is_word, text = self._segmenter.is_word, self._text
        for edge in ((start,) if not opens else ()) + ((end,) if not closes else ()):
            for first in range(max(0, edge - _REACH), edge):
                for last in range(edge + 1, min(len(text), first + _REACH + 1) + 1):
                    if is_word(text[first:last]) and not (first <= start and end <= last):
                        return True
        return False

    def _cut(self, place: int) -> None:
        first, last = place, place
        while first and _is_chinese(self._text[first - 1]):
            first -= 1
        while last < len(self._text) and _is_chinese(self._text[last]):
            last += 1
        self._edges.update(first + each for each in self._segmenter.boundaries(self._text[first:last]))
        self._known_to = last


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
