"""Points at which a test may have the process killed: `HURENTONG_FAULT=point[:n]`, the n-th time it comes by.

Honoured only where `HURENTONG_TEST_FAULTS=1` says that this is a test. The death is SIGKILL: nothing is tidied up.
"""

import os
import signal
from collections.abc import Mapping
from threading import Lock

from bot.errors import SettingsError

POINTS: dict[str, str] = {
    "received": "an arrival was read from the platform, nothing is stored",
    "before_commit": "any transaction has done its work, nothing is committed",
    "committed": "any transaction is committed, nobody was told",
    "stored": "arrivals are committed to the inbox, the platform was not told",
    "claimed": "a turn has loaded the conversation and its message",
    "stepped": "the dialogue has answered, nothing is written",
    "turned": "a turn is committed, the sender was not woken",
    "sending_marked": "messages are marked `sending`, no request was written",
    "sent_unrecorded": "the platform took a message, the outbox does not know",
    "recorded": "the outbox knows how a send ended",
    "passive_claimed": "an answer's cards are marked `uncertain`, no byte of the answer was written",
    "passive_written": "the answer was written, its cards are not marked `sent`",
    "timer_fired": "a timer's work is done inside its transaction",
    "job_done": "slow work is finished, its result is not stored",
}
"""Every point and what stands at it (docs/durability.md lists them; a test compares)."""


class _Fuse:
    """Counts down the passes at one point."""

    def __init__(self, point: str, passes: int) -> None:
        self.point = point
        self._left = passes
        self._lock = Lock()

    def burn(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


_fuse: _Fuse | None = None


def arm(environment: Mapping[str, str]) -> None:
    """Reads the setting; raises SettingsError on a point that does not exist."""
    global _fuse  # noqa: PLW0603 - one process, one fuse
    _fuse = None
    setting = environment.get("HURENTONG_FAULT", "")
    if not setting or environment.get("HURENTONG_TEST_FAULTS") != "1":
        return
    point, _, passes = setting.partition(":")
    if point not in POINTS or not (passes or "1").isdigit():
        raise SettingsError(f"HURENTONG_FAULT={setting}: expected one of {', '.join(POINTS)}, optionally :n")
    _fuse = _Fuse(point, int(passes or "1"))


def reach(point: str) -> None:
    """The process is at this point; nothing happens unless a test armed it."""
    if _fuse is not None and _fuse.point == point:
        _fuse.burn()
