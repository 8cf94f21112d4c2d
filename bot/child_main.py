"""A child of `bot.children`: does one piece of work."""

import json
import os
import sys
import time
from contextlib import suppress
from typing import Any

from bot.child_work import WORK
from bot.parts import open_store
from bot.settings import read_settings
from bot.traces import where

NICE = 10
"""Turns come first."""
PROGRESS_SECONDS = 0.5


class _Teller:
    """Tells the parent how far it is, not for every row."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told >= PROGRESS_SECONDS:
            self._told = time.monotonic()
            _tell({"progress": [done, total]})


def _tell(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Reads the work, does it, tells its result; ends otherwise without one."""
    with suppress(OSError, AttributeError):  # not every system can
        os.nice(NICE)
    wanted = json.load(sys.stdin)
    try:
        _tell({"result": _work(wanted["kind"], wanted["job"])})
    except Exception as error:
        _tell({"failed": type(error).__name__, "where": where(error)})  # never its text: it may quote personal data
        sys.exit(1)


def _work(kind: str, job: dict[str, Any]) -> Any:
    store = open_store(read_settings())
    try:
        return WORK[kind](store, job, _Teller())
    finally:
        store.close()


if __name__ == "__main__":
    main()
