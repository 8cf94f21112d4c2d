from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat_windows import Trigger, Window, closed, opened, spent

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MINUTE, TWO_DAYS = timedelta(minutes=1), timedelta(hours=48)


def test_a_message_opens_it_for_five_in_two_days() -> None:
    assert opened(None, Trigger.MESSAGE, NOW) == Window(NOW + TWO_DAYS, 5)


def test_a_tap_opens_it_for_three_in_a_minute() -> None:
    assert opened(None, Trigger.EVENT, NOW) == Window(NOW + MINUTE, 3)


def test_a_tap_never_narrows_what_a_message_opened() -> None:
    window = opened(None, Trigger.MESSAGE, NOW)

    assert opened(window, Trigger.EVENT, NOW) == window
    assert opened(Window(window.until, 0), Trigger.EVENT, NOW) == Window(window.until, 3)


def test_a_window_that_has_closed_counts_for_nothing() -> None:
    old = Window(NOW - MINUTE, 5)

    assert opened(old, Trigger.EVENT, NOW) == Window(NOW + MINUTE, 3)


def test_it_is_used_up_and_closed() -> None:
    window = Window(NOW + MINUTE, 1)

    assert window.is_open(NOW)
    assert not spent(window).is_open(NOW)
    assert not spent(spent(window)).is_open(NOW)
    assert not window.is_open(NOW + MINUTE)
    assert not closed(window, NOW).is_open(NOW)


@given(st.lists(st.tuples(st.sampled_from([*Trigger, None]), st.integers(0, 4000)), max_size=40))
def test_it_allows_no_more_than_five_and_no_longer_than_two_days(steps: list[tuple[Trigger | None, int]]) -> None:
    now, window = NOW, None
    for trigger, minutes in steps:
        now += timedelta(minutes=minutes)
        if trigger is not None:
            window = opened(window, trigger, now)
            assert window.is_open(now)
        elif window is not None:
            window = spent(window)
        if window is not None:
            assert 0 <= window.left <= 5
            assert window.until - now <= TWO_DAYS
