"""Timers: whatever is to be done later, or takes long, is a row; any worker does it, exactly once."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.errors import OvertakenError, StoreDownError
from bot.faults import reach
from bot.store import timers
from bot.store.bells import TIMERS
from bot.store.store import Store
from bot.store.timers import Timer
from bot.traces import where
from bot.wakeups import first, in_daemon_thread

log = structlog.get_logger(__name__)

POLL_SECONDS = 2.0
"""How often timers are looked at without a bell: the most that a due one waits, also after a restart."""
BATCH = 50
SLOW_AT_ONCE = 2
ATTEMPTS = 6
BACKOFF = (5.0, 30.0, 120.0, 600.0, 1800.0)
"""Seconds to wait after the first, second … failure."""

Fire = Callable[[Connection, Timer, datetime], datetime | None]
"""Does the work in the transaction that marks the timer fired; returns when it is due again, or None."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Work that takes long: `work` runs in a thread outside any transaction and may be done again after a death;
    `keep` writes its result in the transaction that marks the timer fired; `give_up` is told when it keeps failing.
    """

    work: Callable[[Timer], Any]
    keep: Callable[[Connection, Timer, Any, datetime], None]
    give_up: Callable[[Connection, Timer, datetime], None] = lambda *_: None


class Timers:
    """Fires due timers of the kinds it knows; several processes may run one each."""

    def __init__(self, store: Store, kinds: Mapping[str, Fire | Slow], now: Callable[[], datetime]) -> None:
        self._store = store
        self._kinds = kinds
        self._now = now
        self._bell: asyncio.Event | None = None
        self._busy: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._slow = asyncio.Semaphore(SLOW_AT_ONCE)

    async def run(self, stop: asyncio.Event) -> None:
        """Fires until `stop` is set; slow work that is under way is left to whoever starts next."""
        bell = self._bell = self._store.bells.hear(TIMERS)
        try:
            while not stop.is_set():
                bell.clear()
                try:
                    rest = await self._round()
                except StoreDownError as error:
                    log.warning("timers.store_down", why=str(error))
                    rest = POLL_SECONDS
                await first(bell.wait(), stop.wait(), seconds=rest)
        finally:
            self._store.bells.forget(TIMERS, bell)
            for task in self._tasks:
                task.cancel()

    async def _round(self) -> float:
        """Fires what is due; returns how long nothing will be."""
        now, kinds = self._now(), tuple(self._kinds)
        busy = tuple(self._busy)
        due = await self._store.read(lambda connection: timers.due(connection, now, kinds, busy, BATCH))
        for timer in due:
            await self._begin(timer)
        if len(due) == BATCH:
            return 0.0
        following = await self._store.read(lambda connection: timers.next_due(connection, kinds, tuple(self._busy)))
        if following is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.001, (following - self._now()).total_seconds()))

    async def _begin(self, timer_id: int) -> None:
        try:
            slow = await self._store.write(partial(self._fire, timer_id=timer_id, now=self._now()))
        except (StoreDownError, OvertakenError):
            return
        except Exception as error:
            log.error("timer.failed", timer=timer_id, error=type(error).__name__, where=where(error))
            await self._put_off(timer_id, type(error).__name__)
            return
        if slow is not None:
            self._busy.add(timer_id)
            task = asyncio.create_task(self._do_slowly(slow))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _fire(self, connection: Connection, timer_id: int, now: datetime) -> Timer | None:
        """Fires a quick timer; returns a slow one unfired."""
        timer = timers.take(connection, timer_id)
        if timer is None:
            return None
        kind = self._kinds[timer.kind]
        if isinstance(kind, Slow):
            return timer
        again = kind(connection, timer, now)
        reach("timer_fired")
        _mark_fired(connection, timer, now)
        if again is not None:
            timers.set_timer(connection, timer.kind, timer.subject, again, now, timer.payload)
        return None

    async def _do_slowly(self, timer: Timer) -> None:
        kind = self._kinds[timer.kind]
        assert isinstance(kind, Slow)  # noqa: S101 - only those are returned by _fire
        lock = None
        try:
            async with self._slow:
                if self._store.is_postgres:
                    lock = await asyncio.to_thread(self._store.try_lock, f"timer-{timer.id}")
                    if lock is None:
                        return  # another process is at it
                result = await in_daemon_thread(partial(kind.work, timer))
                reach("job_done")
                await self._store.write(partial(_keep, kind=kind, timer=timer, result=result, now=self._now()))
        except (StoreDownError, OvertakenError) as error:
            log.warning("timer.again", timer=timer.id, error=type(error).__name__)
        except Exception as error:
            log.error("timer.failed", timer=timer.id, error=type(error).__name__, where=where(error))
            await self._put_off(timer.id, type(error).__name__)
        finally:
            self._busy.discard(timer.id)
            if self._bell is not None:
                self._bell.set()
            if lock is not None:
                lock.release()

    async def _put_off(self, timer_id: int, reason: str) -> None:
        try:
            await self._store.write(partial(self._fail, timer_id=timer_id, reason=reason, now=self._now()))
        except StoreDownError:
            return  # it is due as it was, and fails or succeeds anew

    def _fail(self, connection: Connection, timer_id: int, reason: str, now: datetime) -> None:
        timer = timers.take(connection, timer_id)
        if timer is None:
            return
        wait = BACKOFF[min(timer.attempts, len(BACKOFF) - 1)]
        kind = self._kinds[timer.kind]
        if isinstance(kind, Slow) and timer.attempts + 1 >= ATTEMPTS:
            timers.give_up(connection, timer_id, reason, now)
            kind.give_up(connection, timer, now)
            return
        timers.put_off(connection, timer_id, now + timedelta(seconds=wait))


def _mark_fired(connection: Connection, timer: Timer, now: datetime) -> None:
    if not timers.fired(connection, timer.id, now):
        raise OvertakenError(f"timer {timer.id} has been fired by somebody else")


def _keep(connection: Connection, kind: Slow, timer: Timer, result: Any, now: datetime) -> None:
    kind.keep(connection, timer, result, now)
    _mark_fired(connection, timer, now)
