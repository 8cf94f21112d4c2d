"""How fast a gate lets messages through: evenly by GCRA, never inside a `retry_after`, feeling for the hidden limit.

Pure: the sender asks, the database keeps (bot.store.gates). After a 429 the rate drops below the one that was too
much and comes back to it, fast at first and ever slower, as TCP CUBIC does (RFC 9438): there the limit probably still
is, and each 429 costs at least a second of silence. After that it feels for more, since platforms' limits move.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

DROP = 0.9
"""What is left of the rate after a 429."""
RETURN_SECONDS = 10.0
"""How long the way back to the rate of the last 429 takes."""
GROWTH = 0.05
"""By what share of that rate it grows each second from then on."""
SLACK_SECONDS = 0.02
"""Time that may be made up for when the sender woke late; at least one message."""
FLOOR = 0.5
"""Messages a second that are always tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """A gate's state. Rates are messages a second; `ceiling` is the setting."""

    ceiling: float
    rate: float
    next_free: datetime
    not_before: datetime
    peak: float = 0.0
    """The rate at which the last 429 came; 0: none yet."""
    dropped_at: datetime | None = None

    def allowed(self, now: datetime) -> int:
        """How many messages may go at this moment."""
        if now < self.not_before:
            return 0
        start = max(self.next_free, now - self._slack)
        return 0 if start > now else int((now - start) / self._interval) + 1

    def opens_at(self, now: datetime) -> datetime:
        """When the next message may go."""
        return max(now, self.not_before, self.next_free)

    def took(self, count: int, now: datetime) -> "Pace":
        """After `count` messages were let through."""
        start = max(self.next_free, now - self._slack)
        return replace(self, next_free=start + count * self._interval)

    def told_to_wait(self, seconds: float, now: datetime) -> "Pace":
        """After a 429: nothing until then, and less than before. Several 429 of one burst count once."""
        until = max(self.not_before, now + timedelta(seconds=seconds))
        if now < self.not_before:
            return replace(self, not_before=until)
        rate = self.rate_at(now)
        return replace(
            self, not_before=until, rate=max(FLOOR, rate * DROP), peak=rate, dropped_at=until, next_free=until
        )

    def recovered(self, now: datetime) -> "Pace":
        """The rate as it has come back by now."""
        return replace(self, rate=self.rate_at(now))

    def rate_at(self, now: datetime) -> float:
        """Messages a second at this moment."""
        if self.dropped_at is None or now <= self.dropped_at:
            return min(self.rate, self.ceiling)
        seconds = (now - self.dropped_at).total_seconds()
        if seconds < RETURN_SECONDS:
            share = 1 - (1 - DROP) * (1 - seconds / RETURN_SECONDS) ** 3
        else:
            share = 1 + GROWTH * (seconds - RETURN_SECONDS)
        return min(self.ceiling, max(FLOOR, self.peak * share))

    @property
    def _interval(self) -> timedelta:
        return timedelta(seconds=1 / self.rate)

    @property
    def _slack(self) -> timedelta:
        return max(self._interval, timedelta(seconds=SLACK_SECONDS))
