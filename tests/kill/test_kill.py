"""kill -9 at every marked point and at any instant loses nothing and does nothing twice (`make soak`: 1,000 deaths)."""

import os

import pytest

from bot.faults import POINTS
from tests.kill.series import POINTS_IN_SERIES
from tests.kill.soak import KILLS_A_SERIES, one_series

SERIES, KILLS = (25, KILLS_A_SERIES) if os.environ.get("HURENTONG_SOAK") else (1, 5)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_nothing_is_lost_or_done_twice_however_often_the_process_is_killed(database: str, mode: str) -> None:
    for number in range(SERIES):
        verdict = one_series(database, mode, 20_250_428 + number, KILLS)
        assert verdict.said > KILLS
        assert verdict.faults == []


def test_the_deaths_cover_every_point_but_slow_works_and_wechats() -> None:
    assert set(POINTS) - set(POINTS_IN_SERIES) == {"job_done", "passive_claimed", "passive_written"}
