"""A share of a processor for a process, by the kernel's control groups: where they can be written (root)."""

import os
from pathlib import Path

PERIOD_US = 10_000
"""Short, so that a process which has used up its share does not stand still for long."""
_FIRST = Path("/sys/fs/cgroup/cpu")
"""Control groups, version 1: the cpu controller has a tree of its own."""
_SECOND = Path("/sys/fs/cgroup")


class Quota:
    """One group; what is put into it gets `share` of one processor. Raises OSError where that is not allowed."""

    def __init__(self, name: str, share: float) -> None:
        quota = int(share * PERIOD_US)
        first = _FIRST.exists()
        self._folder = (_FIRST if first else _SECOND) / f"hurentong-bench-{os.getpid()}-{name}"
        self._folder.mkdir()
        if first:
            (self._folder / "cpu.cfs_period_us").write_text(str(PERIOD_US), encoding="ascii")
            (self._folder / "cpu.cfs_quota_us").write_text(str(quota), encoding="ascii")
        else:
            (self._folder / "cpu.max").write_text(f"{quota} {PERIOD_US}", encoding="ascii")

    def take(self, process: int) -> None:
        """Puts the process, with all its threads, into the group."""
        (self._folder / "cgroup.procs").write_text(str(process), encoding="ascii")

    def close(self) -> None:
        """Removes the group, whose processes have ended."""
        self._folder.rmdir()
