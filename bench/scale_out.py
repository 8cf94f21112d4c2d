"""More processes on PostgreSQL: turns a second with 1, 2 and 4, and the database's share: `python -m bench.scale_out`.

The whole intake over polling and a Bot API that answers at once, as in bench.turns. First all processors are free for
all: bot, database and this driver share them, so what two processes can give is bounded by what the machine has left.
The promise, that two give 1.6 times one where processors are free for them, is therefore judged with a quarter of a
processor for each process of the bot: what it can use then is free on any machine with two, and what is left to see is
whether they stand in each other's way.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg

from bench.bot_api import BotApi
from bench.people import Crowd
from bench.quota import Quota
from bench.turns import PRODUCT, command, processor_seconds
from tests.postgres import postgres_server
from tests.program import Program, free_port

PEOPLE = 50
PROCESSES = (1, 2, 4)
FEW = 20
"""Whole intakes where each process has but a share of a processor."""
SHARE = 0.25
"""Of a processor, for each process, where the promise is judged."""
PROMISED = 1.6


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: turns a second, milliseconds of processor time a turn of bot and database."""

    rate: float
    bot: float
    database: float

    @property
    def share(self) -> float:
        """The database's part of the processor time."""
        return self.database / (self.bot + self.database)


def families() -> Iterator[tuple[int, int, str]]:
    """(process, parent, name) of all that run."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            name, _, rest = (folder / "stat").read_text("utf8").partition(") ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield int(folder.name), int(rest.split()[1]), name.partition("(")[2]


def descendants(ancestor: int) -> set[int]:
    """A process and all that it started."""
    known, found = {ancestor}, list(families())
    while grown := {process for process, parent, _ in found if parent in known} - known:
        known |= grown
    return known


def seconds_of(ancestor: int) -> float:
    """Processor seconds of a process and all that it started."""
    total = 0.0
    for process in descendants(ancestor):
        try:
            total += processor_seconds(process)
        except FileNotFoundError:
            continue  # it has just ended
    return total


def postmaster(database: str) -> int:
    """The database server's first process: the parent of all that answer."""
    with psycopg.connect(database) as connection:
        backend = connection.info.backend_pid
        return next(parent for process, parent, _ in families() if process == backend)


async def measure(processes: int, people: int, folder: Path, share: float | None) -> Figures:
    """One round, each process with that share of a processor."""
    crowd, server = Crowd(), postgres_server(durable=True)
    api = BotApi(crowd.deliver)
    base_url = f"http://127.0.0.1:{await api.serve()}/bot"
    with ExitStack() as quotas, server.database() as database:
        _, settings = command(PRODUCT, "polling", base_url, free_port(), folder)
        named = {name.removeprefix("HURENTONG_"): value for name, value in settings.items()}
        named = {name: value for name, value in named.items() if name not in ("DATA_DIR", "PORT")}
        named |= {"DATABASE_URL": database, "SECRET_KEY": "a secret that only the tests use"}
        with Program(folder / "data", "--workers", str(processes), **named) as program:
            async with asyncio.timeout(60):
                await api.polled.wait()
            await asyncio.sleep(3)
            await crowd.pass_through(api, PEOPLE, at_once=PEOPLE)
            assert program.process is not None
            for process in descendants(program.process.pid) if share else ():
                quotas.enter_context(closing(Quota(str(process), share or 1.0))).take(process)
            main = postmaster(database)
            bot, database_spent = seconds_of(program.process.pid), seconds_of(main)
            began = perf_counter()
            turns = len(await crowd.pass_through(api, people, at_once=PEOPLE))
            took = perf_counter() - began
            bot, database_spent = seconds_of(program.process.pid) - bot, seconds_of(main) - database_spent
            program.stop()
        await api.close()
    return Figures(turns / took, bot * 1000 / turns, database_spent * 1000 / turns)


def rounds(people: int, number: int, share: float | None) -> dict[int, list[Figures]]:
    """So many rounds with each number of processes, by turns."""
    found: dict[int, list[Figures]] = {processes: [] for processes in PROCESSES}
    for _ in range(number):
        for processes, figures in found.items():
            with TemporaryDirectory() as name:
                figures.append(asyncio.run(measure(processes, people, Path(name), share)))
    return found


def table(found: Mapping[int, Sequence[Figures]]) -> list[str]:
    """Medians."""
    lines = [f"{'processes':12}{'turns/s':>9}{'x one':>7}{'bot ms':>9}{'database ms':>13}{'its share':>11}"]
    one = median(each.rate for each in found[1])
    for number, figures in found.items():
        rate = median(each.rate for each in figures)
        lines.append(
            f"{number:<12}{rate:9.0f}{rate / one:7.2f}"
            f"{median(each.bot for each in figures):9.2f}{median(each.database for each in figures):13.2f}"
            f"{median(each.share for each in figures):11.0%}"
        )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints; exit status 1 where the promise is judged and does not hold."""
    parser = argparse.ArgumentParser(prog="bench.scale_out", description=__doc__)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=2)
    chosen = parser.parse_args(arguments)
    out = sys.stdout.write
    processors = len(os.sched_getaffinity(0))
    out(f"{processors} processors for bot, database and driver\n")
    out("\n".join(table(rounds(chosen.people, chosen.rounds, None))) + "\n\n")
    try:
        limited = rounds(FEW, chosen.rounds, SHARE)
    except OSError as error:
        out(f"not judged: processes cannot be given a share of a processor here ({error})\n")
        return 0
    ratio = median(two.rate / one.rate for one, two in zip(limited[1], limited[2], strict=True))
    out(f"{SHARE:.0%} of a processor for each process of the bot\n" + "\n".join(table(limited)) + "\n")
    held = ratio >= PROMISED
    out(f"two give {ratio:.2f} x one (at least {PROMISED}){'' if held else '  DOES NOT HOLD'}\n")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
