"""A broadcast to thousands by the real program, at the platform's moving limit, with people writing meanwhile."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from domain.broadcast import DeliveryState
from tests.broadcast_run import BroadcastRun, Outcome, emulator

SCENARIO = """
limits = { enabled = true, rates = [30, 26, 33, 22, 30, 18, 28], rate_period = 20, burst = 30 }
faults = { latency_ms = 40, server_error = 0.01, bad_gateway = 0.005, reset_before = 0.01, reset_after = 0.005, \
blocked = 0.01, only = ["sendmessage"] }
"""
SHARE = 0.95
"""Of what the moving limit permits, how much a broadcast is to use."""
REPLY_SECONDS = 1.0
"""In which 99 of 100 live replies are to be there meanwhile."""
RATE = 30.0
RECIPIENTS = 10_000
QUICK = 600


def measure(recipients: int) -> Outcome:
    """One run."""
    with tempfile.TemporaryDirectory(prefix="hurentong-bench-") as name:
        folder = Path(name)
        with emulator(folder, SCENARIO) as telegram:
            run = BroadcastRun(folder, telegram, recipients=recipients, rate=RATE)
            try:
                with run.program:
                    number = run.begin()
                    begun = time.monotonic()
                    replies = run.talk_until(number, 60 + recipients / 10)
                    return run.outcome(number, begun, replies)
            finally:
                run.close()


def main() -> int:
    """Prints the figures; exit status 1 where a promise does not hold."""
    parser = argparse.ArgumentParser(prog="bench.broadcast", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} recipients instead of {RECIPIENTS}")
    parser.add_argument("--recipients", type=int, default=0)
    chosen = parser.parse_args()
    found = measure(chosen.recipients or (QUICK if chosen.quick else RECIPIENTS))
    report = found.report
    states = ", ".join(f"{state} {report[state]}" for state in DeliveryState if report[state])
    lines = (
        f"recipients            {report.audience}",
        f"seconds               {found.seconds:.1f}",
        f"permitted rate used   {found.share_used:.1%} (promised: {SHARE:.0%})",
        f"inside a retry_after  {found.violations:.0f} (promised: 0)",
        f"states                {states}",
        f"live replies          {len(found.replies)}, p99 {found.slowest_percentile * 1000:.0f} ms (promised: 1000 ms)",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    kept = (
        report.finished,
        found.share_used >= SHARE,
        found.violations == 0,
        found.slowest_percentile <= REPLY_SECONDS,
    )
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
