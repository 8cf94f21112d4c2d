"""Turns a second: many people at once through the whole intake, the product beside the same conversation written with
python-telegram-bot and aiogram: `python -m bench.turns`.

The bot has one core, this driver the other. A turn is from an update's way out to the reply's arrival. The product's
turns are durable (SQLite, synchronous FULL); the peers keep everything in memory, or in a pickle.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.bot_api import BotApi
from bench.people import Crowd
from tests.program import free_port

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv-bench/bin/python"
TICKS = os.sysconf("SC_CLK_TCK")
FIRST, BOTH = "0", "0,1"
"""Cores, as taskset names them."""
PRODUCT, PTB, PICKLED, AIOGRAM = "product", "ptb", "ptb pickle", "aiogram"
BOTS = (PRODUCT, PTB, PICKLED, AIOGRAM)


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a bot."""

    mode: str
    people: int
    intakes: int
    warm: int
    """Intakes before any is counted."""
    latency: float = 0.0

    @property
    def title(self) -> str:
        """As the table's heading says it."""
        slow = f", {self.latency * 1000:.0f} ms on every Bot API call" if self.latency else ""
        return f"{self.mode}, {self.people} people at once{slow}"


@dataclass(frozen=True, slots=True)
class Figures:
    """One round of one bot."""

    rate: float
    """Turns a second."""
    p50: float
    p95: float
    p99: float
    """Milliseconds of a turn."""
    processor: float
    """Milliseconds of processor time a turn, all threads."""
    memory: float
    """Megabytes resident at the end."""


def command(
    bot: str, mode: str, base_url: str, port: int, folder: Path, rate: float = 1000.0
) -> tuple[list[str], dict[str, str]]:
    """How the bot is started; `rate`: messages a second that the product may send (its peers know no limit)."""
    if bot == PRODUCT:
        settings = {
            "DATA_DIR": str(folder / "data"),
            "PORT": str(port),
            "TELEGRAM_TOKEN": "1:token",
            "TELEGRAM_BASE_URL": base_url,
            "TELEGRAM_MODE": mode,
            "TELEGRAM_RATE": str(rate),
        }
        environment = {f"HURENTONG_{name}": value for name, value in settings.items()}
        return [sys.executable, "-m", "bot.cli.main", "run"], environment
    module = "with_aiogram" if bot == AIOGRAM else "with_ptb"
    pickle = [str(folder / "pickle")] if bot == PICKLED else []
    return [str(PEERS), "-m", f"bench.peers.{module}", mode, base_url, str(port), *pickle], {}


