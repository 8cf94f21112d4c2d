from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.annex1 import annex1
from domain.campaign import campaign
from domain.eligibility import Assessment, Case, Facts, State, assess, shown_years
from domain.months import add_months
from domain.vocabulary import Criterion, Degree, Level, Posting

ON = date(2025, 4, 1)
CAMPAIGN = campaign("2025")
FIELDS = [each.name for each in annex1().fields]

centiyears = st.decimals(0, 40, places=2)


def judged(on: date = ON, **facts: object) -> Assessment:
    """An engineer who is senior-eligible but for the facts given."""
    given_facts = {
        "field": "土木工程类",
        "degree": Degree.BACHELOR,
        "degree_related": True,
        "years": Decimal(12),
        "important_years": Decimal(6),
        "posting": Posting.DISPATCHED,
    } | facts
    return assess(Facts.model_validate(given_facts), on, CAMPAIGN)


@st.composite
def known_facts(draw: st.DrawFn) -> Facts:
    years = draw(centiyears)
    return Facts(
        field=draw(st.sampled_from([*FIELDS, "", "金融类"])),
        degree=draw(st.sampled_from(Degree)),
        degree_related=draw(st.booleans()),
        years=years,
        important_years=draw(st.decimals(0, years, places=2)),
        posting=draw(st.sampled_from(Posting)),
    )


@pytest.mark.parametrize(
    ("years", "important", "professional", "senior"),
    [
        ("5", "2", True, False),
        ("4.99", "2", False, False),
        ("5", "1.99", False, False),
        ("4.9999999999", "2", False, False),
        ("10", "5", True, True),
        ("9.99", "5", True, False),
        ("10", "4.99", True, False),
        ("10", "1.99", False, False),
        ("0", "0", False, False),
        ("80", "80", True, True),
    ],
)
def test_thresholds_are_inclusive_and_exact(years: str, important: str, professional: bool, senior: bool):
    assessment = judged(years=Decimal(years), important_years=Decimal(important))

    assert (assessment.professional.eligible, assessment.senior.eligible) == (professional, senior)


def test_a_float_is_taken_as_it_is_written():
    assert not judged(years=4.99, important_years=2.0).professional.eligible
    assert judged(years=5.0, important_years=2.0).professional.eligible


@pytest.mark.parametrize(
    ("facts", "unmet", "case"),
    [
        ({"field": ""}, Criterion.FIELD, Case.OUTSIDE),
        ({"field": "金融类"}, Criterion.FIELD, Case.OUTSIDE),
        ({"degree": Degree.BELOW}, Criterion.EDUCATION, Case.DEGREE_TOO_LOW),
        ({"degree": Degree.BELOW, "degree_related": None}, Criterion.EDUCATION, Case.DEGREE_TOO_LOW),
        ({"degree_related": False}, Criterion.EDUCATION, Case.UNRELATED),
        ({"degree": None, "degree_related": False}, Criterion.EDUCATION, Case.UNRELATED),
        ({"posting": Posting.NONE}, Criterion.OVERSEAS, Case.NOT_ABROAD),
    ],
)
def test_what_time_does_not_mend_is_named_and_has_no_date(facts: dict[str, object], unmet: Criterion, case: Case):
    assessment = judged(**facts)

    for verdict in (assessment.professional, assessment.senior):
        assert not verdict.eligible
        assert verdict.unmet == (unmet,)
        assert verdict.finding(unmet).case is case
        assert verdict.eligible_on is None
    assert assessment.recommended is None


@pytest.mark.parametrize("field", FIELDS)
def test_each_of_the_12_fields_counts(field: str):
    assert judged(field=field).senior.eligible


@pytest.mark.parametrize("degree", [Degree.BACHELOR, Degree.MASTER, Degree.DOCTOR])
def test_a_bachelors_degree_or_higher_counts(degree: Degree):
    assert judged(degree=degree).senior.eligible


@pytest.mark.parametrize(("posting", "case"), [(Posting.DISPATCHED, Case.DISPATCHED), (Posting.PLANNED, Case.PLANNED)])
def test_abroad_already_and_planned_both_count(posting: Posting, case: Case):
    assessment = judged(posting=posting)

    assert assessment.professional.finding(Criterion.OVERSEAS).case is case
    assert assessment.professional.eligible


def test_every_verdict_names_every_criterion_in_the_notices_order():
    assessment = judged()

    for verdict in (assessment.professional, assessment.senior):
        assert [each.criterion for each in verdict.findings] == list(Criterion)


def test_each_sentence_of_the_verdict_has_its_key():
    keys = [each.text_key for each in judged(years=Decimal(4), important_years=None, field=None).professional.findings]

    assert keys == [
        "verdict.field_unknown",
        "verdict.education_met",
        "verdict.experience_too_short",
        "verdict.important_experience_unknown",
        "verdict.overseas_dispatched",
    ]


def test_a_shortfall_gives_figure_given_figure_needed_and_date():
    verdict = judged(years=Decimal("8.5"), important_years=Decimal("1.5")).professional

    experience, important = verdict.finding(Criterion.EXPERIENCE), verdict.finding(Criterion.IMPORTANT_EXPERIENCE)
    assert (experience.given, experience.needed, experience.met_on) == (Decimal("8.5"), 5, None)
    assert (important.given, important.needed, important.met_on) == (Decimal("1.5"), 2, date(2025, 10, 1))
    assert verdict.eligible_on == date(2025, 10, 1)


