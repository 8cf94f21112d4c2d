"""The flood control: rates, waits, violations, the share used."""

import pytest

from tests.peers.telegram_errors import ApiError
from tests.peers.telegram_limits import Limits, LimitSettings
from tests.peers.test_telegram_updates import HandClock


def limits(**settings: object) -> tuple[Limits, HandClock]:
    clock = HandClock()
    return Limits(clock, LimitSettings(enabled=True, **settings)), clock  # type: ignore[arg-type]


def refused(limiter: Limits, chat_id: int) -> int:
    """The seconds to wait, 0 if admitted."""
    try:
        limiter.admit(chat_id)
    except ApiError as error:
        assert error.code == 429
        assert error.parameters is not None
        assert error.description == f"Too Many Requests: retry after {error.parameters['retry_after']}"
        return int(error.parameters["retry_after"])
    return 0


def test_a_chat_takes_a_burst_then_one_a_second() -> None:
    limiter, clock = limits(chat_burst=3)

    assert [refused(limiter, 1) for _ in range(4)] == [0, 0, 0, 1]
    assert refused(limiter, 2) == 0
    clock.moment = 1.0
    assert refused(limiter, 1) == 0
    assert limiter.figures.refused_chat == 1
    assert limiter.figures.violations_chat == 0


def test_asking_within_the_wait_is_a_violation_but_what_was_on_its_way_is_not() -> None:
    limiter, clock = limits(chat_burst=1, grace=0.1)
    refused(limiter, 1)
    refused(limiter, 1)
    clock.moment = 0.05
    assert refused(limiter, 1) == 1
    assert limiter.figures.violations_chat == 0
    clock.moment = 0.5
    assert refused(limiter, 1) == 1
    assert limiter.figures.violations_chat == 1


def test_a_group_takes_twenty_a_minute() -> None:
    limiter, clock = limits()

    assert [refused(limiter, -5) for _ in range(21)] == [0] * 20 + [3]
    clock.moment = 3.0
    assert refused(limiter, -5) == 0


def test_the_bot_as_a_whole_waits_when_the_hidden_rate_is_used_up() -> None:
    limiter, clock = limits(rates=(10,), burst=10, penalty=2)

    assert [refused(limiter, chat) for chat in range(1, 12)] == [0] * 10 + [3]
    assert limiter.figures.refused_bot == 1
    clock.moment = 1.0
    assert refused(limiter, 99) == 2
    assert limiter.figures.violations_bot == 1


def test_the_rate_moves() -> None:
    limiter, _ = limits(rates=(30, 10), rate_period=10)

    assert [limiter.rate_at(moment) for moment in (0, 9.9, 10, 19.9, 20)] == [30, 30, 10, 10, 30]
    assert limiter.allowance(5, 25) == pytest.approx(5 * 30 + 10 * 10 + 5 * 30)


def test_the_share_used_compares_with_what_the_moving_rate_allowed() -> None:
    limiter, clock = limits(rates=(10,), burst=10)
    for chat in range(1, 11):
        limiter.admit(chat)
    clock.moment = 1.0
    for chat in range(11, 16):
        limiter.admit(chat)

    assert limiter.figures.permitted == pytest.approx(20)
    assert limiter.figures.share_used == pytest.approx(0.75)


def test_switched_off_nothing_is_refused() -> None:
    limiter = Limits(HandClock(), LimitSettings())

    assert [refused(limiter, 1) for _ in range(100)] == [0] * 100
