"""The pace: even, never inside a wait, and near a limit that nobody tells and that moves."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import SLACK_SECONDS, Pace
from tests.peers.telegram_errors import ApiError
from tests.peers.telegram_limits import Limits, LimitSettings
from tests.peers.telegram_scenarios import scenario_named

START = datetime(2025, 4, 1, tzinfo=UTC)


def pace(rate: float) -> Pace:
    return Pace(ceiling=rate, rate=rate, next_free=START, not_before=START)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


@given(rate=st.floats(1, 200), gaps=st.lists(st.floats(0, 0.5), min_size=5, max_size=200))
def test_no_second_sees_more_than_the_rate_and_the_slack(rate: float, gaps: list[float]) -> None:
    now, at, sent = START, pace(rate), []
    for gap in gaps:
        now += seconds(gap)
        count = at.allowed(now)
        at = at.took(count, now) if count else at
        sent += [now] * count
    most = rate + max(1, rate * SLACK_SECONDS) + 1
    for first in sent:
        assert sum(first <= each < first + seconds(1) for each in sent) <= most + 1e-6


@given(waits=st.lists(st.tuples(st.floats(0, 2), st.floats(0.1, 30)), min_size=1, max_size=20))
def test_nothing_is_allowed_inside_a_wait(waits: list[tuple[float, float]]) -> None:
    now, at, closed = START, pace(28), START
    for gap, wait in waits:
        now += seconds(gap)
        at = at.told_to_wait(wait, now)
        closed = max(closed, now + seconds(wait))
        assert at.allowed(closed - seconds(0.001)) == 0
        assert at.recovered(closed).opens_at(now) >= closed


def test_it_slows_after_a_429_and_comes_back_to_the_ceiling() -> None:
    at = pace(28).told_to_wait(1, START)
    assert at.recovered(START + seconds(1)).rate < 28
    assert at.recovered(START + seconds(60)).rate == 28


def test_several_429_of_one_burst_count_once() -> None:
    at = pace(28).told_to_wait(2, START)
    again = at.told_to_wait(2, START + seconds(0.01))
    assert again.rate == at.rate
    assert again.not_before == START + seconds(2.01)


class FakeClock:
    def __init__(self) -> None:
        self.moment = 0.0

    def now(self) -> float:
        return self.moment


def drive(settings: LimitSettings, ceiling: float, messages: int) -> Limits:
    """Sends that many messages to a server with a hidden limit, in simulated time."""
    clock = FakeClock()
    limits = Limits(clock, settings)  # type: ignore[arg-type]
    at, sent = pace(ceiling), 0
    while sent < messages:
        now = START + seconds(clock.moment)
        at = at.recovered(now)
        if not at.allowed(now):
            clock.moment = max(clock.moment + 0.001, (at.opens_at(now) - START).total_seconds() + 0.0005)
            continue
        at = at.took(1, now)
        try:
            limits.admit(sent)
            sent += 1
        except ApiError as error:
            at = at.told_to_wait(float((error.parameters or {})["retry_after"]), now)
    return limits


def test_a_steady_limit_is_used_nearly_whole() -> None:
    figures = drive(LimitSettings(enabled=True, rates=(30.0,), burst=30), 30, 3000).figures
    assert figures.violations_bot == 0
    assert figures.share_used >= 0.95


def test_a_limit_below_the_ceiling_is_found_and_used() -> None:
    for hidden in (8.0, 15.0, 22.0):
        figures = drive(LimitSettings(enabled=True, rates=(hidden,), burst=hidden), 28, 3000).figures
        assert figures.violations_bot == 0
        assert figures.share_used >= 0.85, (hidden, figures)


def test_a_moving_limit_is_followed() -> None:
    for scenario in ("limits", "rough"):
        figures = drive(scenario_named(scenario).limits, 30, 6000).figures
        assert figures.violations_bot == 0
        assert figures.share_used >= 0.9, (scenario, figures)


def test_a_limit_that_fell_far_is_found_by_the_second_429() -> None:
    settings = LimitSettings(enabled=True, rates=(30.0, 15.0), rate_period=30, burst=30)
    assert drive(settings, 30, 30 * 30 + 15 * 12).figures.refused_bot == 2


def test_a_moving_limit_answers_seldom_with_429_since_each_silences_live_replies() -> None:
    figures = drive(scenario_named("limits").limits, 30, 10_000).figures
    assert figures.refused_bot <= 24
    assert figures.share_used >= 0.95


@given(gap=st.floats(0.05, 3), count=st.integers(1, 400))
def test_a_gate_with_little_to_send_does_not_take_its_own_idleness_for_the_limit(gap: float, count: int) -> None:
    """At less than 20 a second, where 30 may go."""
    at, now = pace(30).told_to_wait(1, START), START + seconds(1)
    for _ in range(count):
        now += seconds(gap)
        at = at.recovered(now).took(1, now)
    assert at.told_to_wait(1, now).peak == at.recovered(now).rate
