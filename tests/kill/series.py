"""A series of deaths: people write without pause while the process is killed again and again; then it is counted."""

import random
import signal
import socket
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from multiprocessing.context import ForkServerProcess
from typing import Any

from sqlalchemy import Connection, select

from bot.faults import POINTS
from bot.store import conversations, timers
from bot.store.schema import migrate
from bot.store.states import InboxStatus, OutboxState
from bot.store.store import Store
from bot.store.tables import account, inbox, outbox, timer, unit
from dialogs.cards import Card
from tests.bot.tiny import now, text_of
from tests.kill.child import Setting, end_of, is_alive, start
from tests.peers.telegram_server import TelegramServer
from tests.postgres import RING

PEOPLE = 5
FIRST_ID = 700
LIFE_SECONDS = 2.0
"""How long a process may live without coming to its point of death; then it is killed where it stands."""
DRAIN_SECONDS = 40.0
POINTS_IN_SERIES = tuple(point for point in POINTS if point not in ("job_done", "passive_claimed", "passive_written"))
"""Points that the tiny program comes by."""


@dataclass
class Verdict:
    """What was found after a series; everything but `uncertain` must be empty or zero."""

    kills: int = 0
    by_point: Counter[str] = field(default_factory=Counter)
    said: int = 0
    lost: list[str] = field(default_factory=list)
    doubled_effects: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    started_over: list[str] = field(default_factory=list)
    doubled_sends: list[str] = field(default_factory=list)
    missing_sends: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    """Doubled or missing sends whose row is not `uncertain`."""
    timers_lost: int = 0
    uncertain: int = 0

    @property
    def faults(self) -> list[str]:
        """What must not be."""
        found = [f"lost {each}" for each in self.lost]
        found += [f"applied twice {each}" for each in self.doubled_effects]
        found += [f"out of order {each}" for each in self.out_of_order]
        found += [f"started over {each}" for each in self.started_over]
        found += [f"sent twice {each}" for each in self.doubled_sends]
        found += [f"not marked {each}" for each in self.unmarked]
        if len(self.missing_sends) > self.kills:
            found.append(f"{len(self.missing_sends)} missing sends after {self.kills} kills")
        if self.timers_lost:
            found.append(f"{self.timers_lost} timers did not fire")
        return found


