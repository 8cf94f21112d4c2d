"""A broadcast to thousands by the real program, at the platform's moving limit, with people writing meanwhile."""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from domain.broadcast import DeliveryState
from tests.broadcast_run import FIRST_ID, BroadcastRun, Outcome, emulator
from tests.peers.telegram_server import RemoteTelegram

SCENARIO = """
limits = { enabled = true, rates = [30, 26, 33, 22, 30, 18, 28], rate_period = 20, burst = 30 }
faults = { latency_ms = 40, server_error = 0.01, bad_gateway = 0.005, reset_before = 0.01, reset_after = 0.005, \
blocked = 0.01, only = ["sendmessage"] }
"""
STEADY = """
limits = { enabled = true, rates = [30], burst = 30 }
faults = { latency_ms = 40, blocked = 0.01, only = ["sendmessage"] }
"""
"""Thirty a second, 1 % of the people have blocked the bot; four 429 are ordered on the way."""
REFUSALS = 4
SILENCE = 1.0
"""Seconds that each of them asks for."""
SHARE = 0.95
"""Of what the limit permits, how much a broadcast to RECIPIENTS at a moving one, or to any number at a steady one, uses
at least.
"""
SHORT_SHARE = 0.85
"""The same for a shorter one at a moving limit, in which finding it weighs more."""
REPLY_SECONDS = 1.0
"""In which 99 of 100 live replies are to be there meanwhile."""
RATE = 30.0
RECIPIENTS = 10_000
QUICK = 600
STEADY_RECIPIENTS = 2_000
DEATH = 0.4
"""At this share of the recipients the program is killed and started again."""


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


@dataclass(frozen=True, slots=True)
class Counted:
    """What the platform took, per recipient: nobody is to be in `missed` or `twice`."""

    seconds: float
    share: float
    """Of thirty requests a second, outside the silences that the 429 ask for; one to who has blocked the bot is one."""
    missed: int
    """Neither got it, nor has blocked the bot, nor is in doubt."""
    twice: int
    in_doubt: int


def counted(recipients: int, *, killed: bool) -> Counted:
    """One broadcast with four 429 on the way, and where wanted a kill -9."""
    with tempfile.TemporaryDirectory(prefix="hurentong-bench-") as name:
        folder = Path(name)
        with emulator(folder, STEADY) as telegram:
            run = BroadcastRun(folder, telegram, recipients=recipients, rate=RATE, live=1)
            try:
                run.program.start()
                number = run.begin()
                begun = time.monotonic()
                for quarter in range(REFUSALS):
                    _wait(run, number, recipients * (quarter + 0.5) / REFUSALS)
                    _refuse_once(telegram)
                    if killed and quarter == 1:
                        _wait(run, number, recipients * DEATH)
                        run.program.kill()
                        run.program.start()
                _wait(run, number, recipients)
                found = run.outcome(number, begun, [])
            finally:
                run.program.kill()
                run.close()
    chats = range(FIRST_ID, FIRST_ID + recipients)
    over = {DeliveryState.UNREACHABLE, DeliveryState.UNCERTAIN}
    return Counted(
        seconds=found.seconds,
        share=sum(found.received[chat] or found.states.get(chat) is DeliveryState.UNREACHABLE for chat in chats)
        / ((found.seconds - REFUSALS * SILENCE) * RATE),
        missed=sum(found.received[chat] == 0 and found.states.get(chat) not in over for chat in chats),
        twice=sum(found.received[chat] > 1 for chat in chats),
        in_doubt=sum(state is DeliveryState.UNCERTAIN for state in found.states.values()),
    )


def _refuse_once(telegram: RemoteTelegram) -> None:
    """The next message meets a 429 that asks for a second; then all is as before."""
    before = telegram.statistics()["limits"]["refused_bot"]
    telegram.limits(enabled=True, rates=[RATE], burst=0.5)
    end = time.monotonic() + SILENCE * 5
    while telegram.statistics()["limits"]["refused_bot"] == before and time.monotonic() < end:
        time.sleep(0.005)
    telegram.limits(enabled=True, rates=[RATE], burst=RATE)


def _wait(run: BroadcastRun, number: int, done: float) -> None:
    """Until so many deliveries have ended."""
    end = time.monotonic() + 120 + run.recipients / 10
    while not run.finished(number) and run.done(number) < done:
        if time.monotonic() > end:
            raise TimeoutError(run.program.written()[-2000:])
        time.sleep(0.1)


def steady(recipients: int) -> bool:
    """Both runs, printed; whether the promises hold."""
    good = True
    for killed in (False, True):
        found = counted(recipients, killed=killed)
        what = f"{recipients} at 30/s, 1 % blocked, {REFUSALS} x 429" + (f", killed at {DEATH:.0%}" if killed else "")
        sys.stdout.write(
            f"{what}: {found.seconds:.0f} s, {found.share:.1%} of the ceiling, {found.missed} missed, "
            f"{found.twice} got it twice, {found.in_doubt} in doubt\n"
        )
        good = good and found.missed == 0 and found.twice == 0 and found.share >= SHARE
    return good


def main() -> int:
    """Prints the figures; exit status 1 where a promise does not hold."""
    parser = argparse.ArgumentParser(prog="bench.broadcast", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} recipients instead of {RECIPIENTS}")
    parser.add_argument("--recipients", type=int, default=0)
    parser.add_argument("--steady", action="store_true", help="a steady limit, with and without kill -9")
    chosen = parser.parse_args()
    if chosen.steady:
        return 0 if steady(chosen.recipients or STEADY_RECIPIENTS) else 1
    found = measure(chosen.recipients or (QUICK if chosen.quick else RECIPIENTS))
    report = found.report
    share = SHARE if report.audience >= RECIPIENTS else SHORT_SHARE
    states = ", ".join(f"{state} {report[state]}" for state in DeliveryState if report[state])
    lines = (
        f"recipients            {report.audience}",
        f"seconds               {found.seconds:.1f}",
        f"permitted rate used   {found.share_used:.1%} (promised: {share:.0%})",
        f"inside a retry_after  {found.violations:.0f} (promised: 0)",
        f"states                {states}",
        f"live replies          {len(found.replies)}, p99 {found.slowest_percentile * 1000:.0f} ms (promised: 1000 ms)",
        f"                      {found.replies_missing} more did not come; {found.replies_in_doubt} were failed by the "
        "platform and are shown as uncertain",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    kept = (
        report.finished,
        found.share_used >= share,
        found.violations == 0,
        found.slowest_percentile <= REPLY_SECONDS,
        found.replies_missing <= found.replies_in_doubt,
    )
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
