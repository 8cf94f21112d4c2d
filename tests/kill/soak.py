"""`python -m tests.kill.soak`: 1,000 seeded deaths over polling and webhook, SQLite and PostgreSQL.

Prints what was found and ends with status 1 where anything was lost, doubled or out of order.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from tests.kill.series import Series, Verdict
from tests.postgres import postgres_server

KILLS_A_SERIES = 10
_ONE_MIGRATES = Lock()
"""Alembic keeps the migration that is under way in globals."""


def one_series(database: str, mode: str, seed: int, kills: int) -> Verdict:
    if database == "sqlite":
        with tempfile.TemporaryDirectory(prefix="hurentong-kill-") as folder:
            return _begun(f"sqlite:///{Path(folder) / 'kill.db'}", mode, seed).run(kills)
    with postgres_server().database() as url:
        return _begun(url, mode, seed).run(kills)


def _begun(url: str, mode: str, seed: int) -> Series:
    with _ONE_MIGRATES:
        return Series(url, mode, seed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parallel", type=int, default=2)
    chosen = parser.parse_args()
    combinations = [(database, mode) for database in ("sqlite", "postgres") for mode in ("polling", "webhook")]
    series = -(-chosen.kills // KILLS_A_SERIES)
    plan = [(*combinations[number % 4], chosen.seed + number) for number in range(series)]
    began = time.monotonic()
    total = Verdict()
    faults: list[str] = []
    by_combination: Counter[str] = Counter()
    with ThreadPoolExecutor(chosen.parallel) as pool:
        running = [
            (database, mode, seed, pool.submit(one_series, database, mode, seed, KILLS_A_SERIES))
            for database, mode, seed in plan
        ]
        for done, (database, mode, seed, future) in enumerate(running, 1):
            verdict = future.result()
            total.kills += verdict.kills
            total.said += verdict.said
            total.uncertain += verdict.uncertain
            total.by_point += verdict.by_point
            total.missing_sends += verdict.missing_sends
            by_combination[f"{database} {mode}"] += verdict.kills
            faults += [f"{database} {mode} seed {seed}: {fault}" for fault in verdict.faults]
            sys.stdout.write(f"{done}/{series} series, {total.kills} kills, {len(faults)} faults\n")
            sys.stdout.flush()
    report(total, by_combination, faults, time.monotonic() - began)
    return 1 if faults else 0


def report(total: Verdict, by_combination: Counter[str], faults: list[str], seconds: float) -> None:
    lines = [
        f"kills {total.kills} in {seconds:.0f} s; messages {total.said}",
        *(f"  {name}: {count}" for name, count in sorted(by_combination.items())),
        *(f"  died at {point}: {count}" for point, count in sorted(total.by_point.items())),
        f"uncertain {total.uncertain}, of which never sent {len(total.missing_sends)}",
        f"faults {len(faults)}",
        *faults,
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
