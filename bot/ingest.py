"""Taking in: what a channel received is committed to the inbox before anybody acknowledges it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from bot.channels.base import Arrival
from bot.faults import reach
from bot.store import inbox
from bot.store.bells import INBOX
from bot.store.inbox import Taken
from bot.store.store import Store
from bot.workers import Workers

_MEETINGS = 5
"""How often two processes may meet the same stranger at once before it is an error."""


class Ingest:
    """`await ingest(arrivals)` returns once they are durable; raises bot.errors.StoreDownError.

    `workers`: the lanes of this process, told directly; other processes hear the bell.
    """

    def __init__(self, store: Store, now: Callable[[], datetime], workers: Workers | None = None) -> None:
        self._store = store
        self._now = now
        self._workers = workers

    async def __call__(self, arrivals: Sequence[Arrival]) -> None:
        """Commits arrivals in their order; those known already change nothing."""
        if not arrivals:
            return
        reach("received")
        taken = await self._take_in(arrivals)
        reach("stored")
        if not taken.lanes:
            return
        if self._workers is not None:
            self._workers.wake(taken.lanes)
        self._store.bells.ring(INBOX, here=self._workers is None)

    async def _take_in(self, arrivals: Sequence[Arrival]) -> Taken:
        now = self._now()
        for _ in range(_MEETINGS):
            try:
                return await self._store.write(lambda connection: inbox.take_in(connection, arrivals, now))
            except IntegrityError as error:  # another process has just met the same stranger
                met = error
        raise met
