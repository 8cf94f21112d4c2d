"""Work that would hold the interpreter for seconds, done by processes of their own: turns go on beside them.

A child reads its work from standard input and writes JSON lines to standard output: {"progress": [done, all]} as it
goes on, at last {"result": …} or {"failed": …, "where": …}. It opens the database by the same settings, and gives way
to everybody else.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from threading import Lock, Timer
from typing import Any

import structlog

from bot.errors import ChildFailedError
from bot.settings import Settings

log = structlog.get_logger(__name__)

SECONDS = 600
"""How long one piece of work may take."""

Progress = Callable[[int, int], None]
"""Told (done, all)."""


class Children:
    """Starts them, hears their progress, ends them when the program ends."""

    def __init__(self, settings: Settings) -> None:
        self._environment = _environment(settings)
        self._lock = Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    def work(self, kind: str, job: dict[str, Any], progress: Progress) -> Any:
        """The result of one piece of work (`bot.child_work` has the kinds). Raises ChildFailedError."""
        child = self._start()
        timer = Timer(SECONDS, child.kill)
        timer.start()
        try:
            assert child.stdin is not None and child.stdout is not None  # noqa: S101 - both are pipes
            child.stdin.write(json.dumps({"kind": kind, "job": job}).encode())
            child.stdin.close()
            for line in child.stdout:
                told = json.loads(line)
                if "progress" in told:
                    progress(*told["progress"])
                elif "failed" in told:
                    log.error("child.failed", kind=kind, error=told["failed"], where=told["where"])
                    break
                else:
                    return told["result"]
            raise ChildFailedError(f"{kind}: the process ended without a result (status {child.wait()})")
        except (OSError, ValueError) as error:
            raise ChildFailedError(f"{kind}: {type(error).__name__}") from error
        finally:
            timer.cancel()
            self._leave(child)

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._ended:
                raise ChildFailedError("the program is ending")
            child = subprocess.Popen(
                [sys.executable, "-m", "bot.child_main"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                start_new_session=True,  # Ctrl-C in the terminal is the parent's to answer
            )
            self._running.add(child)
            return child

    def _leave(self, child: "subprocess.Popen[bytes]") -> None:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        with self._lock:
            self._running.discard(child)

    def end(self) -> None:
        """Ends what is under way: it is begun anew by whoever starts next."""
        with self._lock:
            self._ended = True
            for child in self._running:
                child.kill()


def _environment(settings: Settings) -> dict[str, str]:
    """The settings that lead to the same database, whatever directory or .env file they came from."""
    own = {"DATABASE_URL": settings.database, "DATA_DIR": str(settings.data_dir.absolute())}
    for name in ("secret_key", "secret_key_previous"):
        value = getattr(settings, name, None)
        if value is not None:
            own[name.upper()] = value.get_secret_value()
    return {**os.environ, **{f"HURENTONG_{name}": value for name, value in own.items()}}
