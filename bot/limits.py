"""How much one person or one network address may ask of the server: token buckets in memory, bounded in number."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

KNOWN = 20_000
"""Buckets that are remembered; the one that was used longest ago is forgotten first, which is to its favour."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """`burst` at once, then `per_second`."""

    burst: float
    per_second: float


class Buckets:
    """One bucket a name. Costs a microsecond a call, holds no lock: it belongs to one event loop."""

    def __init__(self, allowance: Allowance, clock: Callable[[], float] = time.monotonic, known: int = KNOWN) -> None:
        self._allowance = allowance
        self._clock = clock
        self._known = known
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Takes one; returns 0, or the seconds until there is one again (then nothing was taken)."""
        now, allowed = self._clock(), self._allowance
        left, at = self._buckets.get(name, (allowed.burst, now))
        left = min(allowed.burst, left + (now - at) * allowed.per_second)
        wait = 0.0
        if left >= 1.0:
            left -= 1.0
        else:
            wait = (1.0 - left) / allowed.per_second
        self._buckets[name] = (left, now)
        self._buckets.move_to_end(name)
        if len(self._buckets) > self._known:
            self._buckets.popitem(last=False)
        return wait


PERSON = Allowance(burst=3000, per_second=5)
"""Messages of one person: no hand types that much, a script soon does."""
TOLD = Allowance(burst=1, per_second=1 / 60)
"""How often somebody is told that they are too fast."""
ADDRESS = Allowance(burst=400, per_second=20)
"""Requests from one network address: a whole construction site may share it."""
POSTS = Allowance(burst=150, per_second=5)
"""Messages from one network address."""
SESSION_POSTS = Allowance(burst=100, per_second=2)
"""Messages from one browser."""
