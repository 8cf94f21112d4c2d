"""Taking in: what a channel received is committed to the inbox before anybody acknowledges it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from math import ceil

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.channels.base import Arrival
from bot.faults import reach
from bot.limits import PERSON, TOLD, Allowance, Buckets
from bot.store import conversations, inbox, outbox, people
from bot.store.bells import INBOX
from bot.store.inbox import Taken
from bot.store.outbox import Outgoing
from bot.store.store import Store
from bot.workers import Workers
from dialogs.cards import Card, Line

log = structlog.get_logger(__name__)

_MEETINGS = 5
"""How often two processes may meet the same stranger at once before it is an error."""


class Ingest:
    """`await ingest(arrivals)` returns once they are durable; raises bot.errors.StoreDownError.

    `workers`: the lanes of this process, told directly; other processes hear the bell. What one sender sends beyond
    `allowance` is not taken, and they are told so.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        workers: Workers | None = None,
        allowance: Allowance = PERSON,
    ) -> None:
        self._store = store
        self._now = now
        self._workers = workers
        self._senders = Buckets(allowance)
        self._told = Buckets(TOLD)

    async def __call__(self, arrivals: Sequence[Arrival]) -> None:
        """Commits arrivals in their order; those known already change nothing."""
        if not arrivals:
            return
        arrivals = await self._within_limits(arrivals)
        if not arrivals:
            return
        reach("received")
        taken = await self._take_in(arrivals)
        reach("stored")
        if not taken.lanes:
            return
        if self._workers is not None:
            # After the answer to the platform, which is written before the loop's next round.
            asyncio.get_running_loop().call_soon(self._workers.wake, taken.lanes)
        self._store.bells.ring(INBOX, here=self._workers is None)

    async def _within_limits(self, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
        """Those that may come in; who sends too fast is told so, once a minute."""
        waits = [self._senders.take(f"{each.channel} {each.sender}") for each in arrivals]
        if not any(waits):
            return arrivals
        for each, wait in zip(arrivals, waits, strict=True):
            if wait and self._told.take(f"{each.channel} {each.sender}") == 0:
                log.warning("ingest.too_fast", channel=each.channel)
                await self._store.write(partial(_say_too_fast, arrival=each, wait=wait, now=self._now()))
        return [each for each, wait in zip(arrivals, waits, strict=True) if not wait]

    async def _take_in(self, arrivals: Sequence[Arrival]) -> Taken:
        now = self._now()
        for _ in range(_MEETINGS):
            try:
                return await self._store.write(lambda connection: inbox.take_in(connection, arrivals, now), urgent=True)
            except IntegrityError as error:  # another process has just met the same stranger
                met = error
        raise met


def _say_too_fast(connection: Connection, arrival: Arrival, wait: float, now: datetime) -> None:
    owner = people.find(connection, arrival.channel, arrival.sender)
    if owner is None:
        return
    language = conversations.find(connection, owner.person).language
    card = Card(lines=(Line(key="limits.too_fast", args={"seconds": ceil(wait)}),))
    said = Outgoing(account=owner.id, channel=arrival.channel, language=language, card=card)
    outbox.put(connection, [said], now)