@contextmanager
def running(
    arguments: Sequence[str], settings: Mapping[str, str], folder: Path, *, cores: str = FIRST
) -> Iterator[subprocess.Popen[bytes]]:
    """The bot's process on these cores."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HURENTONG_")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["taskset", "-c", cores, *arguments],  # noqa: S607 - util-linux, wherever it is
            env=environment | dict(settings) | {"PYTHONPATH": str(ROOT)},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        except BaseException:
            sys.stderr.write((folder / "log").read_text("utf8", "replace")[-3000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def measure(bot: str, load: Load, folder: Path) -> Figures:
    """One round: some people to warm up, then the load."""
    crowd = Crowd()
    api = BotApi(crowd.deliver, latency=load.latency)
    base_url = f"http://127.0.0.1:{await api.serve()}/bot"
    arguments, settings = command(bot, load.mode, base_url, free_port(), folder)
    with running(arguments, settings, folder) as program:
        process = program.pid
        async with asyncio.timeout(60):
            await (api.connect() if load.mode == "webhook" else api.polled.wait())
        await asyncio.sleep(2)  # the product's classifier loads beside
        await crowd.pass_through(api, load.warm, at_once=load.warm)
        began, spent = perf_counter(), processor_seconds(process)
        turns = sorted(await crowd.pass_through(api, load.intakes, at_once=load.people))
        took, spent = perf_counter() - began, processor_seconds(process) - spent
        memory = megabytes(process)
        await api.close()
    p50, p95, p99 = (turns[int(len(turns) * share)] * 1000 for share in (0.5, 0.95, 0.99))
    return Figures(len(turns) / took, p50, p95, p99, spent * 1000 / len(turns), memory)


def processor_seconds(process: int) -> float:
    """Of all threads of the process so far."""
    fields = Path(f"/proc/{process}/stat").read_text("utf8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def megabytes(process: int) -> float:
    """Resident."""
    lines = Path(f"/proc/{process}/status").read_text("utf8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def rounds(load: Load, bots: Sequence[str], number: int) -> dict[str, list[Figures]]:
    """The bots by turns, so many times."""
    found: dict[str, list[Figures]] = {bot: [] for bot in bots}
    for _ in range(number):
        for bot in bots:
            with TemporaryDirectory() as name:
                found[bot].append(asyncio.run(measure(bot, load, Path(name))))
    return found


def table(found: Mapping[str, Sequence[Figures]]) -> list[str]:
    """Minimum, median and maximum of the rates; medians of the rest."""
    lines = [
        f"{'':12}{'turns/s: min':>14}{'median':>8}{'max':>7}"
        f"{'p50':>8}{'p95':>7}{'p99 ms':>8}{'CPU s/1000':>12}{'MB':>6}"
    ]
    for bot, figures in found.items():
        rates = [each.rate for each in figures]
        lines.append(
            f"{bot:12}{min(rates):14.0f}{median(rates):8.0f}{max(rates):7.0f}"
            f"{_median(figures, 'p50'):8.0f}{_median(figures, 'p95'):7.0f}{_median(figures, 'p99'):8.0f}"
            f"{_median(figures, 'processor'):12.2f}{_median(figures, 'memory'):6.0f}"
        )
    return lines


def _median(figures: Sequence[Figures], name: str) -> float:
    return float(median(getattr(each, name) for each in figures))


@dataclass(frozen=True, slots=True)
class Promise:
    """The product's figure as a ratio to a peer's: at least or at most so much."""

    figure: str
    peer: str
    at_least: float | None = None
    at_most: float | None = None

    def judged(self, found: Mapping[str, Sequence[Figures]]) -> tuple[bool, str]:
        """Whether it holds, and a line that says so. The ratio is of neighbours in time: the rounds' median."""
        pairs = zip(found[PRODUCT], found[self.peer], strict=True)
        ratio = median(getattr(ours, self.figure) / getattr(theirs, self.figure) for ours, theirs in pairs)
        if self.at_least is not None:
            held, limit = ratio >= self.at_least, f"at least {self.at_least}"
        else:
            held, limit = ratio <= (self.at_most or 0.0), f"at most {self.at_most}"
        return held, f"{self.figure} / {self.peer}: {ratio:.2f} ({limit}){'' if held else '  DOES NOT HOLD'}"


WEBHOOK = (
    Promise("rate", PTB, at_least=1.2),
    Promise("rate", AIOGRAM, at_least=1.0),
    Promise("processor", PTB, at_most=0.8),
    Promise("processor", AIOGRAM, at_most=1.0),
    Promise("p99", PTB, at_most=1.0),
    Promise("p99", AIOGRAM, at_most=1.0),
)
SLOW_OR_POLLING = (Promise("rate", AIOGRAM, at_least=1.0),)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints, and says by the exit status whether the promises hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--intakes", type=int, default=200, help="whole conversations a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bots", nargs="+", choices=BOTS, default=BOTS)
    parser.add_argument("--loads", nargs="+", default=("webhook", "slow", "polling"))
    chosen = parser.parse_args(arguments)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    people, intakes, few = chosen.people, chosen.intakes, max(1, chosen.rounds - 2)
    loads = {
        "webhook": (Load("webhook", people, intakes, people), chosen.rounds, WEBHOOK),
        "slow": (Load("webhook", people, people, 5, latency=0.05), few, SLOW_OR_POLLING),
        "polling": (Load("polling", people, intakes, people), chosen.rounds, SLOW_OR_POLLING),
    }
    good = True
    for name in chosen.loads:
        load, number, promises = loads[name]
        bots = [bot for bot in chosen.bots if bot != PICKLED or name == "webhook"]  # elsewhere PTB speaks for both
        found = rounds(load, bots, number)
        lines = [f"{load.title}; {number} rounds by turns", *table(found)]
        for promise in promises:
            if {promise.peer, PRODUCT} <= found.keys():
                held, line = promise.judged(found)
                good = good and held
                lines.append(line)
        sys.stdout.write("\n".join(lines) + "\n\n")
        sys.stdout.flush()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
