"""Long polling: updates are confirmed to the server only after they are committed here.

The offset merely confirms; what is a duplicate is for the inbox to say, by membership. It is sent once and then
left away, for ids may start lower again after an idle week (manual, Update).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from http import HTTPStatus
from json import dumps
from typing import Literal

import structlog

from bot.channels.base import Arrival
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_errors import ApiError
from bot.channels.telegram_limits import ALLOWED_UPDATES, POLL_SECONDS, UPDATES_PER_POLL
from bot.channels.telegram_update import Json, arrival, press_id
from bot.errors import StoreDownError
from domain.errors import HurentongError

TakeIn = Callable[[Sequence[Arrival]], Awaitable[None]]
"""Commits arrivals to the inbox, known ones silently left out; raises StoreDownError."""
Acknowledge = Callable[[str], Awaitable[None]]

_ANSWER_MARGIN = 10.0
"""Seconds beyond the long poll within which its answer must come."""
_LONGEST_PAUSE = 30.0

_log = structlog.get_logger(__name__)


class TelegramPoller:
    """The loop of one bot account. Only one may run at a time, which a lock outside has to see to."""

    def __init__(
        self,
        api: TelegramApi,
        take_in: TakeIn,
        acknowledge: Acknowledge,
        *,
        poll_seconds: int = POLL_SECONDS,
        first_pause: float = 0.5,
        dice: random.Random | None = None,
    ) -> None:
        self._api = api
        self._take_in = take_in
        self._acknowledge = acknowledge
        self._poll_seconds = poll_seconds
        self._first_pause = first_pause
        self._dice = dice or random.Random()  # noqa: S311 - spreads retries, hides nothing
        self._offset: int | None = None
        self._webhook_removed = False
        self._failures = 0
        self._acknowledging: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Polls until `stop` is set; what was fetched by then is committed, or left to the server."""
        stopping = asyncio.ensure_future(stop.wait())
        try:
            while not stop.is_set():
                await self._until(stopping)
        finally:
            stopping.cancel()
            if self._acknowledging:
                await asyncio.wait(self._acknowledging, timeout=1.0)

    async def _until(self, stopping: "asyncio.Future[Literal[True]]") -> None:
        """One poll; broken off where it has to stop: nothing of it was confirmed yet."""
        task = asyncio.ensure_future(self._weathered())
        try:
            await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()
            await asyncio.wait((task,))
        if not task.cancelled():
            task.result()

    async def _weathered(self) -> None:
        try:
            await self._poll()
        except HurentongError as error:
            self._webhook_removed &= not (isinstance(error, ApiError) and error.webhook_set)
            pause = self._pause(error)
            _log.warning("telegram.poll_failed", why=_explained(error), failures=self._failures, pause=round(pause, 2))
            await asyncio.sleep(pause)
        else:
            self._failures = 0

    async def _poll(self) -> None:
        if not self._webhook_removed:
            # getUpdates is refused while a webhook is set. What waits on the server stays there.
            await self._api.call("deleteWebhook", {"drop_pending_updates": False})
            self._webhook_removed = True
        parameters: dict[str, object] = {
            "timeout": self._poll_seconds,
            "limit": UPDATES_PER_POLL,
            "allowed_updates": ALLOWED_UPDATES,
        }
        if self._offset is not None:
            parameters["offset"] = self._offset
        result = await self._api.call("getUpdates", parameters, seconds=self._poll_seconds + _ANSWER_MARGIN)
        self._offset = None
        updates = [each for each in result if _is_update(each)] if isinstance(result, list) else []
        if updates:
            await self._commit(updates)
            self._offset = 1 + max(int(str(each["update_id"])) for each in updates)

    async def _commit(self, updates: Sequence[Json]) -> None:
        """Stores them, and goes on trying while the store is down: what is not stored is not confirmed."""
        arrivals = [found for found in (arrival(each, _encoded(each)) for each in updates) if found]
        while arrivals:
            try:
                await self._take_in(arrivals)
                break
            except StoreDownError as error:
                pause = self._pause(error)
                _log.warning("telegram.store_down", why=str(error), waiting=len(arrivals), pause=round(pause, 2))
                await asyncio.sleep(pause)
        self._answer_presses(updates)

    def _answer_presses(self, updates: Iterable[Json]) -> None:
        """Outside the lanes, and without holding up the next poll."""
        for pressed in filter(None, map(press_id, updates)):
            task = asyncio.ensure_future(self._acknowledge(pressed))
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledging.discard)

    def _pause(self, error: HurentongError) -> float:
        """Seconds until the next attempt: what the server says, otherwise doubling with some spread."""
        self._failures += 1
        if isinstance(error, ApiError) and error.retry_after:
            return error.retry_after
        longest = min(_LONGEST_PAUSE, self._first_pause * 2 ** min(self._failures, 10))
        return self._dice.uniform(longest / 2, longest)


def _is_update(each: object) -> bool:
    return isinstance(each, dict) and isinstance(each.get("update_id"), int)


def _encoded(update: Json) -> bytes:
    return dumps(update, ensure_ascii=False).encode("utf-8", "replace")


def _explained(error: HurentongError) -> str:
    if isinstance(error, ApiError) and error.webhook_set:
        return "a webhook was set for this bot meanwhile; it is removed. Set HURENTONG_TELEGRAM_MODE=webhook to keep it"
    if isinstance(error, ApiError) and error.status == HTTPStatus.CONFLICT:
        return "another program is polling with the same token; stop one of the two"
    if isinstance(error, ApiError) and error.token_refused:
        return "Telegram does not know the token; check HURENTONG_TELEGRAM_TOKEN"
    return str(error)
