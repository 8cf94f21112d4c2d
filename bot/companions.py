"""Further worker processes beside this one: started, started anew when one dies, stopped with the program."""

import asyncio
import signal
import sys
from asyncio.subprocess import Process

import structlog

from bot.wakeups import first

log = structlog.get_logger(__name__)

STOP_SECONDS = 9.0
"""As long as the program gives its own parts."""
PAUSES = (0.5, 2.0, 10.0, 30.0)
"""Seconds before one is started anew, the last for every further death."""
STEADY_SECONDS = 60.0
"""Who has worked so long is started anew at once."""
COMMAND = (sys.executable, "-m", "bot.cli.main", "run", "--role", "worker")


async def accompany(count: int, stop: asyncio.Event, command: tuple[str, ...] = COMMAND) -> None:
    """Keeps so many processes going until `stop` is set, then has them finish what they have begun."""
    await asyncio.gather(*(_keep_one(stop, command) for _ in range(count)))


async def _keep_one(stop: asyncio.Event, command: tuple[str, ...]) -> None:
    loop, deaths = asyncio.get_running_loop(), 0
    while not stop.is_set():
        began = loop.time()
        process = await asyncio.create_subprocess_exec(*command)
        ended = asyncio.ensure_future(process.wait())
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait((ended, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if stop.is_set():
            await _end(process)
            return
        deaths = 0 if loop.time() - began > STEADY_SECONDS else deaths + 1
        log.warning("companion.died", status=process.returncode, deaths=deaths)
        await first(stop.wait(), seconds=PAUSES[min(deaths, len(PAUSES)) - 1] if deaths else 0.0)


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        log.warning("companion.cut_off")
        process.kill()
        await process.wait()
