"""kill -9 at every marked point and at any instant loses nothing and does nothing twice (`make soak`: 1,000 deaths)."""

import pytest

from tests.kill.series import Series

KILLS = 5


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_nothing_is_lost_or_done_twice_however_often_the_process_is_killed(database: str, mode: str) -> None:
    verdict = Series(database, mode, seed=20_250_428 + len(mode)).run(KILLS)
    assert verdict.said > KILLS
    assert verdict.faults == []
