"""Lanes: one person's messages in order, other people's in parallel, on however many processes."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Lock
from time import perf_counter
from typing import Any

import structlog

from bot.channels.base import RemoteFile
from bot.errors import OvertakenError, StoreDownError, TurnError
from bot.faults import reach
from bot.fetching import fetch
from bot.measures import TURN_SECONDS, TURNS_FAILED
from bot.store import inbox
from bot.store.bells import INBOX
from bot.store.inbox import Waiting
from bot.store.store import Store
from bot.traces import where
from bot.turns import FilesWanted, LaneHeld, NothingWaits, Postponed, Turned, Turns
from bot.wakeups import first

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
"""How often the inbox is looked at without a bell: what another process stored just before it died."""
LANES = 512
"""Lanes that one process takes on at once."""
HELD_SECONDS = 0.02
"""Pause before a lane that another process is in is tried again."""
_UNTIL_EMPTY = 1 << 30


class Workers:
    """Runs turns. `wake` tells of new messages; a scan of the inbox finds whatever nobody told of."""

    def __init__(self, store: Store, turns: Turns, *, dice: random.Random | None = None) -> None:
        self._store = store
        self._turns = turns
        self._dice = dice or random.Random()  # noqa: S311 - spreads retries, hides nothing
        self._lock = Lock()
        self._lanes: dict[int, int] = {}
        self._news: set[int] = set()
        """Lanes that were woken while a turn was under way: its finding that nothing waits may be too old."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._drained = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> int:
        """Lanes that have something under way."""
        return len(self._lanes)

    def wake(self, lanes: Iterable[int], turns: int = 1) -> None:
        """These lanes have `turns` new messages each; from any thread, after they were committed."""
        for lane in lanes:
            with self._lock:
                if self._stopping or self._loop is None:
                    return  # what is stored is found by whoever looks next
                under_way = self._lanes.get(lane)
                self._lanes[lane] = min(_UNTIL_EMPTY, (under_way or 0) + turns)
                if under_way is not None:
                    self._news.add(lane)
            if under_way is None:
                self._begin(lane)

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then finishes the turns that have begun."""
        self._loop = asyncio.get_running_loop()
        bell = self._store.bells.hear(INBOX)
        try:
            while not stop.is_set():
                bell.clear()
                await self._scan()
                await first(bell.wait(), stop.wait(), seconds=POLL_SECONDS)
        finally:
            self._store.bells.forget(INBOX, bell)
            with self._lock:
                self._stopping = True
                if not self._lanes:
                    self._drained.set()
            await self._drained.wait()
            for task in self._tasks:
                task.cancel()

    async def _scan(self) -> None:
        try:
            now = self._turns.now()
            found = await self._store.read(lambda connection: inbox.waiting_lanes(connection, now, LANES))
        except StoreDownError as error:
            log.warning("workers.store_down", why=str(error))
            return
        lanes = list(found)
        if self._store.is_postgres:
            self._dice.shuffle(lanes)  # several processes see the same list: they should not meet in every lane
        self.wake(lanes, _UNTIL_EMPTY)

    def _begin(self, lane: int) -> None:
        with self._lock:
            self._news.discard(lane)
        done = partial(self._done, lane, perf_counter())
        try:
            self._store.turn(
                partial(_swap, self._turns.prepare, lane),
                self._turns.save,
                done,
                unless=NothingWaits | LaneHeld | Postponed | FilesWanted,
                relaxed=True,
            )
        except StoreDownError:
            self._leave(lane)

    def _done(self, lane: int, began: float, outcome: "Future[Any]") -> None:
        """In whichever thread finished the turn."""
        error = outcome.exception()
        if error is None:
            self._after(lane, began, outcome.result())
        elif isinstance(error, OvertakenError):
            self._again(lane)
        elif isinstance(error, TurnError):
            self._failed(lane, error)
        elif isinstance(error, StoreDownError):
            self._leave(lane)
        else:
            log.error("turn.broken", lane=lane, error=type(error).__name__, where=where(error))
            self._later(lane, POLL_SECONDS)

    def _after(self, lane: int, began: float, result: object) -> None:
        match result:
            case Turned():
                reach("turned")
                self.wake(result.wakes)
                self._next(lane)
                self._log(result, began)
            case LaneHeld():
                self._later(lane, HELD_SECONDS * (1 + self._dice.random()))
            case Postponed(until):
                self._later(lane, (until - self._turns.now()).total_seconds())
            case FilesWanted():
                self._on_loop(lambda: self._fetch(lane, result.waiting, result.files))
            case _:
                self._leave_unless_news(lane)

    def _next(self, lane: int) -> None:
        """A turn is done: the lane goes on with its next message, or is left."""
        with self._lock:
            left = self._lanes[lane]
            left = left if left == _UNTIL_EMPTY else left - 1
            if left > 0 and not self._stopping:
                self._lanes[lane] = left
            else:
                self._forget(lane)
                return
        self._begin(lane)

    def _again(self, lane: int) -> None:
        if self._stopping:
            self._leave(lane)
        else:
            self._begin(lane)

    def _leave_unless_news(self, lane: int) -> None:
        with self._lock:
            if lane not in self._news or self._stopping:
                self._forget(lane)
                return
        self._begin(lane)

    def _leave(self, lane: int) -> None:
        with self._lock:
            self._forget(lane)

    def _forget(self, lane: int) -> None:
        self._lanes.pop(lane, None)
        self._news.discard(lane)
        if self._stopping and not self._lanes and self._loop is not None:
            with suppress(RuntimeError):  # the loop has just ended
                self._loop.call_soon_threadsafe(self._drained.set)

    def _later(self, lane: int, seconds: float) -> None:
        """Leaves the lane now and comes back then, to work until it is empty."""
        self._leave(lane)
        loop = self._loop
        if loop is not None and not self._stopping:
            with suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(loop.call_later, max(0.0, seconds), self.wake, (lane,), _UNTIL_EMPTY)

    def _failed(self, lane: int, failure: TurnError) -> None:
        TURNS_FAILED.inc()
        log.error(
            "turn.failed",
            correlation=failure.correlation,
            message=failure.message,
            error=type(failure.__cause__).__name__,
            where=where(failure.__cause__),
        )
        self._on_loop(lambda: self._record_failure(lane, failure))

    async def _record_failure(self, lane: int, failure: TurnError) -> None:
        try:
            again = await self._store.write(lambda connection: self._turns.fail(connection, failure))
        except StoreDownError:
            self._leave(lane)
            return
        wait = timedelta(0) if again is None else again - self._turns.now()
        self._later(lane, wait.total_seconds())

    async def _fetch(self, lane: int, waiting: Waiting, files: Sequence[RemoteFile]) -> None:
        """The message's files, outside any transaction; then the lane goes on."""
        try:
            await fetch(self._store, self._turns.channels[waiting.channel], waiting, files, self._turns.now)
        except StoreDownError:
            self._leave(lane)
        except Exception as error:
            failure = TurnError(waiting.id, waiting.person, waiting.correlation)
            failure.__cause__ = error
            self._failed(lane, failure)
        else:
            self._begin(lane)

    def _on_loop(self, begin: Any) -> None:
        loop = self._loop
        if loop is None:
            return

        def start() -> None:
            task = loop.create_task(begin())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        with suppress(RuntimeError):  # the loop has just ended
            loop.call_soon_threadsafe(start)

    def _log(self, turned: Turned, began: float) -> None:
        waiting = turned.waiting
        waited = (self._turns.now() - waiting.received_at).total_seconds()
        TURN_SECONDS.observe(waited)
        log.info(
            "turn",
            correlation=waiting.correlation,
            channel=waiting.source.value,
            kind=turned.event,
            cards=turned.cards,
            waited_ms=round(waited * 1000, 1),
            took_ms=round((perf_counter() - began) * 1000, 1),
        )


def _swap(prepare: Any, lane: int, connection: Any) -> Any:
    return prepare(connection, lane)
