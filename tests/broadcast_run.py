"""A broadcast by the real program against the emulated Bot API, each in a process of its own, and what it came to."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bot.channels.base import ChannelName
from bot.parts import open_store
from bot.settings import Settings
from bot.store import broadcasts, deliveries, people
from bot.store.schema import migrate
from bot.store.states import Kind, OutboxState
from bot.store.store import Store
from bot.store.tables import account, delivery, outbox
from domain.broadcast import BroadcastState, DeliveryState, Report
from tests.bot.tiny import now
from tests.peers.telegram_server import TOKEN, RemoteTelegram
from tests.program import Program, free_port

FIRST_ID = 100_000
LIVE_ID = 10
TEXT = "您好，{name}，宣讲会的资料请到群里取。"
START_SECONDS = 20.0
OK = 200
PATIENCE = 5.0
"""Seconds after which an answer counts as missing."""


_REPLIES_IN_DOUBT = select(func.count()).where(outbox.c.kind == Kind.REPLY, outbox.c.state == OutboxState.UNCERTAIN)


@contextmanager
def emulator(folder: Path, scenario: str) -> Iterator[RemoteTelegram]:
    """The Bot API in a process of its own; `scenario` is TOML with `limits` and `faults`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "scenario.toml"
    file.write_text(scenario, "utf8")
    port = free_port()
    server = [sys.executable, "-m", "tests.peers.telegram_server", "--port", str(port), "--scenario", str(file)]
    process = subprocess.Popen(server)
    telegram = RemoteTelegram(f"http://127.0.0.1:{port}/control")
    try:
        _wait_for(telegram)
        yield telegram
    finally:
        telegram.close()
        process.kill()
        process.wait()


def _wait_for(telegram: RemoteTelegram) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            telegram.statistics()
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


@dataclass
class Outcome:
    """What a run came to. Times are in seconds."""

    report: Report
    seconds: float
    limits: dict[str, float]
    faults: dict[str, int]
    replies: list[float] = field(default_factory=list)
    replies_missing: int = 0
    """Live replies that did not come."""
    replies_in_doubt: int = 0
    """Live replies that the platform failed (5xx, a broken connection): shown as uncertain, not repeated in silence."""
    received: Counter[int] = field(default_factory=Counter)
    """Messages of the broadcast that the platform took, by chat."""
    states: dict[int, DeliveryState] = field(default_factory=dict)
    kills: int = 0

    @property
    def share_used(self) -> float:
        """Of the messages that the moving limit would have let through, how many went."""
        return self.limits["share_used"]

    @property
    def violations(self) -> float:
        """Requests made inside a retry_after."""
        return self.limits["violations_bot"] + self.limits["violations_chat"]

    @property
    def slowest_percentile(self) -> float:
        """The time to a live reply that 99 in 100 do not exceed."""
        return sorted(self.replies)[max(0, round(0.99 * len(self.replies)) - 1)] if self.replies else 0.0


class BroadcastRun:
    """`recipients` people, one broadcast, and some who write meanwhile. `rate` is HURENTONG_TELEGRAM_RATE."""

    def __init__(self, folder: Path, telegram: RemoteTelegram, *, recipients: int, rate: float, live: int = 4) -> None:
        self.telegram = telegram
        self.recipients, self.live = recipients, live
        self.program = Program(
            folder / "data",
            TELEGRAM_TOKEN=TOKEN,
            TELEGRAM_BASE_URL=telegram.base_url,
            TELEGRAM_RATE=str(rate),
            SECRET_KEY="a secret that only the tests use",
            QUIET_HOURS="00:00-00:00",
            APPROVAL_SIZE=str(recipients + live),
        )
        self.program.folder.mkdir(parents=True, exist_ok=True)
        self.store: Store = open_store(
            Settings(_env_file=None, data_dir=self.program.folder, secret_key="a secret that only the tests use")
        )
        migrate(self.store.engine)
        telegram.crowd(FIRST_ID, recipients)
        telegram.crowd(LIVE_ID, live)
        ids = [*range(FIRST_ID, FIRST_ID + recipients), *range(LIVE_ID, LIVE_ID + live)]
        self.store.write_now(lambda c: [people.make(c, (ChannelName.TELEGRAM, str(each)), now()) for each in ids])

    def begin(self) -> int:
        """Starts the broadcast on the command line, as an operator does; returns its number."""
        file = self.program.folder / "text.txt"
        file.write_text(TEXT, "utf8")
        done = self.program.run("broadcast", "start", "--text", str(file), "--audience", "{}", "--yes")
        assert done.returncode == 0, done.stderr
        return int(done.stdout.strip().splitlines()[-1].split("\t")[0])

    def finished(self, number: int) -> bool:
        """Whether every recipient's delivery has ended."""
        seen = self.store.read_now(lambda c: broadcasts.find(c, number))
        return seen is not None and seen.state is BroadcastState.FINISHED

    def done(self, number: int) -> int:
        """How many deliveries have ended."""
        seen = self.store.read_now(lambda c: broadcasts.find(c, number))
        assert seen is not None
        return self.store.read_now(lambda c: deliveries.report(c, seen)).done

    def talk_until(self, number: int, seconds: float, every: float = 0.5) -> list[float | None]:
        """One of the live people writes again and again until it has finished; returns how long each answer took, None
        where none came.
        """
        replies: list[float | None] = []
        end = time.monotonic() + seconds
        while not self.finished(number):
            assert time.monotonic() < end, self.program.written()[-2000:]
            person = self.telegram.person(LIVE_ID + len(replies) % self.live)
            before, begun = self._heard(person.id), time.monotonic()
            person.say("/help")
            while self._heard(person.id) == before and time.monotonic() < begun + PATIENCE:
                time.sleep(0.01)
            took = time.monotonic() - begun
            replies.append(took if took < PATIENCE else None)
            time.sleep(max(0.0, every - took))
        return replies

    def _heard(self, chat: int) -> int:
        """Replies that the platform took for this chat; broadcasts to it are not counted."""
        return sum(TEXT[-8:] not in each.text for each in self.telegram.person(chat).received)

    def outcome(self, number: int, begun: float, replies: Sequence[float | None]) -> Outcome:
        """What it came to, by the database and by the platform."""
        seconds = time.monotonic() - begun
        figures = self.telegram.statistics()
        query = (
            select(account.c.address, delivery.c.state)
            .join(account, account.c.person_id == delivery.c.person_id)
            .where(delivery.c.broadcast_id == number)
        )
        states = {int(row.address): row.state for row in self.store.read_now(lambda c: c.execute(query).all())}
        seen = self.store.read_now(lambda c: broadcasts.find(c, number))
        assert seen is not None
        report = self.store.read_now(lambda c: deliveries.report(c, seen))
        took: Counter[int] = Counter()
        for request in self.telegram.requests("sendMessage"):
            if request["chat_id"] is not None and (request["status"] == OK or request["fault"] == "reset_after"):
                took[request["chat_id"]] += 1
        return Outcome(
            report=report,
            seconds=seconds,
            limits=figures["limits"],
            faults=figures.get("faults", {}),
            replies=[each for each in replies if each is not None],
            replies_missing=sum(each is None for each in replies),
            replies_in_doubt=self.store.read_now(lambda c: c.execute(_REPLIES_IN_DOUBT).scalar_one()),
            received=took,
            states=states,
        )

    def close(self) -> None:
        """Lets go of the database."""
        self.store.close()
