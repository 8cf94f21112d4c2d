"""`classify --report`: where people chose another specialty than the classifier had offered first."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from domain.annex1 import SpecialtyRef

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class StoredSuggestion:
    """A suggestion as it was made then: the specialty, its score (0..1) and the words that spoke for it."""

    ref: SpecialtyRef
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """One classification as stored, with the person's own choice (None: never chosen)."""

    text: str
    lexicon_version: str
    suggested: tuple[StoredSuggestion, ...]
    chosen: SpecialtyRef | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """One kind of overruling; `suggested` None means that nothing was offered. `words` are the misleading ones."""

    suggested: SpecialtyRef | None
    chosen: SpecialtyRef
    count: int
    mean_score: float
    words: tuple[tuple[str, int], ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """How people's choices compare with what was offered; counts are of decisions with a choice."""

    decided: int
    first_was_right: int
    offered: int
    unsure: int
    undecided: int
    by_version: tuple[tuple[str, int, int], ...]
    confusions: tuple[Confusion, ...]

    @property
    def overruled(self) -> int:
        """Choices that differ from the first suggestion, or were made where there was none."""
        return self.decided - self.first_was_right


def overruled_report(decisions: Iterable[StoredDecision]) -> Report:
    """Counts the choices; `by_version` holds (lexicon version, decided, first was right), `confusions` most first.

    `offered` counts the choices that were among the suggestions at all, `unsure` those made where there were none.
    """
    decided: list[tuple[StoredDecision, SpecialtyRef]] = []
    undecided = 0
    for each in decisions:
        if each.chosen is None:
            undecided += 1
        else:
            decided.append((each, each.chosen))
    versions: dict[str, list[bool]] = defaultdict(list)
    groups: dict[tuple[SpecialtyRef | None, SpecialtyRef], list[StoredDecision]] = defaultdict(list)
    for each, chosen in decided:
        first = each.suggested[0].ref if each.suggested else None
        versions[each.lexicon_version].append(first == chosen)
        if first != chosen:
            groups[first, chosen].append(each)
    confusions = [_confusion(first, chosen, group) for (first, chosen), group in groups.items()]
    return Report(
        decided=len(decided),
        first_was_right=sum(map(sum, versions.values())),
        offered=sum(chosen in [one.ref for one in each.suggested] for each, chosen in decided),
        unsure=sum(not each.suggested for each, _ in decided),
        undecided=undecided,
        by_version=tuple((version, len(each), sum(each)) for version, each in sorted(versions.items())),
        confusions=tuple(sorted(confusions, key=lambda each: (-each.count, each.chosen, each.suggested or ("", "")))),
    )


def _confusion(first: SpecialtyRef | None, chosen: SpecialtyRef, group: list[StoredDecision]) -> Confusion:
    words = Counter(word for each in group if each.suggested for word in each.suggested[0].matched)
    scores = [each.suggested[0].score for each in group if each.suggested]
    return Confusion(
        suggested=first,
        chosen=chosen,
        count=len(group),
        mean_score=sum(scores) / len(scores) if scores else 0.0,
        words=tuple(sorted(words.items(), key=lambda each: (-each[1], each[0]))[:5]),
        examples=tuple(each.text for each in group[:EXAMPLES]),
    )
