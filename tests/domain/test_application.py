import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.application import (
    ApplicationStatus,
    Lifecycle,
    allowed_pairs,
    find_transition,
    initial_statuses,
    lifecycle,
    mermaid,
    next_statuses,
    status_traits,
    transition,
)
from domain.errors import TransitionError
from domain.vocabulary import Role

S = ApplicationStatus

FORWARD = [S.SUBMITTED, S.RECOMMENDED, S.SCREENING, S.ALLOCATED, S.MATERIALS, S.REVIEW, S.REGISTERED]

statuses = st.sampled_from(ApplicationStatus)
roles = st.sampled_from(Role)


def reachable_from(start: ApplicationStatus) -> set[ApplicationStatus]:
    found, pending = {start}, [start]
    while pending:
        status = pending.pop()
        for source, target in allowed_pairs():
            if source is status and target not in found:
                found.add(target)
                pending.append(target)
    return found


def test_a_case_goes_from_submitted_to_registered_by_the_secretariat():
    status = transition(S.DRAFT, S.SUBMITTED, Role.CANDIDATE)
    for following in FORWARD[1:]:
        status = transition(status, following, Role.SECRETARIAT)

    assert status is S.REGISTERED


def test_materials_may_be_skipped_where_none_are_missing():
    assert transition(S.ALLOCATED, S.REVIEW, Role.SECRETARIAT) is S.REVIEW


def test_a_returned_case_is_resubmitted_by_the_candidate_and_starts_over():
    returned = transition(S.REVIEW, S.RETURNED, Role.SECRETARIAT, reason="请补充项目名称")

    assert transition(returned, S.SUBMITTED, Role.CANDIDATE) is S.SUBMITTED
    assert S.SUBMITTED not in next_statuses(S.RETURNED, Role.SECRETARIAT)


def test_an_imported_row_goes_on_only_when_the_person_has_confirmed_it():
    assert next_statuses(S.IMPORTED, Role.CANDIDATE) == (S.SUBMITTED, S.WITHDRAWN)
    for role in (Role.UNIT_CONTACT, Role.SECRETARIAT, Role.LEAD):
        assert next_statuses(S.IMPORTED, role) == (S.WITHDRAWN,)


@pytest.mark.parametrize("status", [each for each in S if status_traits(each).open])
def test_a_candidate_may_withdraw_from_any_open_stage_without_a_reason(status: ApplicationStatus):
    assert transition(status, S.WITHDRAWN, Role.CANDIDATE) is S.WITHDRAWN


def test_only_the_person_brings_a_withdrawn_case_back():
    assert next_statuses(S.WITHDRAWN, Role.CANDIDATE) == (S.DRAFT,)
    for role in (Role.UNIT_CONTACT, Role.SECRETARIAT, Role.LEAD):
        assert next_statuses(S.WITHDRAWN, role) == ()


def test_a_unit_contact_recommends_takes_back_and_returns_but_decides_nothing_later():
    assert S.RECOMMENDED in next_statuses(S.SUBMITTED, Role.UNIT_CONTACT)
    assert S.RETURNED in next_statuses(S.SUBMITTED, Role.UNIT_CONTACT)
    assert S.SUBMITTED in next_statuses(S.RECOMMENDED, Role.UNIT_CONTACT)
    for status in (S.SCREENING, S.ALLOCATED, S.MATERIALS, S.REVIEW, S.REGISTERED, S.NOT_PASSED):
        assert next_statuses(status, Role.UNIT_CONTACT) == ()


def test_only_a_lead_takes_a_decision_back():
    for status, to in ((S.REGISTERED, S.REVIEW), (S.NOT_PASSED, S.REVIEW), (S.SCREENING, S.RECOMMENDED)):
        assert transition(status, to, Role.LEAD, reason="误操作") is to
        with pytest.raises(TransitionError):
            transition(status, to, Role.SECRETARIAT, reason="误操作")


@given(statuses)
def test_a_lead_may_all_that_the_secretariat_may(status: ApplicationStatus):
    assert set(next_statuses(status, Role.SECRETARIAT)) <= set(next_statuses(status, Role.LEAD))


