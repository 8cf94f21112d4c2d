"""Telegram's flood control as far as it is known: a rate per bot nobody is told, about one message a second per chat.

The true limits are unspecified and move (tdlib/telegram-bot-api #516, #677); what the emulator fixes is only how they
are felt: 429 with `retry_after`, and the account of who did not wait.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.peers.telegram_clock import Clock
from tests.peers.telegram_errors import ApiError, too_many_requests


@dataclass(slots=True, frozen=True)
class LimitSettings:
    """Messages a second and bursts. `rates` is the hidden course of the bot's rate: each holds `rate_period` seconds,
    then the next, round and round. `penalty` is added to every `retry_after`. What arrives within `grace` seconds of a
    429 was on its way already: refused as well, but no violation."""

    enabled: bool = False
    rates: Sequence[float] = (30.0,)
    rate_period: float = 10.0
    burst: float = 30.0
    chat_rate: float = 1.0
    chat_burst: float = 5.0
    group_rate: float = 20 / 60
    group_burst: float = 20.0
    penalty: int = 0
    grace: float = 0.1


@dataclass(slots=True)
class LimitFigures:
    """What the limits saw. A violation is a request made while the wait of an earlier 429 was still running."""

    accepted: int = 0
    refused_bot: int = 0
    refused_chat: int = 0
    violations_bot: int = 0
    violations_chat: int = 0
    permitted: float = 0.0

    @property
    def share_used(self) -> float:
        """Accepted messages over those the moving rate would have let through in the same time."""
        return self.accepted / self.permitted if self.permitted else 0.0


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    closed_at: float = 0.0
    closed_until: float = 0.0


class Limits:
    """Flood control of one bot."""

    def __init__(self, clock: Clock, settings: LimitSettings) -> None:
        self.clock = clock
        self.figures = LimitFigures()
        self.settings = settings
        self._reset()

    def _reset(self) -> None:
        now = self.clock.now()
        self._bot = _Bucket(self.settings.burst, now)
        self._chats: dict[int, _Bucket] = {}
        self._origin = now
        self._first: float | None = None

    def change(self, settings: LimitSettings) -> None:
        """Other limits from now on, buckets full, account kept."""
        self.settings = settings
        self._reset()

    def rate_at(self, moment: float) -> float:
        """The bot's rate at a moment of the clock."""
        rates = self.settings.rates
        return rates[int((moment - self._origin) / self.settings.rate_period) % len(rates)]

    def allowance(self, start: float, end: float) -> float:
        """Messages the moving rate lets through between two moments."""
        total, period = 0.0, self.settings.rate_period
        while start < end:
            step_end = self._origin + (math.floor((start - self._origin) / period) + 1) * period
            until = min(end, step_end) if step_end > start else end
            total += self.rate_at(start) * (until - start)
            start = until
        return total

    def admit(self, chat_id: int) -> None:
        """Count one message to a chat; raises ApiError 429 when it is one too many."""
        settings = self.settings
        if not settings.enabled:
            self.figures.accepted += 1
            return
        now = self.clock.now()
        if self._first is None:
            self._first = now
            self.figures.permitted += settings.burst
        self.figures.permitted += self.allowance(max(self._bot.filled_at, self._first), now)
        self._bot.tokens = min(settings.burst, self._bot.tokens + self.allowance(self._bot.filled_at, now))
        self._bot.filled_at = now
        group = chat_id < 0
        rate, burst = (
            (settings.group_rate, settings.group_burst) if group else (settings.chat_rate, settings.chat_burst)
        )
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = _Bucket(burst, now)
        chat.tokens = min(burst, chat.tokens + rate * (now - chat.filled_at))
        chat.filled_at = now
        self._refuse_while_closed(chat, now)
        if self._bot.tokens < 1:
            self.figures.refused_bot += 1
            raise self._close(self._bot, now, self.rate_at(now))
        if chat.tokens < 1:
            self.figures.refused_chat += 1
            raise self._close(chat, now, rate)
        self._bot.tokens -= 1
        chat.tokens -= 1
        self.figures.accepted += 1

    def _refuse_while_closed(self, chat: _Bucket, now: float) -> None:
        if now < self._bot.closed_until:
            self.figures.violations_bot += now - self._bot.closed_at > self.settings.grace
            raise too_many_requests(math.ceil(self._bot.closed_until - now))
        if now < chat.closed_until:
            self.figures.violations_chat += now - chat.closed_at > self.settings.grace
            raise too_many_requests(math.ceil(chat.closed_until - now))

    def _close(self, bucket: _Bucket, now: float, rate: float) -> ApiError:
        wait = max(1, math.ceil((1 - bucket.tokens) / rate)) + self.settings.penalty
        bucket.closed_at, bucket.closed_until = now, now + wait
        return too_many_requests(wait)
