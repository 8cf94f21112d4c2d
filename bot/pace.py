"""How fast a gate lets messages through: evenly by GCRA, never inside a `retry_after`, feeling for the hidden limit.

Pure: the sender asks, the database keeps (bot.store.gates). After a 429 the rate drops below the one that was too
much, comes back to it fast at first and ever slower, and passes it slowly at first and ever faster, as TCP CUBIC does
(RFC 9438): there the limit probably still is, and each 429 costs at least a second of silence, for live replies too;
but platforms' limits move. Where two 429 follow each other closely, what went through between them is what the
platform permits: so a limit that fell far is found by the second 429, not step by step.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

DROP = 0.9
"""What is left of the rate after a 429 that stands alone."""
MEASURED_DROP = 0.8
"""What is left of what went through between two 429 near each other: whatever was saved up is gone."""
RETURN_SECONDS = 9.0
"""How long the way back takes."""
GROWTH = 0.08
"""By what share of that rate it has grown a second later; after two seconds by eight times as much (a cube)."""
NEAR_SECONDS = 8.0
"""Two 429 no further apart tell the limit between them."""
LEAST_SECONDS = 1.5
"""A shorter time tells nothing."""
SAVED_SECONDS = 1.0
"""So much of a silence counts as time in which messages were permitted: what a platform saves up is bounded."""
IDLE_SHARE = 0.1
"""Of the time, from which on a gate had too little to send to tell a limit."""
LOWEST_SHARE = 0.65
"""Of the rate at which a 429 came, what one measurement leaves at least: the reason may have been a burst."""
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
    """The rate to come back to; 0: there was no 429 yet."""
    drop: float = DROP
    """What of it was left at `dropped_at`."""
    dropped_at: datetime | None = None
    counted_from: datetime | None = None
    """The last 429, or of its silence the last moments that count."""
    since_then: int = 0
    """Messages let through since."""
    idle: timedelta = timedelta(0)
    """Time since then in which nothing was there to go."""

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
        return replace(
            self,
            next_free=start + count * self._interval,
            since_then=self.since_then + count,
            idle=self.idle + (start - self.next_free),
        )

    def told_to_wait(self, seconds: float, now: datetime) -> "Pace":
        """After a 429: nothing until then, and less than before. Several 429 of one burst count once."""
        until = max(self.not_before, now + timedelta(seconds=seconds))
        if now < self.not_before:
            return replace(self, not_before=until)
        peak, drop = self.rate_at(now), DROP
        measured = self._went_through(now)
        if measured is not None:
            peak, drop = min(peak, max(peak * LOWEST_SHARE, measured)), MEASURED_DROP
        return replace(
            self,
            not_before=until,
            rate=max(FLOOR, peak * drop),
            peak=peak,
            drop=drop,
            dropped_at=until,
            next_free=until,
            counted_from=max(now, until - timedelta(seconds=SAVED_SECONDS)),
            since_then=0,
            idle=timedelta(0),
        )

    def _went_through(self, now: datetime) -> float | None:
        """What the platform has let through since the last 429, a second; None where that tells nothing."""
        if self.counted_from is None:
            return None
        time = now - self.counted_from
        if not LEAST_SECONDS <= time.total_seconds() <= NEAR_SECONDS or self.idle > IDLE_SHARE * time:
            return None
        return (self.since_then - 1) / time.total_seconds()

    def recovered(self, now: datetime) -> "Pace":
        """The rate as it has come back by now."""
        return replace(self, rate=self.rate_at(now))

    def rate_at(self, now: datetime) -> float:
        """Messages a second at this moment."""
        if self.dropped_at is None or now <= self.dropped_at:
            return min(self.rate, self.ceiling)
        seconds = (now - self.dropped_at).total_seconds()
        if seconds < RETURN_SECONDS:
            share = 1 - (1 - self.drop) * (1 - seconds / RETURN_SECONDS) ** 3
        else:
            share = 1 + GROWTH * (seconds - RETURN_SECONDS) ** 3
        return min(self.ceiling, max(FLOOR, self.peak * share))

    @property
    def _interval(self) -> timedelta:
        return timedelta(seconds=1 / self.rate)

    @property
    def _slack(self) -> timedelta:
        return max(self._interval, timedelta(seconds=SLACK_SECONDS))
