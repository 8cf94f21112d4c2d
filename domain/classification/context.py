"""How much a word counts by where it stands: denied, studied long ago, done now, stated as a job title."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.classification.cues import Cues, cues
from domain.classification.matching import Match
from domain.patterns import pattern

DENIED = 0.0
FORMER = 0.4
LISTED = 0.5
CURRENT = 1.35
TITLE = 1.35
OPENING = 1.15
CATEGORY = 0.6
SUBJECT = 1.4
SETTING = 0.25
"""A field that is only where a trade outside it is followed: 光伏项目 in 光伏项目翻译."""
_OPENING_END = 14
_SUBDIVISION_LENGTH = 32
_SUBDIVISION = pattern(r"[\u4e00-\u9fff()、a-z0-9]{2,}(?: [\u4e00-\u9fff()、a-z0-9]{2,}){1,2} ?")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch [start, end) of the text that is read as one statement."""

    start: int
    end: int


def emphases(text: str, matches: Sequence[Match], trades: Collection[int] = ()) -> list[float]:
    """The factor (0 denied, 1 plain, up to about 2) for each match, in the order of `matches`.

    `trades`: the lexicon's entries that name an occupation outside all fields and nothing else.
    """
    signs = cues()
    factors = [_own_factor(text, each, signs) for each in matches]
    _weigh_subdivision(text, matches, factors)
    if any(each.entry in trades for each in matches):
        _weigh_settings(text, matches, factors, trades)
    if matches and signs.any_cue.search(text):
        for clause in _clauses(text, signs):
            inside = [number for number, each in enumerate(matches) if clause.start <= each.start < clause.end]
            if inside:
                _weigh_clause(text, clause, matches, inside, factors)
    return factors


def _own_factor(text: str, match: Match, signs: Cues) -> float:
    factor = OPENING if match.start < _OPENING_END else 1.0
    return factor * TITLE if signs.title.match(text, match.end) else factor


def _weigh_subdivision(text: str, matches: Sequence[Match], factors: list[float]) -> None:
    """In a bare `建筑工程 装饰` the first part is the category, the last one the subject proper."""
    if len(text) > _SUBDIVISION_LENGTH or not _SUBDIVISION.fullmatch(text) or text.isascii():
        return
    last = text.rstrip().rfind(" ")
    if any(each.start > last for each in matches):
        for number, each in enumerate(matches):
            factors[number] *= SUBJECT if each.start > last else CATEGORY


def _weigh_settings(text: str, matches: Sequence[Match], factors: list[float], trades: Collection[int]) -> None:
    """A trade that heads its clause (last in Chinese, before a preposition in English) makes the rest its setting."""
    signs = cues()
    for clause in _clauses(text, signs):
        inside = [number for number, each in enumerate(matches) if clause.start <= each.start < clause.end]
        if not inside:
            continue
        first, last = matches[inside[0]], matches[inside[-1]]
        heads_last = last.entry in trades and signs.after_head.fullmatch(text, last.end, clause.end)
        heads_first = first.entry in trades and signs.preposition.match(text, first.end, clause.end)
        if heads_last or heads_first:
            for number in inside:
                if matches[number].entry not in trades:
                    factors[number] *= SETTING


def _clauses(text: str, signs: Cues) -> list[Clause]:
    clauses = []
    start = 0
    for end in signs.clause_end.finditer(text):
        # A word that opens the next clause (而是, but) belongs to it; a punctuation mark to none.
        clauses.append(Clause(start, end.start()))
        start = end.start() if text[end.start()].isalnum() else end.end()
    clauses.append(Clause(start, len(text)))
    return clauses


def _weigh_clause(text: str, clause: Clause, matches: Sequence[Match], inside: list[int], factors: list[float]) -> None:
    signs = cues()
    words = text[clause.start : clause.end]
    places = [(number, matches[number].start - clause.start) for number in inside]
    for number in _denied(words, places, signs):
        factors[number] = DENIED
    if signs.listed.search(words):
        factor = LISTED
    elif signs.current.search(words):
        factor = CURRENT
    elif signs.former.search(words):
        factor = FORMER
    else:
        return
    for number in inside:
        factors[number] *= factor


def _denied(words: str, places: Sequence[tuple[int, int]], signs: Cues) -> list[int]:
    """Which of the matches (number, place in the clause) are denied."""
    stretches = []
    for denial in signs.denial.finditer(words):
        if not signs.not_only.match(words, denial.end()):
            stretches.append((denial.end(), _denial_end(words, denial, signs)))
    if far := signs.unrelated.search(words):
        for companion in signs.companion.finditer(words, 0, far.start()):
            stretches.append((companion.end(), far.start()))
    denied = [number for number, place in places if any(start <= place < end for start, end in stretches)]
    if denied or signs.besides.search(words):
        return denied
    after = signs.denial_after.search(words.rstrip())
    return [number for number, place in places if place < after.start()] if after else []


def _denial_end(words: str, denial: re.Match[str], signs: Cues) -> int:
    restart = signs.restart.search(words, denial.end())
    return restart.start() if restart else len(words)
