"""Pieces of database work on their way to a thread, and their results on the way back."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection

Work = Callable[[Connection], Any]
"""What a job does inside its transaction. It may be run again when the group's commit fails: no effects outside."""


_RINGS = "rings"


def ring_after(connection: Connection, topic: str) -> None:
    """Rings that bell once the transaction is committed (bot.store.bells)."""
    connection.info.setdefault(_RINGS, set()).add(topic)


def take_rings(connection: Connection) -> set[str]:
    """The bells to ring now that it is committed."""
    rings: set[str] = connection.info.pop(_RINGS, set())
    return rings


class Job:
    """One piece of work and whoever waits for it: a coroutine on `loop`, or a thread."""

    __slots__ = ("error", "loop", "queued_at", "relaxed", "result", "urgent", "waiter", "work")

    def __init__(
        self,
        work: Work,
        loop: asyncio.AbstractEventLoop | None = None,
        *,
        relaxed: bool = False,
        urgent: bool = False,
    ) -> None:
        self.work = work
        self.relaxed = relaxed
        self.urgent = urgent
        self.queued_at = 0.0
        self.loop = loop
        self.waiter: Any = loop.create_future() if loop is not None else Future[Any]()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        """Hands the outcome to the waiter, who may have gone."""
        if self.waiter.done():
            return
        if self.error is None:
            self.waiter.set_result(self.result)
        else:
            self.waiter.set_exception(self.error)


def settle(jobs: Iterable[Job]) -> None:
    """Hands all outcomes back; one wake-up a loop however many jobs."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = defaultdict(list)
    for job in jobs:
        if job.loop is None:
            job.settle()
        else:
            by_loop[job.loop].append(job)
    for loop, of_loop in by_loop.items():
        with suppress(RuntimeError):  # that loop has ended, and its waiters with it
            loop.call_soon_threadsafe(_settle_all, of_loop)


def _settle_all(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()
