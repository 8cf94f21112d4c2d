"""Waiting for whichever comes first, and for work in threads that do not hold up the end of the program."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def first(*waits: Coroutine[Any, Any, Any], seconds: float) -> None:
    """Returns when one of the waits is over, or after so many seconds."""
    tasks = [asyncio.ensure_future(each) for each in waits]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def heard(event: asyncio.Event, seconds: float) -> None:
    """Returns when the event is set, or after so many seconds. Cheaper than `first`: it makes no task."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def in_daemon_thread(work: Callable[[], T]) -> T:
    """Runs the work in a thread of its own. Unlike asyncio.to_thread's, the program does not wait for it at its end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        try:
            outcome: tuple[T | None, Exception | None] = (work(), None)
        except Exception as error:
            outcome = (None, error)
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=run, name="slow-work", daemon=True).start()
    return await done
