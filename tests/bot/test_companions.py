"""Further worker processes: as many as asked for, one that dies is replaced, all end with the program."""

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from bot.companions import accompany
from tests.bot.running import until
from tests.postgres import SECRET_KEY, postgres_server
from tests.program import Program

_OBEDIENT = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
open(os.path.join(sys.argv[1], str(os.getpid())), "w").close()
time.sleep(60)
"""


def alive(folder: Path) -> list[int]:
    found = []
    for each in folder.iterdir():
        with suppress(ProcessLookupError):
            os.kill(int(each.name), 0)
            found.append(int(each.name))
    return found


async def test_one_that_dies_is_replaced_and_all_end_when_told_to(tmp_path: Path) -> None:
    stop = asyncio.Event()
    kept = asyncio.ensure_future(accompany(2, stop, (sys.executable, "-c", _OBEDIENT, str(tmp_path))))
    await until(lambda: len(alive(tmp_path)) == 2, 10)

    os.kill(alive(tmp_path)[0], signal.SIGKILL)

    await until(lambda: len(list(tmp_path.iterdir())) == 3, 10)
    await until(lambda: len(alive(tmp_path)) == 2, 10)
    stop.set()
    async with asyncio.timeout(10):
        await kept
    assert alive(tmp_path) == []


def test_several_workers_need_postgresql(tmp_path: Path) -> None:
    done = Program(tmp_path).run("run", "--workers", "2")

    assert done.returncode == 2
    assert "PostgreSQL" in done.stderr


@pytest.mark.postgres
def test_the_program_runs_with_several_workers_and_stops_within_ten_seconds(tmp_path: Path) -> None:
    with (
        postgres_server().database() as url,
        Program(tmp_path / "data", "--workers", "3", DATABASE_URL=url, SECRET_KEY=SECRET_KEY) as program,
    ):
        assert program.process is not None
        children = Path(f"/proc/{program.process.pid}/task/{program.process.pid}/children")
        end = time.monotonic() + 20
        while len(children.read_text().split()) < 2:
            assert time.monotonic() < end, program.written()
            time.sleep(0.05)
        pids = [int(each) for each in children.read_text().split()]
        began = time.monotonic()

        assert program.stop() == 0

        assert time.monotonic() - began < 10
        for pid in pids:
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
