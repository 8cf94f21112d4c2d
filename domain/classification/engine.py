"""The classifier itself: normalise, match, weigh, rank, and decide how sure to sound."""

import threading
from collections.abc import Sequence
from pathlib import Path

from domain.annex1 import SpecialtyRef
from domain.classification.context import emphases
from domain.classification.lexicon import lexicon
from domain.classification.matching import Match, Matcher
from domain.classification.normalise import normalise
from domain.classification.overlaps import Overlap, overlaps
from domain.classification.results import MAX_CANDIDATES, Classification, Decision, Suggestion
from domain.classification.scoring import Ranking, Scorer
from domain.classification.segmentation import Segmenter
from domain.classification.sounds import SoundIndex

UNSURE_BELOW = 0.5
LISTEN_BELOW = 0.9
ONE_FROM = 0.5
ONE_LEAD = 2.5
OVERLAP_NEAR = 0.1
_WORTH_OFFERING = 0.002
_SURE_PLACES = 3


class Classifier:
    """Holds the loaded lexicon and jieba's dictionary (about 100 MB); immutable, so threads may share one."""

    def __init__(self, cache_dir: Path | None = None) -> None:
        self._lexicon = lexicon()
        segmenter = Segmenter([each.term for each in self._lexicon.entries], cache_dir)
        self._matcher = Matcher(self._lexicon.entries, segmenter)
        self._sounds = SoundIndex(self._lexicon.entries)
        self._trades = frozenset(
            number for number, each in enumerate(self._lexicon.entries) if each.outside and not each.weights
        )
        self._scorer = Scorer(self._lexicon, segmenter.commonness)
        self._overlaps: dict[SpecialtyRef, list[tuple[Overlap, frozenset[SpecialtyRef]]]] = {}
        for overlap in overlaps():
            refs = frozenset(option.ref for option in overlap.options)
            for ref in refs:
                self._overlaps.setdefault(ref, []).append((overlap, refs))

    def classify(self, text: str) -> Classification:
        """Classifies one text; the same text always gives the same answer, any string is accepted."""
        ranking = self.rank(text)
        candidates = self._candidates(ranking) if ranking.any_field >= UNSURE_BELOW else ()
        if not candidates:
            return Classification(text, Decision.UNSURE, (), self._lexicon.version)
        overlap = self._overlap(candidates)
        decision = Decision.ONE if overlap is None and _clear(candidates) else Decision.WHICH
        return Classification(text, decision, candidates, self._lexicon.version, overlap)

    def rank(self, text: str) -> Ranking:
        """The chances behind `classify`, for every specialty."""
        normal = normalise(text)
        matches = self._matcher.find(normal)
        ranking = self._scorer.rank(matches, emphases(normal, matches, self._trades))
        if ranking.any_field < LISTEN_BELOW and not ranking.outside and (heard := self._heard(normal, matches)):
            matches = sorted([*matches, *heard], key=lambda each: each.start)
            ranking = self._scorer.rank(matches, emphases(normal, matches, self._trades))
        return ranking

    def _heard(self, normal: str, matches: Sequence[Match]) -> list[Match]:
        """Terms by sound, but none that is torn out of a known word: 开餐|馆 is not 开仓."""
        heard = self._sounds.find(normal, matches)
        return [each for each in heard if not self._matcher.tears(normal, each.start, each.end)]

    def _candidates(self, ranking: Ranking) -> tuple[Suggestion, ...]:
        chance = {target: each for target, each in ranking.chances if each >= _WORTH_OFFERING}
        return tuple(
            Suggestion(self._lexicon.refs[each], round(chance[each], 4), self._scorer.matched(ranking, each))
            for each in self._varied(list(chance))
        )

    def _varied(self, likely: list[int]) -> list[int]:
        """The best three, then the best of fields not yet shown, so that a wrong field can be corrected at once."""
        chosen = likely[:_SURE_PLACES]
        shown = {self._lexicon.field_of[each] for each in chosen}
        for each in likely[_SURE_PLACES:]:
            if len(chosen) < MAX_CANDIDATES and self._lexicon.field_of[each] not in shown:
                shown.add(self._lexicon.field_of[each])
                chosen.append(each)
        rest = [each for each in likely[_SURE_PLACES:] if each not in chosen]
        return sorted([*chosen, *rest[: MAX_CANDIDATES - len(chosen)]], key=likely.index)

    def _overlap(self, candidates: Sequence[Suggestion]) -> Overlap | None:
        """The overlap that the best candidate shares, on the strength of one and the same word, with a near one."""
        best = candidates[0]
        near = [each for each in candidates[1:_SURE_PLACES] if each.score >= OVERLAP_NEAR * best.score]
        for overlap, refs in self._overlaps.get(best.ref, ()):
            for other in near:
                shared = set(best.matched).intersection(other.matched) if other.ref in refs else set()
                if any(overlap.concerns(term) for term in shared):
                    return overlap
        return None


def _clear(candidates: Sequence[Suggestion]) -> bool:
    best = candidates[0].score
    return best >= ONE_FROM and (len(candidates) == 1 or best >= ONE_LEAD * candidates[1].score)


class _Shared:
    """The process's one classifier, built by whoever needs it first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._classifier: Classifier | None = None
        self.cache_dir: Path | None = None

    def get(self) -> Classifier:
        if (ready := self._classifier) is not None:
            return ready
        with self._lock:
            if self._classifier is None:
                self._classifier = Classifier(self.cache_dir)
            return self._classifier


_shared = _Shared()


def configure(cache_dir: Path | None) -> None:
    """Where jieba may keep its compiled dictionary; call it before the first use. None (the default): nowhere."""
    _shared.cache_dir = cache_dir


def classify(text: str) -> Classification:
    """What the text says its writer does; loads the lexicon and jieba on first use (about a second). Thread-safe."""
    return _shared.get().classify(text)


def warm_up() -> None:
    """Loads everything; meant for a background thread at process start, so that starting never waits for it."""
    _shared.get()
