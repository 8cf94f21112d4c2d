"""Passive delivery: what a turn says goes back in the answer to the request that brought its message.

Each message reaches the person one way only. While the request is open the sender keeps off (a hold on the account);
what goes into the answer is marked before it is written. Where the connection was cut, the platform brings the
message again and gets the same answer; where it does not come again in time, the hold runs out and the sender takes
over. A turn that takes too long is answered by nothing, and its cards are sent.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.channels.base import Arrival, ChannelName, Shipment
from bot.channels.wechat_windows import Trigger
from bot.errors import OvertakenError
from bot.faults import reach
from bot.store import passive
from bot.store.bells import INBOX, account_bell, outbox_bell
from bot.store.passive import Ticket
from bot.store.store import Store
from bot.workers import Workers

HOLD_MARGIN = timedelta(seconds=1)
"""How much longer than the wait for the turn the account is held: time to write the answer."""
_CHANNEL = ChannelName.WECHAT
_MEETINGS = 5
_FIRST_LOOK = 0.2
_LAST_LOOK = 0.8
"""Seconds between looks without a bell: a turn that says nothing rings none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is marked and is to be written now."""

    name: str
    text: str
    complete: bool
    """Whether it holds all that there was to say."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Whether the message had its turn, and what is marked for the answer."""

    turned: bool
    reply: Reply | None = None


class Composer(Protocol):
    """Makes one message of several cards."""

    def __call__(self, shipments: Sequence[Shipment]) -> tuple[str, int]:
        """The message's text, and how many of the cards, from the first on, it holds (0: not even one fits)."""


class PassiveReplies:
    """The store as a channel that answers in the response sees it.

    `spread`: how long after its first delivery the platform may bring a message again.
    """

    def __init__(
        self,
        store: Store,
        workers: Workers,
        *,
        compose: Composer,
        spread: timedelta,
        now: Callable[[], datetime],
        margin: timedelta = HOLD_MARGIN,
    ) -> None:
        self._store = store
        self._workers = workers
        self._compose = compose
        self._spread = spread
        self._now = now
        self._margin = margin

    async def take_in(self, arrival: Arrival, trigger: Trigger | None, seconds: float) -> Ticket:
        """Commits the message, what it does to the reply window, and the hold of its account for so many seconds.

        Raises bot.errors.StoreDownError.
        """
        reach("received")
        now = self._now()
        held_until = now + timedelta(seconds=seconds) + self._margin
        work = partial(passive.take_in, arrival=arrival, trigger=trigger, now=now, held_until=held_until)
        for _ in range(_MEETINGS):
            try:
                ticket = await self._store.write(work)
                break
            except IntegrityError as error:  # another process has just met the same stranger
                met = error
        else:
            raise met
        reach("stored")
        if ticket.first:
            self._workers.wake([ticket.lane])
            self._store.bells.ring(INBOX, here=False)
        return ticket

    async def reply_to(self, ticket: Ticket, seconds: float, gone: Callable[[], bool]) -> Reply | None:
        """Waits until the message had its turn, at most so long, and marks what the answer will hold.

        None where it will hold nothing; where no time is left, or whoever asked is `gone`, nothing is marked.
        """
        if seconds <= 0:
            return None
        topic = account_bell(ticket.account)
        bell = self._store.bells.hear(topic)
        deadline, pause = asyncio.get_running_loop().time() + seconds, _FIRST_LOOK
        rang = not ticket.first  # it may have had it long ago
        try:
            while True:
                left = deadline - asyncio.get_running_loop().time()
                if not rang:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(max(0.0, min(pause, left))):
                            await bell.wait()
                    rang = bell.is_set()
                bell.clear()
                if gone():
                    return None
                if rang or await self._store.read(partial(passive.turned, ticket=ticket)):
                    found = await self._take_up(ticket)
                    if found.turned:
                        return found.reply
                if left <= pause:
                    return None
                rang, pause = False, min(pause * 2, _LAST_LOOK)
        finally:
            self._store.bells.forget(topic, bell)

    async def _take_up(self, ticket: Ticket) -> "_Found":
        now = self._now()
        late = not ticket.first and now - ticket.received_at > self._spread + self._margin
        if late:
            return _Found(turned=True)  # a stranger who repeats what he overheard
        name = f"{ticket.name}{token_hex(4)}"
        try:
            found = await self._store.write(partial(self._mark, ticket=ticket, name=name))
        except OvertakenError:
            return _Found(turned=True)
        if found.reply is not None:
            reach("passive_claimed")
        return found

    def _mark(self, connection: Connection, ticket: Ticket, name: str) -> "_Found":
        """In one transaction: looks, composes, marks."""
        if not passive.turned(connection, ticket):
            return _Found(turned=False)
        now = self._now()  # not earlier: what the turn has just put out is not due before the turn
        waiting = passive.for_the_answer(connection, ticket, now)
        text, taken = self._compose([each.shipment for each in waiting]) if waiting else ("", 0)
        if not taken:
            return _Found(turned=True)
        passive.claim(connection, waiting[:taken], name, now)
        return _Found(turned=True, reply=Reply(name, text, complete=taken == len(waiting)))

    async def written(self, ticket: Ticket, reply: Reply | None) -> None:
        """The answer, or an empty one, went out: its cards are sent, and the sender may go on with the rest."""
        reach("passive_written")
        now = self._now()
        latest = ticket.held_until if ticket.first else ticket.received_at + self._spread

        def work(connection: Connection) -> None:
            if reply is not None:
                passive.arrived(connection, ticket, reply.name, now)
            passive.release(connection, ticket, latest)

        # Not for the disk to wait for: undone by a power cut, it is `uncertain`, which is what is known then.
        await self._store.write(work, relaxed=True)
        if reply is None or not reply.complete:
            self._store.bells.ring(outbox_bell(_CHANNEL))

    async def cut(self, ticket: Ticket, reply: Reply | None) -> None:
        """Nobody was there any more to take the answer: it waits for the platform to come again, then is sent."""

        def work(connection: Connection) -> None:
            if reply is not None:
                passive.came_back(connection, ticket, reply.name)
            passive.extend(connection, ticket, ticket.received_at + self._spread)

        await self._store.write(work)
