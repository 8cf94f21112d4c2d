from domain.annex1 import SpecialtyRef
from domain.classification.overruled import StoredDecision, StoredSuggestion, overruled_report

CIVIL = SpecialtyRef("土木工程类", "结构工程")
OTHER = SpecialtyRef("土木工程类", "其他")
HOUSE = SpecialtyRef("建筑工程类", "建筑结构")


def decision(text: str, chosen: SpecialtyRef | None, *suggested: SpecialtyRef, version: str = "v1") -> StoredDecision:
    offers = tuple(StoredSuggestion(ref, 0.8 - place / 10, ("结构",)) for place, ref in enumerate(suggested))
    return StoredDecision(text, version, offers, chosen)


def test_an_empty_history_is_an_empty_report() -> None:
    report = overruled_report([])
    assert (report.decided, report.overruled, report.undecided, report.confusions) == (0, 0, 0, ())


def test_choices_are_counted_against_the_first_suggestion() -> None:
    report = overruled_report(
        [
            decision("a", CIVIL, CIVIL, HOUSE),
            decision("b", HOUSE, CIVIL, HOUSE),
            decision("c", HOUSE, CIVIL, HOUSE, version="v2"),
            decision("d", OTHER),
            decision("e", None, CIVIL),
        ]
    )
    assert (report.decided, report.first_was_right, report.overruled) == (4, 1, 3)
    assert (report.offered, report.unsure, report.undecided) == (3, 1, 1)
    assert report.by_version == (("v1", 3, 1), ("v2", 1, 0))


def test_the_commonest_confusion_comes_first_with_its_words_and_examples() -> None:
    report = overruled_report([decision(text, HOUSE, CIVIL) for text in "abcde"] + [decision("f", OTHER)])
    worst, rare = report.confusions
    assert (worst.suggested, worst.chosen, worst.count) == (CIVIL, HOUSE, 5)
    assert worst.words == (("结构", 5),)
    assert worst.examples == ("a", "b", "c")
    assert worst.mean_score == 0.8
    assert (rare.suggested, rare.count, rare.mean_score) == (None, 1, 0.0)


def test_the_order_of_the_decisions_does_not_change_the_counts() -> None:
    decisions = [decision("a", HOUSE, CIVIL), decision("b", OTHER, CIVIL), decision("c", CIVIL, OTHER)]
    first, second = overruled_report(decisions), overruled_report(reversed(decisions))
    assert first.confusions == second.confusions