class Series:
    """Kills a process `kills` times and looks at what is left."""

    def __init__(self, database: str, mode: str, seed: int) -> None:
        self._database = database
        self._mode = mode
        self._dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._said: dict[int, list[str]] = {FIRST_ID + each: [] for each in range(PEOPLE)}
        self._words = count()
        self._port = _free_port()
        self._timers = 0
        self._store = Store(database, RING)
        migrate(self._store.engine)

    def run(self, kills: int) -> Verdict:
        """The whole series."""
        verdict = Verdict()
        with TelegramServer(speed=10.0 if self._mode == "webhook" else 1.0) as server:
            server.crowd(FIRST_ID, PEOPLE)
            for _ in range(kills):
                verdict.by_point[self._life(server)] += 1
                verdict.kills += 1
            self._drain(server)
            self._judge(server, verdict)
        self._store.close()
        return verdict

    def _life(self, server: TelegramServer) -> str:
        """One process from birth to death; returns where it died."""
        point = self._dice.choice((*POINTS_IN_SERIES, "an instant", "an instant"))
        fault = "" if point == "an instant" else f"{point}:{self._dice.randint(1, 8)}"
        self._talk(server, self._dice.randint(0, 4))
        child = self._start(server, fault)
        end = time.monotonic() + (self._dice.uniform(0.0, 0.6) if not fault else LIFE_SECONDS)
        spoken = 0
        while is_alive(child) and time.monotonic() < end:
            if spoken < 14:
                self._talk(server, 1)
                spoken += 1
            time.sleep(self._dice.uniform(0.0, 0.02))
        if is_alive(child):
            child.kill()
            point = "an instant"
        code = end_of(child)
        assert code == -signal.SIGKILL, f"the child ended by itself ({code}) at {fault}"
        child.close()
        return point

    def _talk(self, server: TelegramServer, messages: int) -> None:
        lines = []
        for _ in range(messages):
            person = self._dice.choice(tuple(self._said))
            word = f"w{next(self._words)}"
            self._said[person].append(word)
            lines.append((person, word))
        if lines:
            server.say_many(lines)
        if self._dice.random() < 0.2:
            self._timers += 1
            due = now() + timedelta(milliseconds=self._dice.randint(0, 500))
            subject = str(self._timers)
            self._store.write_now(lambda connection: timers.set_timer(connection, "count", subject, due, now()))

    def _start(self, server: TelegramServer, fault: str) -> ForkServerProcess:
        return start(
            Setting(
                database=self._database,
                mode=self._mode,
                fault=fault,
                telegram=server.base_url,
                token=server.token,
                port=self._port,
            )
        )

    def _drain(self, server: TelegramServer) -> None:
        """A last process that nobody kills, until everything is done; then it is stopped in the polite way."""
        child = self._start(server, "")
        end = time.monotonic() + DRAIN_SECONDS
        while not self._finished(server):
            assert time.monotonic() < end, f"it does not come to an end: {self._store.read_now(_leftovers)}"
            assert is_alive(child), "the last child ended by itself"
            time.sleep(0.05)
        child.terminate()
        assert end_of(child) == 0
        child.close()

    def _finished(self, server: TelegramServer) -> bool:
        return server.pending() == 0 and not any(self._store.read_now(_leftovers).values())

    def _judge(self, server: TelegramServer, verdict: Verdict) -> None:
        found = self._store.read_now(_findings)
        verdict.said = sum(map(len, self._said.values()))
        verdict.uncertain = len(found.uncertain)
        verdict.timers_lost = self._timers - found.timers
        for person, said in self._said.items():
            recorded = found.words.get(str(person), [])
            versions = Counter(found.answers.get(str(person), []))
            verdict.lost += [word for word in said if word not in recorded or word not in versions]
            verdict.doubled_effects += [word for word, times in versions.items() if times > 1]
            if recorded != said and not verdict.lost:
                verdict.out_of_order.append(f"{person}: {recorded} instead of {said}")
            if len(recorded) < len(versions):
                verdict.started_over.append(str(person))
            seen = Counter(message.text for message in server.person(person).received)
            verdict.doubled_sends += [word for word in said if seen[word] > 1]
            missing = [word for word in said if seen[word] == 0]
            verdict.missing_sends += missing
            verdict.unmarked += [word for word in missing if word not in found.uncertain]


@dataclass
class _Findings:
    words: Mapping[str, list[Any]]
    answers: Mapping[str, list[Any]]
    uncertain: set[str]
    timers: int


def _leftovers(connection: Connection) -> dict[str, int]:
    """How much is still under way."""
    waiting = connection.execute(select(inbox.c.id).where(inbox.c.status == InboxStatus.WAITING)).all()
    unsent = connection.execute(
        select(outbox.c.id).where(outbox.c.state.in_([OutboxState.WAITING, OutboxState.SENDING]))
    ).all()
    unfired = connection.execute(select(timer.c.id).where(timer.c.finished_at.is_(None))).all()
    return {"inbox": len(waiting), "outbox": len(unsent), "timers": len(unfired)}


def _findings(connection: Connection) -> _Findings:
    words: dict[str, list[Any]] = {}
    versions: dict[str, list[Any]] = {}
    for row in connection.execute(select(account.c.address, account.c.person_id)).all():
        conversation = conversations.find(connection, row.person_id)
        words[row.address] = [each.value for each in conversation.main.answers.values()]
        versions[row.address] = [each.value for each in conversations.answers(connection, conversation.id)]
    cards = connection.execute(select(outbox.c.card).where(outbox.c.state == OutboxState.UNCERTAIN)).scalars()
    fired = connection.execute(select(unit.c.id).where(unit.c.name.like("timer %"))).all()
    uncertain = {text_of(Card.model_validate_json(card)) for card in cards}
    return _Findings(words, versions, uncertain, len(fired))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
