"""A child of `bot.children`: does one piece of work."""

import json
import os
import sys
import time
from contextlib import suppress

from bot.child_work import WORK
from bot.parts import open_store
from bot.settings import read_settings

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
    store = open_store(read_settings())
    try:
        result = WORK[wanted["kind"]](store, wanted["job"], _Teller())
    finally:
        store.close()
    _tell({"result": result})


if __name__ == "__main__":
    main()
