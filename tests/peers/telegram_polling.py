"""`getUpdates`: confirmation by offset, long poll, one poller at a time (Client.cpp, process_get_updates_query)."""

from __future__ import annotations

import asyncio

from tests.peers.telegram_arguments import Arguments
from tests.peers.telegram_clock import Clock
from tests.peers.telegram_errors import ApiError, conflict
from tests.peers.telegram_state import BotAccount
from tests.peers.telegram_updates import StoredUpdate

OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
SET_WEBHOOK = "terminated by setWebhook request"
MAX_POLL_SECONDS = 50
#: Who asks for the same offset again at once is made to wait and gets one update (against empty loops).
REPEAT_WINDOW, REPEAT_TIMEOUT, REPEAT_LIMIT_WINDOW = 3.0, 3, 0.5
#: A second conflict answer within this many seconds of the last is held back as long.
CONFLICT_PAUSE = 3.0


class Polling:
    """The long poll of one bot."""

    def __init__(self, bot: BotAccount, clock: Clock) -> None:
        self.bot = bot
        self.clock = clock
        self._waiting: asyncio.Future[ApiError | None] | None = None
        self._offset = -1
        self._started_at = self._finished_at = float("-inf")
        self._next_conflict_at = float("-inf")

    def wake(self) -> None:
        """New updates have come."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def abort(self, reason: str) -> None:
        """End a running long poll with a 409."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(conflict(reason))

    async def get_updates(self, arguments: Arguments) -> list[StoredUpdate]:
        """The waiting updates, none after the timeout; raises ApiError 409 for the loser of two pollers."""
        if self.bot.webhook is not None:
            raise await self._paced(conflict(WEBHOOK_ACTIVE))
        offset = arguments.integer("offset", 0, -(2**31), 2**31 - 1)
        limit = arguments.integer("limit", 100, 1, 100)
        timeout = arguments.integer("timeout", 0, 0, MAX_POLL_SECONDS)
        allowed = arguments.strings("allowed_updates")
        if allowed is not None:
            self.bot.queue.allow(allowed)
        now = self.clock.now()
        if offset == self._offset:
            if timeout < REPEAT_TIMEOUT and now < self._started_at + REPEAT_WINDOW:
                timeout = REPEAT_TIMEOUT
            if now < self._finished_at + REPEAT_LIMIT_WINDOW:
                limit = 1
        self._offset, self._started_at = offset, now
        updates = self.bot.queue.take(offset, limit)
        if timeout and not updates:
            await self._wait(timeout)
            updates = self.bot.queue.take(offset, limit)
        self._finished_at = self.clock.now()
        return updates

    async def _wait(self, seconds: float) -> None:
        self.abort(OTHER_POLLER)
        self._waiting = waiting = asyncio.get_running_loop().create_future()
        await asyncio.wait([waiting], timeout=self.clock.real(seconds))
        if self._waiting is waiting:
            self._waiting = None
        error = waiting.result() if waiting.done() else None
        if error is not None:
            raise await self._paced(error)

    async def _paced(self, error: ApiError) -> ApiError:
        now = self.clock.now()
        if now < self._next_conflict_at:
            await self.clock.sleep(CONFLICT_PAUSE)
        else:
            self._next_conflict_at = now + CONFLICT_PAUSE
        return error
