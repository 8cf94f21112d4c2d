"""A broadcast at the platform's moving limit, with people writing meanwhile; `make bench` runs it with 10,000."""

import time
from pathlib import Path

import pytest

from domain.broadcast import DeliveryState
from tests.broadcast_run import FIRST_ID, BroadcastRun, emulator

RECIPIENTS = 420
SCENARIO = """
limits = { enabled = true, rates = [60, 48, 66, 40, 60], rate_period = 2, burst = 30 }
faults = { latency_ms = 20, server_error = 0.005, reset_before = 0.005, blocked = 0.01, only = ["sendmessage"] }
"""


@pytest.mark.slow
def test_a_broadcast_uses_the_rate_breaks_no_limit_and_lets_live_replies_through(tmp_path: Path) -> None:
    with emulator(tmp_path, SCENARIO) as telegram:
        run = BroadcastRun(tmp_path, telegram, recipients=RECIPIENTS, rate=55)
        try:
            with run.program:
                number = run.begin()
                begun = time.monotonic()
                found = run.outcome(number, begun, run.talk_until(number, 60))
        finally:
            run.close()

    report = found.report
    assert report.finished
    assert report.audience == RECIPIENTS + run.live
    assert report[DeliveryState.DELIVERED] > 0.95 * RECIPIENTS
    assert found.violations == 0
    assert found.slowest_percentile < 1.0
    assert found.replies_missing <= found.replies_in_doubt
    doubled = [chat for chat, times in found.received.items() if chat >= FIRST_ID and times > 1]
    assert doubled == []
