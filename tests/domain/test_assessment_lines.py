import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assessment_lines import assess_lines
from domain.campaign import campaign

ON = date(2025, 4, 30)
GOOD: dict[str, object] = {
    "id": "p1",
    "field": "土木工程类",
    "degree": "bachelor",
    "degree_related": True,
    "years": 12,
    "important_years": 6,
    "posting": "dispatched",
}


def answers(*lines: str) -> tuple[list[dict[str, object]], bool]:
    """The answers as objects, and whether any line failed."""
    found = list(assess_lines(lines, ON, campaign("2025")))
    return [json.loads(each.text) for each in found], any(each.failed for each in found)


def answer(**members: object) -> dict[str, object]:
    (only,), _ = answers(json.dumps(GOOD | members))
    return only


def test_an_eligible_person_has_nothing_unmet_and_no_date():
    fine = {"eligible": True, "unmet": [], "eligible_on": None}

    assert answer() == {"id": "p1", "professional": fine, "senior": fine, "recommended": "senior"}


def test_a_shortfall_is_named_and_dated():
    assert answer(id=7, years=9.5, important_years=4.74) == {
        "id": 7,
        "professional": {"eligible": True, "unmet": [], "eligible_on": None},
        "senior": {"eligible": False, "unmet": ["experience", "important_experience"], "eligible_on": "2025-10-30"},
        "recommended": "professional",
    }


def test_what_time_does_not_mend_has_no_date():
    everything = ["field", "education", "experience", "important_experience", "overseas"]

    found = answer(field=None, degree="below", years=0, important_years=0, posting="none")

    assert found["professional"] == {"eligible": False, "unmet": everything, "eligible_on": None}
    assert found["recommended"] is None


@pytest.mark.parametrize(
    ("written", "eligible"), [("5", True), ("5.0", True), ("4.99", False), ("4." + "9" * 40, False)]
)
def test_a_number_is_taken_exactly_as_it_is_written(written: str, eligible: bool):
    line = json.dumps(GOOD | {"years": 0, "important_years": 2}).replace('"years": 0', f'"years": {written}', 1)

    (found,), failed = answers(line)

    assert not failed
    assert isinstance(found["professional"], dict)
    assert found["professional"]["eligible"] is eligible


@pytest.mark.parametrize(
    ("members", "complaint"),
    [
        ({"important_years": 13}, "important_years (13) cannot be above years (12)"),
        ({"years": -1}, "years"),
        ({"years": 81}, "years"),
        ({"years": "12"}, "years: must be a number"),
        ({"years": True}, "years: must be a number"),
        ({"years": None}, "years: must be a number"),
        ({"important_years": float("nan")}, "important_years"),
        ({"years": float("inf")}, "years"),
        ({"degree": "PhD"}, "degree"),
        ({"degree": None}, "degree"),
        ({"degree_related": 1}, "degree_related"),
        ({"degree_related": "yes"}, "degree_related"),
        ({"posting": "abroad"}, "posting"),
        ({"field": 3}, "field"),
    ],
)
def test_a_bad_member_is_named_and_the_line_fails(members: dict[str, object], complaint: str):
    (found,), failed = answers(json.dumps(GOOD | members))

    assert failed
    assert found.keys() == {"id", "error"}
    assert found["id"] == "p1"
    assert complaint in str(found["error"])


@pytest.mark.parametrize("member", [each for each in GOOD if each != "id"])
def test_a_missing_member_is_named(member: str):
    (found,), failed = answers(json.dumps({name: value for name, value in GOOD.items() if name != member}))

    assert failed
    assert found["id"] == "p1"
    assert f"{member}: " in str(found["error"])


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", "null", "土木", json.dumps({"field": ""}), '{"id": true}', '{"id": 1.5}']
)
def test_a_line_without_an_id_is_answered_too(line: str):
    (found,), failed = answers(line)

    assert failed
    assert found["id"] is None
    assert found["error"]


def test_a_bad_line_does_not_stop_the_lines_after_it():
    found, failed = answers("{", "", "  \n", json.dumps(GOOD) + "\n")

    assert failed
    assert [each.keys() == {"id", "error"} for each in found] == [True, False]


def test_only_good_lines_do_not_fail():
    assert not answers(json.dumps(GOOD), json.dumps(GOOD))[1]


def test_members_that_the_contract_does_not_name_are_passed_over():
    assert answer(remark="x") == answer()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@given(st.fixed_dictionaries({name: json_values | st.just(value) for name, value in GOOD.items()}))
def test_any_object_gets_one_answer(members: dict[str, object]):
    (found,), failed = answers(json.dumps(members))

    assert failed == ("error" in found)


@given(st.text() | st.sampled_from(['{"id": 1, "years": 1e-9999999999999999999}', "[" * 100_000, "9" * 5000, "\ud800"]))
def test_any_text_gets_one_answer_or_is_empty(line: str):
    found, _ = answers(line)

    assert len(found) == (1 if line.strip() else 0)