@given(statuses, statuses, roles)
def test_transition_and_next_statuses_agree(status: ApplicationStatus, to: ApplicationStatus, role: Role):
    if to in next_statuses(status, role):
        assert transition(status, to, role, reason="x") is to
        assert (status, to) in allowed_pairs()
    else:
        with pytest.raises(TransitionError):
            transition(status, to, role, reason="x")


def test_a_refusal_says_what_would_be_possible():
    with pytest.raises(TransitionError, match=r"unit_contact cannot change submitted into registered; possible: rec"):
        transition(S.SUBMITTED, S.REGISTERED, Role.UNIT_CONTACT)
    with pytest.raises(TransitionError, match="possible: nothing"):
        transition(S.REGISTERED, S.REVIEW, Role.SECRETARIAT, reason="x")


@pytest.mark.parametrize("to", [S.RETURNED, S.NOT_PASSED, S.WITHDRAWN])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_staff_who_stop_a_case_owe_a_reason(to: ApplicationStatus, reason: str):
    with pytest.raises(TransitionError, match="needs a reason"):
        transition(S.SUBMITTED, to, Role.SECRETARIAT, reason=reason)


def test_a_candidate_is_told_of_all_that_others_do_and_of_nothing_they_do_themselves():
    for each in lifecycle().transitions:
        for role in Role:
            if each.allows(role):
                assert each.tells_candidate(role) == (role is not Role.CANDIDATE)
                assert not (role is Role.CANDIDATE and each.needs_reason(role))


def test_nothing_a_candidate_changes_alone_asks_anyone_for_a_reason():
    for each in lifecycle().transitions:
        if each.by == {Role.CANDIDATE}:
            assert not each.reason


def test_every_status_is_reached_from_an_initial_one_and_no_open_one_is_a_dead_end():
    assert set().union(*(reachable_from(each) for each in initial_statuses())) == set(S)
    for each in S:
        if status_traits(each).open:
            assert {S.REGISTERED, S.NOT_PASSED, S.WITHDRAWN} <= reachable_from(each)


def test_no_status_changes_into_itself():
    assert all(source is not target for source, target in allowed_pairs())
    assert find_transition(S.DRAFT, S.DRAFT) is None


def test_answers_are_open_exactly_before_the_recommendation_and_when_returned():
    assert {each for each in S if status_traits(each).editable} == {S.DRAFT, S.IMPORTED, S.SUBMITTED, S.RETURNED}
    assert initial_statuses() == (S.DRAFT, S.IMPORTED)


def test_names_tell_the_statuses_apart_in_both_languages():
    assert len({status_traits(each).zh for each in S}) == len({status_traits(each).en for each in S}) == len(S)


def test_the_diagram_has_every_status_and_every_change_once():
    lines = mermaid().splitlines()

    assert lines[0] == "stateDiagram-v2"
    arrows = [line.strip().split(":")[0] for line in lines if "-->" in line and "[*]" not in line]
    assert sorted(arrows) == sorted(f"{source} --> {target}" for source, target in allowed_pairs())
    assert "    [*] --> draft" in lines
    assert "    registered --> [*]" in lines
    assert "    submitted --> recommended: unit_contact, secretariat" in lines


def data() -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(files("domain").joinpath("data/transitions.toml").read_text("utf8"))


def test_a_table_that_lacks_a_status_or_has_a_change_twice_is_refused():
    lacking, doubled, unmanned = data(), data(), data()
    lacking["status"].pop()
    doubled["transition"].append({"from": ["draft"], "to": "submitted", "by": ["lead"]})
    unmanned["transition"][0]["by"] = []

    with pytest.raises(ValidationError, match="once for each ApplicationStatus"):
        Lifecycle.model_validate(lacking)
    with pytest.raises(ValidationError, match="stands in two"):
        Lifecycle.model_validate(doubled)
    with pytest.raises(ValidationError, match="by"):
        Lifecycle.model_validate(unmanned)
