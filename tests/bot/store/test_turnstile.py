"""One thinks at a time; whoever hangs is passed once and then forgotten."""

import itertools
import threading
import time

from bot.store.turnstile import Turnstile


def run(turnstile: Turnstile, seconds: float, seen: list[tuple[float, float]]) -> threading.Thread:
    def work() -> None:
        with turnstile.passage():
            began = time.monotonic()
            time.sleep(seconds)
            seen.append((began, time.monotonic()))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_nobody_is_in_there_together() -> None:
    turnstile, seen = Turnstile(patience=5.0), list[tuple[float, float]]()
    for thread in [run(turnstile, 0.01, seen) for _ in range(20)]:
        thread.join(10)
    assert len(seen) == 20
    seen.sort()
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(seen))


def test_one_that_hangs_costs_the_others_one_wait_and_no_more() -> None:
    turnstile, hanging, seen = Turnstile(patience=0.1), list[tuple[float, float]](), list[tuple[float, float]]()
    slow = run(turnstile, 2.0, hanging)
    time.sleep(0.02)
    began = time.monotonic()
    for _ in range(20):
        run(turnstile, 0.001, seen).join(10)
    assert time.monotonic() - began < 1.0
    slow.join(10)
    later = list[tuple[float, float]]()
    for thread in [run(turnstile, 0.01, later) for _ in range(5)]:
        thread.join(10)
    later.sort()
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(later)), "one place, as before"