@pytest.mark.parametrize(
    ("on", "years", "important", "expected"),
    [
        (date(2025, 4, 1), "4", "2", date(2026, 4, 1)),
        (date(2025, 4, 1), "4.99", "2", date(2025, 5, 1)),
        (date(2025, 4, 1), "4.75", "2", date(2025, 7, 1)),
        (date(2025, 4, 1), "4.74", "2", date(2025, 8, 1)),
        (date(2025, 4, 1), "4", "0", date(2027, 4, 1)),
        (date(2025, 1, 31), "4.95", "2", date(2025, 2, 28)),
        (date(2025, 8, 31), "4.5", "2", date(2026, 2, 28)),
        (date(2025, 4, 1), "4.583333333333333", "2", date(2025, 9, 1)),
        (date(2025, 4, 1), "4.916666666666667", "2", date(2025, 5, 1)),
        (date(2025, 4, 1), "4.9999999999", "2", date(2025, 5, 1)),
    ],
)
def test_the_date_is_the_largest_shortfall_in_whole_months_rounded_up(
    on: date, years: str, important: str, expected: date
):
    verdict = judged(on, years=Decimal(years), important_years=Decimal(important)).professional

    assert verdict.eligible_on == expected


def test_senior_is_recommended_before_professional():
    assert judged().recommended is Level.SENIOR
    assert judged(years=Decimal(9)).recommended is Level.PROFESSIONAL
    assert judged(years=Decimal(4), important_years=Decimal(2)).recommended is None


def test_important_years_above_the_years_are_refused_with_both_figures():
    with pytest.raises(ValidationError, match=r"important_years \(8\) cannot be above years \(7.5\)"):
        judged(years=Decimal("7.5"), important_years=Decimal(8))


@pytest.mark.parametrize("years", [Decimal(-1), Decimal("80.01"), Decimal("NaN"), Decimal("Infinity")])
def test_impossible_years_are_refused(years: Decimal):
    with pytest.raises(ValidationError):
        judged(years=years, important_years=Decimal(0))


@pytest.mark.parametrize(
    ("missing", "criterion"),
    [
        ("field", Criterion.FIELD),
        ("degree", Criterion.EDUCATION),
        ("degree_related", Criterion.EDUCATION),
        ("years", Criterion.EXPERIENCE),
        ("important_years", Criterion.IMPORTANT_EXPERIENCE),
        ("posting", Criterion.OVERSEAS),
    ],
)
def test_what_is_not_known_yet_is_neither_met_nor_unmet(missing: str, criterion: Criterion):
    verdict = judged(**{missing: None}).senior

    assert verdict.finding(criterion).state is State.UNKNOWN
    assert verdict.unknown == (criterion,)
    assert verdict.unmet == ()
    assert not verdict.eligible


def test_nothing_known_gives_a_verdict_with_everything_open():
    assessment = assess(Facts(), ON, CAMPAIGN)

    assert assessment.professional.unknown == tuple(Criterion)
    assert assessment.recommended is None


def test_no_date_is_promised_while_something_else_is_open():
    assert judged(years=Decimal(4), important_years=Decimal(2), posting=None).professional.eligible_on is None


@given(known_facts(), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_senior_eligible_implies_the_years_part_of_professional(facts: Facts, on: date):
    assessment = assess(facts, on, CAMPAIGN)

    if assessment.senior.eligible:
        assert assessment.professional.eligible
    for criterion in (Criterion.EXPERIENCE, Criterion.IMPORTANT_EXPERIENCE):
        if assessment.senior.finding(criterion).state is State.MET:
            assert assessment.professional.finding(criterion).state is State.MET


@given(known_facts(), centiyears, centiyears)
def test_more_years_never_take_a_level_away(facts: Facts, more: Decimal, more_important: Decimal):
    assert facts.years is not None
    assert facts.important_years is not None
    years = facts.years + more
    older = facts.model_copy(
        update={"years": years, "important_years": min(years, facts.important_years + more_important)}
    )

    before, after = assess(facts, ON, CAMPAIGN), assess(older, ON, CAMPAIGN)

    for level in Level:
        assert after[level].eligible or not before[level].eligible
        assert set(after[level].unmet) <= set(before[level].unmet)


@given(known_facts(), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(Level))
def test_eligible_on_is_the_first_month_after_which_the_person_is_eligible(facts: Facts, on: date, level: Level):
    def after(months: int) -> bool:
        assert facts.years is not None
        assert facts.important_years is not None
        worked = Decimal(months) / 12
        older = facts.model_copy(
            update={"years": facts.years + worked, "important_years": facts.important_years + worked}
        )
        return assess(older, add_months(on, months), CAMPAIGN)[level].eligible

    verdict = assess(facts, on, CAMPAIGN)[level]
    first = next((months for months in range(121) if after(months)), None)

    assert verdict.eligible == (first == 0)
    assert verdict.eligible_on == (add_months(on, first) if first else None)


@given(known_facts())
def test_eligible_unmet_and_date_never_contradict_each_other(facts: Facts):
    assessment = assess(facts, ON, CAMPAIGN)

    for verdict in (assessment.professional, assessment.senior):
        assert verdict.eligible == (not verdict.unmet)
        assert verdict.unknown == ()
        time_helps = set(verdict.unmet) <= {Criterion.EXPERIENCE, Criterion.IMPORTANT_EXPERIENCE}
        assert (verdict.eligible_on is not None) == (time_helps and not verdict.eligible)
        if verdict.eligible_on is not None:
            assert verdict.eligible_on > ON


@pytest.mark.parametrize(
    ("years", "shown"), [("8.5", "8.5"), ("10", "10"), ("4.999", "4.99"), ("0", "0"), ("4.583333333333333", "4.58")]
)
def test_years_are_shown_without_rounding_a_shortfall_away(years: str, shown: str):
    assert shown_years(Decimal(years)) == shown
