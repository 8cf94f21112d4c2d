"""The sender: takes messages out of the outbox through one gate per channel account, and never one twice in silence.

One process drives a gate at a time (a lock), and whoever drove it before is fenced off by the gate's epoch: its
claims fail in the database, not by the clock.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from time import monotonic

import structlog
from sqlalchemy import Connection

from bot.channels.base import Channel, Later, NotSent, Refused, Result, Sent, Shipment, Unknown
from bot.errors import FencedOffError, StoreDownError
from bot.faults import reach
from bot.leading import lead
from bot.measures import SENDS, TOLD_TO_WAIT
from bot.outcomes import record
from bot.pace import DROP, Pace
from bot.store import attachments, claims, gates, outbox
from bot.store.bells import outbox_bell
from bot.store.claims import Parcel
from bot.store.gates import GateState
from bot.store.states import Kind
from bot.store.store import Store
from bot.traces import where
from bot.wakeups import heard

log = structlog.get_logger(__name__)

PARALLEL = 128
"""Sends under way at once, each to another account."""
POLL_SECONDS = 1.0
"""How often the outbox is looked at without a bell: what has become due."""
SINGLY_UP_TO = 100.0
"""Messages a second up to which each is marked `sending` on its own, and no more are on the wire than the rate needs
at the platform's present latency: mostly one. A death leaves so many in doubt. Above, several share a commit.
"""
SPARE = 1.3
"""How much more than the rate needs may be on the wire."""
STUCK = 4.0
"""A request that takes so many times as long as usual no longer holds others back."""
CHAT_SECONDS = 1.0
"""Least time between two broadcasts to one chat (Telegram, bots FAQ: about one message a second per chat)."""
DRAIN_SECONDS = 8.0


class Sender:
    """Drives the gate of one channel account, or stands by until the process that does is gone."""

    def __init__(
        self,
        store: Store,
        channel: Channel,
        *,
        gate: str,
        rate: float,
        now: Callable[[], datetime],
        parallel: int = PARALLEL,
        dice: random.Random | None = None,
    ) -> None:
        self._store = store
        self._channel = channel
        self._gate = gate
        self._rate = rate
        self._now = now
        self._parallel = parallel
        self._dice = dice or random.Random()  # noqa: S311 - spreads retries, hides nothing
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._begun: dict[int, float] = {}
        self._latency = 0.02
        self._broadcast_at: dict[int, datetime] = {}
        self._hold: datetime | None = None
        self._in_doubt: set[datetime] = set()
        self._epoch = 0
        self._pace = Pace(ceiling=rate, rate=rate, next_free=now(), not_before=now())
        self._bell: asyncio.Event | None = None
        self._short_of_room = False
        """Whether the last look found that no more may be on the wire."""
        self.driving = asyncio.Event()
        """Set while this process drives the gate."""

    async def run(self, stop: asyncio.Event) -> None:
        """Sends until `stop` is set; what has been begun by then is finished and recorded."""
        topic = outbox_bell(self._channel.name)
        self._bell = self._store.bells.hear(topic)
        try:
            await lead(self._store, f"gate-{self._gate}", self._drive, stop)
        finally:
            self._store.bells.forget(topic, self._bell)

    async def _drive(self, stop: asyncio.Event) -> None:
        """Sends as long as this process is the gate's driver and the database is there."""
        assert self._bell is not None  # noqa: S101 - `run` has set it
        at_the_end = asyncio.ensure_future(_ring_after(stop, self._bell))
        try:
            await self._take_over()
            self.driving.set()
            while not stop.is_set():
                await self._round()
        except StoreDownError as error:
            log.warning("sender.store_down", gate=self._gate, why=str(error))
        except FencedOffError as error:
            log.warning("sender.fenced_off", gate=self._gate, why=str(error))
        finally:
            at_the_end.cancel()
            self.driving.clear()
            if stop.is_set() and self._under_way:
                await asyncio.wait(self._under_way.values(), timeout=DRAIN_SECONDS)

    async def _take_over(self) -> None:
        """Becomes the gate's driver. What the last one left half sent becomes `uncertain`; our own goes on."""
        now, in_doubt = self._now(), tuple(self._in_doubt)

        def work(connection: Connection) -> tuple[GateState, int]:
            state = gates.take_over(connection, self._gate, self._rate, now)
            if in_doubt:
                claims.hand_back_marked_at(connection, self._channel.name, in_doubt)
            return state, claims.recover(connection, self._channel.name, now, ours=tuple(self._under_way))

        state, uncertain = await self._store.write(work)
        self._in_doubt.difference_update(in_doubt)
        if uncertain:
            log.warning("sender.uncertain", gate=self._gate, messages=uncertain)
        self._epoch = state.epoch
        rate = min(state.rate, self._rate)
        slowed = rate < self._rate
        self._pace = Pace(
            ceiling=self._rate,
            rate=rate,
            next_free=state.next_free,
            not_before=state.not_before,
            peak=rate / DROP if slowed else 0.0,
            dropped_at=max(now, state.not_before) if slowed else None,
        )

    async def _round(self) -> None:
        """Sends what may go now, then waits for a bell, the next free slot, or the next look."""
        assert self._bell is not None  # noqa: S101 - `run` has set it
        self._bell.clear()
        now = self._now()
        self._pace = self._pace.recovered(now)
        room = min(self._parallel - len(self._under_way), self._pace.allowed(now))
        if self._pace.rate <= SINGLY_UP_TO:
            room = min(room, 1, self._window())
        claimed = 0
        if room > 0:
            claimed = await self._claim(now, room)
            if claimed == room and self._parallel > len(self._under_way):
                wait = (self._pace.opens_at(self._now()) - self._now()).total_seconds()
                await (asyncio.sleep(wait) if wait > 0 else asyncio.sleep(0))
                return
        self._short_of_room = claimed >= room
        await heard(self._bell, self._rest(room))

    def _window(self) -> int:
        """How many more requests may be on the wire."""
        patience = max(0.05, STUCK * self._latency)
        moment = monotonic()
        on_the_wire = sum(moment - begun < patience for begun in self._begun.values())
        return max(1, ceil(self._pace.rate * self._latency * SPARE)) - on_the_wire

    def _rest(self, room: int) -> float:
        """Seconds until the outbox is worth another look, if no bell rings before."""
        now = self._now()
        rest = POLL_SECONDS
        if room <= 0 and len(self._under_way) < self._parallel:
            opens = (self._pace.opens_at(now) - now).total_seconds()
            rest = min(rest, opens if opens > 0 else STUCK * self._latency)
        if self._hold is not None:
            rest = min(rest, (self._hold - now).total_seconds())
        return max(rest, 0.001)

    async def _claim(self, now: datetime, room: int) -> int:
        if self._hold is not None and self._hold <= now:
            self._hold = None
        self._broadcast_at = {
            account: at for account, at in self._broadcast_at.items() if (now - at).total_seconds() < CHAT_SECONDS
        }
        work = partial(self._claim_in, now=now, room=room, paced=tuple(self._broadcast_at), pace=self._pace)
        try:
            parcels = await self._store.write(work)
        except StoreDownError:
            self._in_doubt.add(now)  # it may have been committed all the same
            raise
        if not parcels:
            return 0
        reach("sending_marked")
        self._pace = self._pace.took(len(parcels), now)
        for parcel in parcels:
            if parcel.kind is Kind.BROADCAST:
                self._broadcast_at[parcel.account] = now
                self._wake_at(now + timedelta(seconds=CHAT_SECONDS))
            task = asyncio.ensure_future(self._deliver(parcel))
            self._under_way[parcel.id] = task
            self._begun[parcel.id] = monotonic()
            task.add_done_callback(partial(self._landed, parcel.id))
        return len(parcels)

    def _claim_in(
        self, connection: Connection, now: datetime, room: int, paced: tuple[int, ...], pace: Pace
    ) -> list[Parcel]:
        parcels = claims.claim(connection, self._channel.name, now, room, paced)
        if parcels:
            gates.save(connection, self._state(pace.took(len(parcels), now)))
        return parcels

    def _landed(self, row: int, _: "asyncio.Task[None]") -> None:
        """There is room for one more."""
        self._under_way.pop(row, None)
        took = monotonic() - self._begun.pop(row)
        self._latency += (min(took, 1.0) - self._latency) / 8
        if self._bell is not None and self._short_of_room:
            self._bell.set()

    def _wake_at(self, moment: datetime) -> None:
        self._hold = moment if self._hold is None else min(self._hold, moment)

    async def _deliver(self, parcel: Parcel) -> None:
        result = await self._send(parcel)
        now = self._now()
        SENDS.labels(self._channel.name, type(result).__name__.lower()).inc()
        if isinstance(result, Later):
            TOLD_TO_WAIT.labels(self._channel.name, "chat" if result.chat_only else "account").inc()
            if not result.chat_only:
                self._pace = self._pace.told_to_wait(result.seconds, now)
        if not isinstance(result, Sent):
            log.info("sender.not_sent", outbox=parcel.id, result=type(result).__name__)
        reach("sent_unrecorded")
        while True:
            try:
                # A power cut may undo this: the row is then `uncertain`, which is the truth.
                await self._store.write(partial(self._record, parcel=parcel, result=result, now=now), relaxed=True)
                break
            except StoreDownError:  # the result is known: it waits until it can be written down
                await asyncio.sleep(0.2)
        reach("recorded")
        if isinstance(result, (Later, NotSent, Unknown)):
            self._wake_at(now + timedelta(seconds=result.seconds if isinstance(result, Later) else 0.25))
            if self._bell is not None:
                self._bell.set()

    def _record(self, connection: Connection, parcel: Parcel, result: Result, now: datetime) -> None:
        record(connection, parcel, result, now, self._dice)
        outbox.ring_for_more(connection, self._channel.name, parcel.account)
        if isinstance(result, Later) and not result.chat_only:
            with suppress(FencedOffError):
                gates.save(connection, self._state(self._pace))

    async def _send(self, parcel: Parcel) -> Result:
        content = None
        if parcel.card.document is not None:
            reference = parcel.card.document.reference
            try:
                file = await self._store.read(lambda connection: attachments.find(connection, reference))
            except StoreDownError as error:
                return NotSent(str(error))
            if file is None:
                return Refused("the file is no longer stored")
            content = file.content
        shipment = Shipment(
            address=parcel.address,
            card=parcel.card,
            language=parcel.language,
            conversation=parcel.conversation,
            edits=parcel.edits,
            file=content,
        )
        try:
            return await self._channel.send(shipment)
        except Exception as error:  # a channel's defect; whether the request left is not known
            log.error("sender.channel_broken", outbox=parcel.id, error=type(error).__name__, where=where(error))
            return Unknown(f"{type(error).__name__} while sending")

    def _state(self, pace: Pace) -> GateState:
        return GateState(
            name=self._gate,
            epoch=self._epoch,
            rate=pace.rate,
            next_free=pace.next_free,
            not_before=pace.not_before,
        )


async def _ring_after(stop: asyncio.Event, bell: asyncio.Event) -> None:
    """Who waits for the bell shall hear of the end, too."""
    await stop.wait()
    bell.set()
