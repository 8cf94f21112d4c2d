from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.broadcast import (
    NOT_REACHED,
    UNFINISHED,
    ApprovalError,
    BroadcastState,
    DeliveryState,
    Hand,
    Report,
    ReportError,
    broadcast_changes,
    broadcast_rules,
    change_broadcast,
    check_approver,
    delivery_changes,
    needs_approval,
    started,
)
from domain.errors import TransitionError

S = BroadcastState
D = DeliveryState


def _reachable(start: BroadcastState) -> set[BroadcastState]:
    found, frontier = {start}, {start}
    while frontier:
        frontier = {to for source, to in broadcast_changes() if source in frontier} - found
        found |= frontier
    return found


def test_every_state_can_be_reached_and_every_unfinished_one_can_end():
    assert _reachable(S.DRAFT) == set(S)
    final = {each.id for each in broadcast_rules().states if each.final}
    assert final == {S.CANCELLED, S.FINISHED}
    assert all(_reachable(state) & final for state in S)
    assert not [source for source, _ in broadcast_changes() if source in final]


def test_nothing_runs_untested():
    before_running = {source for source, to in broadcast_changes() if to in (S.RUNNING, S.SCHEDULED)}
    assert S.DRAFT not in before_running
    assert {source for source, to in broadcast_changes() if to is S.TESTED} == {S.DRAFT, S.AWAITING_APPROVAL}


def test_what_awaits_approval_runs_by_another_hand_only():
    for to in (S.RUNNING, S.SCHEDULED):
        assert broadcast_changes()[S.AWAITING_APPROVAL, to] == {Hand.APPROVER}


@pytest.mark.parametrize(("state", "to", "hand"), list(product(S, S, Hand)))
def test_every_change_is_made_by_its_own_hands_only(state: BroadcastState, to: BroadcastState, hand: Hand):
    if hand in broadcast_changes().get((state, to), ()):
        assert change_broadcast(state, to, hand) is to
    else:
        with pytest.raises(TransitionError, match="possible"):
            change_broadcast(state, to, hand)


def test_a_refusal_names_what_is_possible():
    with pytest.raises(TransitionError, match=r"author cannot change draft into running; possible: tested, cancelled"):
        change_broadcast(S.DRAFT, S.RUNNING, Hand.AUTHOR)


def test_a_delivery_that_has_ended_stays_so_but_for_a_doubt_that_the_platform_ends():
    assert {(source, to) for source, to in delivery_changes() if source not in UNFINISHED} == {
        (D.UNCERTAIN, D.DELIVERED)
    }


def test_every_end_of_a_delivery_can_be_met_and_only_what_was_sent_may_have_arrived():
    assert {to for _, to in delivery_changes()} == set(D)
    assert {source for source, to in delivery_changes() if to is D.UNCERTAIN} == {D.SENDING}


@pytest.mark.parametrize(
    ("recipients", "later", "state"),
    [
        (50, False, S.RUNNING),
        (50, True, S.SCHEDULED),
        (51, False, S.AWAITING_APPROVAL),
        (51, True, S.AWAITING_APPROVAL),
    ],
)
def test_above_the_size_a_second_member_is_asked(recipients: int, later: bool, state: BroadcastState):
    assert started(recipients=recipients, approval_above=50, later=later) is state
    assert needs_approval(recipients, 50) == (state is S.AWAITING_APPROVAL)


def test_the_author_cannot_approve():
    check_approver("a", "b")
    with pytest.raises(ApprovalError, match="another member"):
        check_approver("a", "a")


def test_a_report_adds_up():
    report = Report(10, {D.DELIVERED: 6, D.UNREACHABLE: 1, D.UNCERTAIN: 1, D.WAITING: 2})
    assert (report.done, report.not_reached, report.finished) == (8, 2, False)
    assert report[D.FAILED] == 0
    assert Report(2, {D.DELIVERED: 1, D.OPTED_OUT: 1}).finished


@pytest.mark.parametrize("counts", [{D.DELIVERED: 9}, {D.DELIVERED: 11}, {D.DELIVERED: 11, D.FAILED: -1}])
def test_a_report_that_misses_or_doubles_somebody_is_refused(counts: dict[DeliveryState, int]):
    with pytest.raises(ReportError, match="10 recipients"):
        Report(10, counts)


@given(st.dictionaries(st.sampled_from(D), st.integers(0, 10_000)))
def test_delivered_not_reached_and_unfinished_are_everyone(counts: dict[DeliveryState, int]):
    report = Report(sum(counts.values()), counts)
    assert report[D.DELIVERED] + report.not_reached == report.done
    assert report.done + sum(report[each] for each in UNFINISHED) == report.audience


def test_there_is_a_reason_for_everyone_to_be_called():
    assert {each.id for each in broadcast_rules().deliveries if each.reason} == set(NOT_REACHED)
