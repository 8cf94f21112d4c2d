from collections import Counter

from domain.classification.lexicon import OUTSIDE, entry_lines, lexicon, specialty_keys, term_sources
from domain.classification.normalise import plain


def test_no_term_stands_twice() -> None:
    terms = Counter(each.term for each in lexicon().entries)
    assert [term for term, count in terms.items() if count > 1] == []


def test_every_specialty_is_reachable_by_words_that_point_to_it_first() -> None:
    first = Counter(each.weights[0][0] for each in lexicon().entries if each.weights)
    bare = {"电气工程类/其他"}  # empty scope in print: words can only hint at it
    poor = {"/".join(ref) for number, ref in enumerate(lexicon().refs) if first[number] < 8}
    assert poor <= bare
    assert all(
        any(target == number for each in lexicon().entries for target, _ in each.weights) for number in range(56)
    )


def test_every_term_has_a_source_that_is_explained() -> None:
    assert {each.source for each in lexicon().entries} <= term_sources().keys()
    assert all(term_sources().values())


def test_terms_are_spelled_as_the_matcher_reads_text() -> None:
    assert [
        each.term for each in lexicon().entries if plain(each.term) != each.term or each.term != each.term.strip()
    ] == []


def test_targets_are_sorted_by_weight_and_named_once() -> None:
    for place, line in entry_lines():
        targets = [target.partition("=") for target in line.split("\t")[2].split(" ")]
        weights = [float(number) for _, _, number in targets]
        keys = [key for key, _, _ in targets]
        assert weights == sorted(weights, reverse=True), place
        assert len(keys) == len(set(keys)), place
        assert set(keys) <= {*specialty_keys(), OUTSIDE}, place


def test_the_version_is_a_fingerprint_of_the_data() -> None:
    assert len(lexicon().version) == 12
    assert int(lexicon().version, 16) >= 0
