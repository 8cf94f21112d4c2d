"""Delivery of updates to a webhook: lanes, parallel connections, retries (WebhookActor.cpp)."""

from __future__ import annotations

import asyncio
import heapq
import json
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tests.peers.telegram_http import Answer, Connection, ConnectionLostError
from tests.peers.telegram_state import BotAccount, Telegram, WebhookSettings
from tests.peers.telegram_updates import StoredUpdate

MAX_RETRY_AFTER = 3600
#: The delay doubles up to a random value between this and twice this many seconds.
MAX_RESEND = 60
ANSWER_SECONDS = 60.0
GONE_SECONDS = 23 * 3600.0
#: The bot's lane is read on from one delivered update to the next; what is called may not ask, nor touch the webhook.
FORBIDDEN_IN_ANSWER = ("deletewebhook", "setwebhook", "close", "logout")

CallMethod = Callable[[str, dict[str, Any]], None]


@dataclass(slots=True)
class _Delivery:
    """An update on its way."""

    update: StoredUpdate
    wakeup_at: float
    delay: int = 1
    fails: int = 0


class WebhookDelivery:
    """Sends a bot's updates to its webhook until closed. In a lane the next goes out when the one before is through."""

    def __init__(self, telegram: Telegram, bot: BotAccount, settings: WebhookSettings, call: CallMethod) -> None:
        self.telegram = telegram
        self.bot = bot
        self.settings = settings
        self.call = call
        self.clock = telegram.clock
        self._lanes: dict[int, deque[_Delivery]] = {}
        self._ready: list[tuple[float, int]] = []
        self._loaded: set[int] = set()
        self._idle: list[Connection] = []
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._gone_since: float | None = None
        self._task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """New updates have come."""
        self._wake.set()

    async def close(self) -> None:
        """Stop at once; what is under way counts as not delivered."""
        tasks = [self._task, *self._running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for connection in self._idle:
            connection.close()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            self._load()
            now = self.clock.now()
            while self._ready and self._ready[0][0] <= now and len(self._running) < self.settings.max_connections:
                _, lane = heapq.heappop(self._ready)
                task = asyncio.create_task(self._deliver(lane))
                self._running.add(task)
                task.add_done_callback(self._finished)
            wait = None
            if self._ready and len(self._running) < self.settings.max_connections:
                wait = self.clock.real(max(self._ready[0][0] - now, 0.001))
            try:
                await asyncio.wait_for(self._wake.wait(), wait)
            except TimeoutError:
                continue

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()

    def _load(self) -> None:
        """Twice as many updates as connections are looked at: stuck ones hold up the rest, as with the real server."""
        self.bot.queue.drop_expired()
        for update_id, update in self.bot.queue.items.items():
            if len(self._loaded) >= self.settings.max_connections * 2:
                break
            if update_id in self._loaded:
                continue
            self._loaded.add(update_id)
            lane = self._lanes.setdefault(update.lane, deque())
            lane.append(_Delivery(update, self.clock.now()))
            if len(lane) == 1:
                heapq.heappush(self._ready, (lane[0].wakeup_at, update.lane))

    async def _deliver(self, lane: int) -> None:
        delivery = self._lanes[lane][0]
        sent_at = time.time()
        try:
            answer = await self._post(delivery.update)
        except ConnectionLostError as error:
            self._attempted(delivery, sent_at, 0)
            self._failed(lane, delivery, str(error), 0)
            return
        self._attempted(delivery, sent_at, answer.status)
        if 200 <= answer.status <= 299:
            self._gone_since = None
            self._drop(lane)
            self._execute(answer)
            return
        self._watch_gone(answer.status)
        reason = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        self._failed(lane, delivery, reason, answer.retry_after)

    async def _post(self, update: StoredUpdate) -> Answer:
        faults = self.telegram.faults
        headers = {"Content-Type": "application/json"}
        if self.settings.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.settings.secret_token
        connection = self._connection()
        kept = False
        try:
            await connection.post(update.body.encode(), headers)
            if faults.chance(faults.settings.webhook_cut, "webhook_cut"):
                raise ConnectionLostError
            answer = await connection.answer(self.clock.real(ANSWER_SECONDS))
            if faults.chance(faults.settings.webhook_unheard, "webhook_unheard"):
                raise ConnectionLostError
            kept = answer.keep_alive
        finally:
            if kept:
                self._idle.append(connection)
            else:
                connection.close()
        return answer

    def _connection(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
            connection.close()
        return Connection(self.settings.url)

    def _attempted(self, delivery: _Delivery, sent_at: float, status: int) -> None:
        self.telegram.webhook_attempts.append(
            {
                "update_id": delivery.update.update_id,
                "lane": delivery.update.lane,
                "sent_at": sent_at,
                "answered_at": time.time(),
                "status": status,
                "attempt": delivery.fails + 1,
            }
        )

    def _failed(self, lane: int, delivery: _Delivery, reason: str, retry_after: int) -> None:
        self.settings.last_error, self.settings.last_error_at = reason, int(time.time())
        wait = min(max(retry_after, 0), MAX_RETRY_AFTER)
        if wait == 0 and delivery.fails > 0:
            ceiling = random.randint(MAX_RESEND, 2 * MAX_RESEND)  # noqa: S311 - spreads retries, guards nothing
            delivery.delay = wait = min(ceiling, delivery.delay * 2)
        now = self.clock.now()
        if now + wait > delivery.update.expires_at:
            self.bot.queue.expired += 1
            self._drop(lane)
            return
        delivery.fails += 1
        delivery.wakeup_at = now + wait
        heapq.heappush(self._ready, (delivery.wakeup_at, lane))

    def _drop(self, lane: int) -> None:
        deliveries = self._lanes[lane]
        delivery = deliveries.popleft()
        self._loaded.discard(delivery.update.update_id)
        self.bot.queue.forget(delivery.update.update_id)
        if deliveries:
            heapq.heappush(self._ready, (deliveries[0].wakeup_at, lane))
        else:
            del self._lanes[lane]

    def _watch_gone(self, status: int) -> None:
        now = self.clock.now()
        if status != 410:
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = now
        elif now > self._gone_since + GONE_SECONDS:
            self.bot.webhook = None
            self._task.cancel()

    def _execute(self, answer: Answer) -> None:
        """The one method call that may be in the answer's body; its result is seen by nobody."""
        try:
            if answer.content_type.startswith("application/json"):
                values = json.loads(answer.body or b"{}")
            else:
                values = dict(parse_qsl(answer.body.decode(errors="replace")))
        except ValueError:
            return
        if not isinstance(values, dict):
            return
        method = str(values.pop("method", "")).lower()
        if method and method not in FORBIDDEN_IN_ANSWER and not method.startswith("get"):
            self.call(method, values)
