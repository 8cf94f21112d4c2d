"""From the start of the process to a served page, and what it weighs: `python -m bench.startup`.

Promises: a page at most 1.0 s after the start, at most 120 MB at rest before the classifier is loaded.
"""

import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from tests.program import Program

STARTS = 7
PAGE_SECONDS = 1.0
REST_MEGABYTES = 120.0


def main() -> int:
    """Measures, prints, and says by the exit status whether the promises hold."""
    pages: list[float] = []
    weights: list[float] = []
    processor: list[float] = []
    with TemporaryDirectory() as name:
        for number in range(STARTS + 1):
            program = Program(Path(name) / "data")
            started = time.perf_counter()
            program.start()
            weights.append(_megabytes(program))
            with urlopen(f"{program.address}/", timeout=10) as page:
                page.read()
            if number:  # the first one also migrates
                pages.append(time.perf_counter() - started)
                processor.append(_processor_seconds(program))
            program.stop()
    sys.stdout.write(
        f"first page      min {min(pages):.2f}  median {median(pages):.2f}  max {max(pages):.2f} s\n"
        f"processor time  median {median(processor):.2f} s until then (all threads)\n"
        f"memory          median {median(weights):.0f} MB when it begins to serve\n"
    )
    return 0 if median(pages) <= PAGE_SECONDS and median(weights) <= REST_MEGABYTES else 1


def _megabytes(program: Program) -> float:
    status = _proc(program, "status")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def _processor_seconds(program: Program) -> float:
    fields = _proc(program, "stat").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _proc(program: Program, name: str) -> str:
    assert program.process is not None
    return Path(f"/proc/{program.process.pid}/{name}").read_text("utf8")


if __name__ == "__main__":
    sys.exit(main())
