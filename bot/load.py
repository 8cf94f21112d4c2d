"""Load without a network: people who go through the whole intake at once, on a database of their own.

Behind `hurentong simulate --load`. Everything is the program's own, from the inbox to the drawn message; only the Bot
API answers at once, from within. What it costs is what a server has to have (docs/scaling.md does the sum).
"""

import asyncio
import json
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import count
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from typing import Any

from bot.channels.base import Arrival, ChannelName, Result, Shipment
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import TelegramApi, Upload
from bot.keys import purpose_key
from bot.parts import Parts, assemble, open_store, utc_now
from bot.sender import Sender
from bot.settings import Settings
from bot.store.schema import migrate
from domain.classification import warm_up

RATE = 10_000.0
"""Messages a second that the gate lets through: as good as no limit."""
WARM_UP = 3
"""People before the measured ones: what is made when it is first needed is made then."""
MOST_TURNS = 40
PATIENCE = 60.0
"""Seconds after which a person who was not answered ends the simulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What so many whole conversations took."""

    people: int
    turns: int
    seconds: float
    processor: float
    """Seconds of processor time, all threads; the simulated people's own share (a few in a hundred) included."""
    turn_ms: tuple[float, ...]
    """Each turn's milliseconds from the message to its answer, in ascending order."""
    database_bytes: int

    @property
    def per_turn_ms(self) -> float:
        """Milliseconds of processor time a turn."""
        return self.processor * 1000 / self.turns

    @property
    def per_person_ms(self) -> float:
        """Milliseconds of processor time a whole intake."""
        return self.processor * 1000 / self.people

    @property
    def bytes_per_person(self) -> float:
        """What one intake leaves in the database."""
        return self.database_bytes / (self.people + WARM_UP)

    def slowest(self, share: float) -> float:
        """The milliseconds that this share of the turns does not exceed."""
        return self.turn_ms[min(len(self.turn_ms) - 1, int(len(self.turn_ms) * share))]

    def people_a_day(self, used: float) -> float:
        """How many intakes a day one core serves when it is busy for this share of the time."""
        return 86_400_000 * used / self.per_person_ms


def answers() -> Mapping[str, str]:
    """What the simulated engineer types, by question."""
    read: Mapping[str, str] = tomllib.loads(files("bot").joinpath("load_answers.toml").read_text("utf8"))
    return read


class _NoNetwork(TelegramApi):
    """The Bot API that takes everything."""

    def __init__(self) -> None:
        self._message_ids = count(1)

    async def call(
        self,
        method: str,  # noqa: ARG002
        parameters: Mapping[str, object],
        *,
        upload: Upload | None = None,  # noqa: ARG002
        seconds: float = 0.0,  # noqa: ARG002
    ) -> object:
        """A message, whatever was called."""
        json.dumps(parameters, ensure_ascii=False)  # a real call writes it out
        return {"message_id": next(self._message_ids)}

    async def close(self) -> None:
        """Nothing is open."""


class _Loopback(TelegramChannel):
    """Draws messages for Telegram and hands them to whom they are for."""

    def __init__(self, key: bytes) -> None:
        super().__init__(_NoNetwork(), key)
        self.people: dict[str, asyncio.Queue[str]] = {}

    async def send(self, shipment: Shipment) -> Result:
        """The person sees which question is open."""
        result = await super().send(shipment)
        if shipment.card.subject and (seen := self.people.get(shipment.address)):
            seen.put_nowait(shipment.card.subject)
        return result


def simulate_load(people: int, at_once: int, database_url: str = "") -> Load:
    """So many people, at most `at_once` of them talking at a time. Without an address: on an SQLite file of its own."""
    with TemporaryDirectory(prefix="hurentong-load-") as name:
        settings = Settings(
            _env_file=None, data_dir=Path(name), database_url=database_url, secret_key=token_urlsafe(32)
        )
        store = open_store(settings)
        try:
            migrate(store.engine)
            warm_up()
            load = asyncio.run(_Run(assemble(settings, store)).pass_through(people, at_once))
        finally:
            store.close()
        size = sum(file.stat().st_size for file in Path(name).glob("*.db*"))
    return Load(
        people=people,
        turns=len(load.turn_ms),
        seconds=load.seconds,
        processor=load.processor,
        turn_ms=tuple(sorted(load.turn_ms)),
        database_bytes=size,
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    seconds: float
    processor: float
    turn_ms: list[float]


class _Run:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._channel = _Loopback(purpose_key(parts.signing, "press"))
        parts.channels[ChannelName.TELEGRAM] = self._channel
        self._answers = answers()
        self._numbers = count(1)
        self._turns: list[float] = []

    async def pass_through(self, people: int, at_once: int) -> _Measured:
        """Runs workers and sender until everybody is through."""
        stop, addresses = asyncio.Event(), (str(each) for each in count(1_000_000))
        sender = Sender(self._parts.store, self._channel, gate="telegram", rate=RATE, now=utc_now)
        running = [asyncio.create_task(self._parts.workers.run(stop)), asyncio.create_task(sender.run(stop))]

        async def place(left: Iterator[int]) -> None:
            for _ in left:
                await self._person(next(addresses))

        try:
            await place(iter(range(WARM_UP)))
            self._turns.clear()
            began, spent, left = time.perf_counter(), time.process_time(), iter(range(people))
            await asyncio.gather(*(place(left) for _ in range(min(at_once, people))))
            return _Measured(time.perf_counter() - began, time.process_time() - spent, self._turns)
        finally:
            stop.set()
            await asyncio.gather(*running)

    async def _person(self, address: str) -> None:
        seen = self._channel.people[address] = asyncio.Queue()
        words = "/start"
        for _ in range(MOST_TURNS):
            began = time.perf_counter()
            await self._parts.take_in([self._arrival(address, words)])
            async with asyncio.timeout(PATIENCE):
                question = await seen.get()
            self._turns.append((time.perf_counter() - began) * 1000)
            if question == "home":
                del self._channel.people[address]
                return
            words = self._answers[question]
        raise RuntimeError("the conversation does not come to an end")

    def _arrival(self, address: str, words: str) -> Arrival:
        number = next(self._numbers)
        chat = {"id": int(address), "type": "private", "first_name": "Zhang"}
        message: dict[str, Any] = {"message_id": number, "date": 0, "chat": chat, "from": chat, "text": words}
        payload = json.dumps({"update_id": number, "message": message}, ensure_ascii=False).encode()
        return Arrival(ChannelName.TELEGRAM, str(number), address, payload)
