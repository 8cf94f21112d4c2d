"""The verdict's sentences fit what the domain finds; the catalogue itself is tested beside its module."""

import pytest

from dialogs.texts import catalogue
from domain.eligibility import Case
from domain.vocabulary import Criterion, Language

YEARS = {Case.MET: {"given", "needed"}, Case.TOO_SHORT: {"given", "needed", "met_on"}, Case.UNKNOWN: {"needed"}}
PLACEHOLDERS: dict[Criterion, dict[Case, set[str]]] = {
    Criterion.FIELD: {Case.MET: {"given"}, Case.OUTSIDE: set(), Case.UNKNOWN: set()},
    Criterion.EDUCATION: {
        Case.MET: {"given", "needed"},
        Case.DEGREE_TOO_LOW: {"given", "needed"},
        Case.UNRELATED: {"needed"},
        Case.UNKNOWN: {"needed"},
    },
    Criterion.EXPERIENCE: YEARS,
    Criterion.IMPORTANT_EXPERIENCE: YEARS,
    Criterion.OVERSEAS: {
        Case.DISPATCHED: set(),
        Case.PLANNED: {"needed"},
        Case.NOT_ABROAD: {"needed"},
        Case.UNKNOWN: set(),
    },
}
SENTENCES = [(criterion, case, names) for criterion, cases in PLACEHOLDERS.items() for case, names in cases.items()]


@pytest.mark.parametrize(("criterion", "case", "names"), SENTENCES)
@pytest.mark.parametrize("language", Language)
def test_every_finding_has_a_sentence_with_its_figures(
    criterion: Criterion, case: Case, names: set[str], language: Language
):
    text = catalogue()[f"verdict.{criterion}_{case}"]

    assert text.placeholders(language) == names
    assert text[language].startswith({Case.UNKNOWN: "…"}.get(case, "✓" if is_met(case) else "✗"))


def test_no_case_is_left_without_a_sentence():
    assert {case for _, case, _ in SENTENCES} == set(Case)


def is_met(case: Case) -> bool:
    return case in {Case.MET, Case.DISPATCHED, Case.PLANNED}
