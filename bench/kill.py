"""Updates that a death loses: 300 people have written, the bot is killed (SIGKILL) at work and started again.

`python -m bench.kill`. Everybody wrote /start before the bot was up. Lost is who has no answer when nothing comes any
more; doubled is who got one twice. The product's promise: nobody lost, at most one in doubt a kill.
"""

import argparse
import asyncio
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.bot_api import BotApi, Json, Shown
from bench.turns import AIOGRAM, BOTS, PICKLED, PRODUCT, PTB, command, running
from tests.program import free_port

PEOPLE = 300
FIRST_CHAT = 5_000
LATENCY = 0.02
"""Seconds that every call takes, so that there is something on the way when the bot dies."""
RATE = 30.0
"""Messages a second of the product; its peers send as fast as they can."""
QUIET = 4.0
"""Seconds without a message after which nothing more is expected."""
SETTLED = 60.0


@dataclass(frozen=True, slots=True)
class Loss:
    """One kill."""

    answered: int
    """Before it."""
    lost: int
    doubled: int
    in_doubt: int
    """Of the lost: marked and shown as uncertain."""


class Server(BotApi):
    """Keeps what was not confirmed, as Telegram does: over the webhook it comes again until it is answered 200."""

    def __init__(self, latency: float) -> None:
        self.got: Counter[int] = Counter()
        self.heard_at = time.monotonic()
        super().__init__(self._took, latency=latency)

    def _took(self, chat: int, _: Shown) -> None:
        self.got[chat] += 1
        self.heard_at = time.monotonic()

    async def deliver(self, update: Json) -> None:
        """Over the webhook, again and again until it is taken."""
        while True:
            with suppress(OSError, asyncio.IncompleteReadError, AssertionError):
                await self.send(update)
                return
            await asyncio.sleep(0.2)

    async def quiet(self) -> None:
        """Returns when nothing has come for a while."""
        end = time.monotonic() + SETTLED
        while time.monotonic() < min(end, self.heard_at + QUIET):  # noqa: ASYNC110 - the end moves
            await asyncio.sleep(0.1)


def start(chat: int, number: int) -> Json:
    """/start of one person."""
    person = {"id": chat, "type": "private", "is_bot": False, "first_name": "Zhang", "language_code": "zh-hans"}
    entity = {"type": "bot_command", "offset": 0, "length": 6}
    said = {"message_id": number, "date": 1_700_000_000, "chat": person, "from": person, "text": "/start"}
    return {"message": {**said, "entities": [entity]}}


async def measure(bot: str, mode: str, folder: Path, share: float) -> Loss:
    """One run; the bot is killed as soon as it has answered that share of the people."""
    api, numbers, port = Server(LATENCY), count(1), free_port()
    base_url = f"http://127.0.0.1:{await api.serve()}/bot"
    arguments, settings = command(bot, mode, base_url, port, folder, RATE)
    updates = [start(FIRST_CHAT + each, next(numbers)) for each in range(PEOPLE)]
    if mode == "polling":
        for update in updates:
            await api.send(update)
    posting: list[asyncio.Task[None]] = []
    with running(arguments, settings, folder) as first:
        if mode == "webhook":
            async with asyncio.timeout(60):
                await api.connect()
            posting = [asyncio.create_task(api.deliver(update)) for update in updates]
        async with asyncio.timeout(60):
            while len(api.got) < PEOPLE * share:  # noqa: ASYNC110 - a count, looked at often
                await asyncio.sleep(0.002)
        first.kill()
        answered = len(api.got)
    with running(arguments, settings, folder):
        await asyncio.sleep(3)
        api.heard_at = time.monotonic()
        if posting:
            await asyncio.wait(posting, timeout=SETTLED)
        await api.quiet()
    for task in posting:
        task.cancel()
    await api.close()
    uncertain = in_doubt(folder) if bot == PRODUCT else 0
    return Loss(answered, PEOPLE - len(api.got), sum(times > 1 for times in api.got.values()), uncertain)


def in_doubt(folder: Path) -> int:
    """Messages of which the product says that it does not know whether they arrived."""
    with closing(sqlite3.connect(folder / "data/hurentong.db")) as database:
        return int(database.execute("SELECT count(*) FROM outbox WHERE state = 'uncertain'").fetchone()[0])


def losses(bot: str, mode: str, share: float) -> Loss:
    """One run in a folder of its own."""
    with TemporaryDirectory() as name:
        return asyncio.run(measure(bot, mode, Path(name), share))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints; exit status 1 where the product lost anybody."""
    parser = argparse.ArgumentParser(prog="bench.kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--modes", nargs="+", default=("polling", "webhook"))
    parser.add_argument("--bots", nargs="+", choices=BOTS, default=(PRODUCT, PTB, PICKLED, AIOGRAM))
    chosen = parser.parse_args(arguments)
    lines = [f"{'':22}{'answered before':>16}{'lost: min':>11}{'median':>8}{'max':>6}{'doubled':>9}{'in doubt':>10}"]
    kept = True
    for mode in chosen.modes:
        for bot in chosen.bots:
            found = [losses(bot, mode, (number + 1) / (chosen.rounds + 1) / 2) for number in range(chosen.rounds)]
            lost = sorted(each.lost for each in found)
            doubled, doubt = max(each.doubled for each in found), max(each.in_doubt for each in found)
            before = median(each.answered for each in found)
            lines.append(
                f"{mode:10}{bot:12}{before:16.0f}{lost[0]:11}{median(lost):8.0f}{lost[-1]:6}{doubled:9}{doubt:10}"
            )
            if bot == PRODUCT:
                kept = kept and all(each.doubled == 0 and each.lost <= min(1, each.in_doubt) for each in found)
    sys.stdout.write(f"{PEOPLE} people wrote before; {chosen.rounds} kills each\n" + "\n".join(lines) + "\n")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
