"""kill -9 in the middle of a broadcast: it goes on by itself, nobody is missed, nobody gets it twice."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.broadcast import DeliveryState
from tests.broadcast_run import FIRST_ID, BroadcastRun, emulator

KILLS = 50 if os.environ.get("HURENTONG_SOAK") == "1" else 3
RATE = 60.0
"""Messages a second: below the rate from which several share a commit, so that a death leaves one in doubt at most."""
IN_FLIGHT = 8
"""Requests on the wire at once at this rate, on a busy machine: at a death each of them is in doubt."""
SCENARIO = """
faults = { latency_ms = 15 }
"""


def wait_for(holds: Callable[[], bool], run: BroadcastRun) -> None:
    """Waits as long as this broadcast may take on a busy machine."""
    end = time.monotonic() + 60 + run.recipients / 10
    while not holds():
        assert time.monotonic() < end, run.program.written()[-2000:]
        time.sleep(0.05)


@pytest.mark.slow
def test_a_broadcast_survives_any_number_of_deaths(tmp_path: Path) -> None:
    dice = random.Random(20_250_428)  # noqa: S311 - reproducible, not secret
    recipients = 60 + 50 * KILLS
    with emulator(tmp_path, SCENARIO) as telegram:
        run = BroadcastRun(tmp_path, telegram, recipients=recipients, rate=RATE, live=1)
        try:
            number = run.begin()
            begun = time.monotonic()
            for _ in range(KILLS):
                goal = run.done(number) + dice.randint(5, 30)
                run.program.start()
                wait_for(lambda goal=goal: run.done(number) >= goal, run)  # type: ignore[misc]
                time.sleep(dice.uniform(0.0, 0.1))
                run.program.kill()
            run.program.start()
            wait_for(lambda: run.finished(number), run)
            found = run.outcome(number, begun, [])
            assert run.program.stop() == 0
        finally:
            run.program.kill()
            run.close()

    uncertain = {chat for chat, state in found.states.items() if state is DeliveryState.UNCERTAIN}
    chats = range(FIRST_ID, FIRST_ID + recipients)
    assert found.report.finished
    assert [chat for chat in chats if found.received[chat] == 0 and chat not in uncertain] == []
    assert [chat for chat in chats if found.received[chat] > 1] == []
    assert sum(found.received[chat] == 0 for chat in uncertain & set(chats)) <= KILLS
    assert len(uncertain) <= KILLS * IN_FLIGHT
