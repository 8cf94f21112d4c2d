"""Telegram's seconds. Tests let them pass faster than real ones so that retries and expiries can be waited for."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """Monotonic seconds of the emulated server; with `speed` 20 one of them takes 50 ms."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._start = time.monotonic()

    def now(self) -> float:
        """Seconds since the start, at the clock's speed."""
        return (time.monotonic() - self._start) * self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait that many of the emulated server's seconds."""
        await asyncio.sleep(max(seconds, 0) / self.speed)

    def real(self, seconds: float) -> float:
        """How long that many emulated seconds really take."""
        return seconds / self.speed
