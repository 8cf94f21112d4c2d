"""Hierarchical scoring: the evidence of the words found, first for the field, then for the specialty in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.classification.lexicon import Entry, Lexicon
from domain.classification.matching import Match

SHARPNESS = 1.6
FIELD_PULL = 0.6
BACKGROUND = 1.0
OUTSIDE_PULL = 1.0
REPEAT = 0.25
_COMMON_FROM = 3.0
_COMMON_STEP = 0.06
_LEAST_RARITY = 0.5


@dataclass(frozen=True, slots=True)
class Ranking:
    """Chance (0..1) per specialty in Annex 1's order; what is missing to 1 is the chance that none is right."""

    chances: tuple[float, ...]
    matched: tuple[tuple[str, ...], ...]
    outside: tuple[str, ...]

    @property
    def any_field(self) -> float:
        """The chance that the text belongs to Annex 1 at all."""
        return sum(self.chances)


class Scorer:
    """Weighs matches by the lexicon, by how rare and how long the term is, and by emphasis."""

    def __init__(self, lexicon: Lexicon, commonness: dict[str, float]) -> None:
        self._lexicon = lexicon
        self._worth = [_worth(each, commonness[each.term]) for each in lexicon.entries]

    def rank(self, matches: Sequence[Match], factors: Sequence[float]) -> Ranking:
        """Turns the matches of one text into chances; a term said again adds a quarter, a denied one nothing."""
        worth: dict[int, float] = {}
        for match, factor in zip(matches, factors, strict=True):
            value = self._worth[match.entry] * factor
            before = worth.get(match.entry, 0.0)
            worth[match.entry] = max(before, value) + REPEAT * min(before, value)
        return self._chances(worth)

    def _chances(self, worth: dict[int, float]) -> Ranking:
        lexicon = self._lexicon
        specialty = [0.0] * len(lexicon.refs)
        field = [0.0] * (max(lexicon.field_of) + 1)
        outside = 0.0
        words: list[list[tuple[float, str]]] = [[] for _ in lexicon.refs]
        other_trades = []
        for number, value in worth.items():
            entry = lexicon.entries[number]
            best: dict[int, float] = {}
            if not value:
                continue
            for target, weight in entry.weights:
                evidence = weight * value
                specialty[target] += evidence
                words[target].append((-evidence, entry.term))
                at = lexicon.field_of[target]
                best[at] = max(best.get(at, 0.0), evidence)
            for at, evidence in best.items():
                field[at] += evidence
            if entry.outside:
                outside += entry.outside * value
                other_trades.append(entry.term)
        combined = [
            (own ** (1 - FIELD_PULL) * field[at] ** FIELD_PULL) ** SHARPNESS if own else 0.0
            for own, at in zip(specialty, lexicon.field_of, strict=True)
        ]
        total = sum(combined) + (OUTSIDE_PULL * outside) ** SHARPNESS + BACKGROUND**SHARPNESS
        return Ranking(
            chances=tuple(each / total for each in combined),
            matched=tuple(tuple(term for _, term in sorted(each)) for each in words),
            outside=tuple(other_trades),
        )


def _worth(entry: Entry, commonness: float) -> float:
    """Rarity and length: a long term, or one that general Chinese seldom uses, says more."""
    rarity = max(_LEAST_RARITY, 1 - _COMMON_STEP * max(0.0, commonness - _COMMON_FROM))
    length = entry.term.count(" ") + 1.5 if entry.term.isascii() else len(entry.term) / 2
    return rarity * min(1.6, 0.85 + 0.15 * length)
