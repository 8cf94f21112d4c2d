"""Hierarchical scoring: the evidence of the words found, first for the field, then for the specialty in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.classification.lexicon import Entry, Lexicon
from domain.classification.matching import Match

SHARPNESS = 2.4
"""How much a lead in evidence tells; fitted so that the scores come out as frequencies of being right."""
FIELD_PULL = 0.6
"""The field's share in a specialty's standing, between 0 (its own words only) and 1."""
BACKGROUND = 1.0
"""The evidence that says nothing: about one weak word."""
REPEAT = 0.25
_COMMON_FROM = 3.0
_COMMON_STEP = 0.06
_LEAST_RARITY = 0.5


@dataclass(frozen=True, slots=True)
class Ranking:
    """Chances (0..1) of the specialties that any word spoke for, best first, as (index in `Lexicon.refs`, chance).

    What is missing to 1 is the chance that none is right. `worth` is the weight each entry's matches had, `outside`
    the evidence for trades that no field covers.
    """

    chances: tuple[tuple[int, float], ...]
    worth: Mapping[int, float]
    outside: float

    @property
    def any_field(self) -> float:
        """The chance that the text belongs to Annex 1 at all."""
        return sum(chance for _, chance in self.chances)


class Scorer:
    """Weighs matches by the lexicon, by how rare and how long the term is, and by emphasis."""

    def __init__(self, lexicon: Lexicon, commonness: Mapping[str, float]) -> None:
        self._lexicon = lexicon
        self._worth = [_worth(each, commonness[each.term]) for each in lexicon.entries]

    def rank(self, matches: Sequence[Match], factors: Sequence[float]) -> Ranking:
        """Turns the matches of one text into chances; a term said again adds a quarter, a denied one nothing."""
        worth: dict[int, float] = {}
        for match, factor in zip(matches, factors, strict=True):
            if factor:
                value = self._worth[match.entry] * factor
                before = worth.get(match.entry, 0.0)
                worth[match.entry] = max(before, value) + REPEAT * min(before, value)
        outside = sum(self._lexicon.entries[number].outside * value for number, value in worth.items())
        return Ranking(self._chances(worth, outside), worth, outside)

    def matched(self, ranking: Ranking, specialty: int) -> tuple[str, ...]:
        """The terms that spoke for a specialty, strongest first."""
        found = []
        for number, value in ranking.worth.items():
            entry = self._lexicon.entries[number]
            found += [(-weight * value, entry.term) for target, weight in entry.weights if target == specialty]
        return tuple(term for _, term in sorted(found))

    def _chances(self, worth: Mapping[int, float], outside: float) -> tuple[tuple[int, float], ...]:
        entries, field_of = self._lexicon.entries, self._lexicon.field_of
        specialty: dict[int, float] = {}
        field: dict[int, float] = {}
        for number, value in worth.items():
            entry = entries[number]
            best: dict[int, float] = {}
            for target, weight in entry.weights:
                evidence = weight * value
                specialty[target] = specialty.get(target, 0.0) + evidence
                at = field_of[target]
                if evidence > best.get(at, 0.0):
                    best[at] = evidence
            for at, evidence in best.items():
                field[at] = field.get(at, 0.0) + evidence
        standing = {
            target: (evidence ** (1 - FIELD_PULL) * field[field_of[target]] ** FIELD_PULL) ** SHARPNESS
            for target, evidence in specialty.items()
        }
        total = sum(standing.values()) + outside**SHARPNESS + BACKGROUND**SHARPNESS
        order = sorted(standing, key=lambda target: (-standing[target], target))
        return tuple((target, standing[target] / total) for target in order)


def _worth(entry: Entry, commonness: float) -> float:
    """Rarity and length: a long term, or one that general Chinese seldom uses, says more."""
    rarity = max(_LEAST_RARITY, 1 - _COMMON_STEP * max(0.0, commonness - _COMMON_FROM))
    length = entry.term.count(" ") + 1.5 if entry.term.isascii() else len(entry.term) / 2
    return rarity * min(1.6, 0.85 + 0.15 * length)
