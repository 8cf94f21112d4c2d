"""The real program by a clock that the test can put forward: a process that reads it from a file.

It begins at BEGINNING and goes on by the real seconds, and by the hours that stand in the file.
"""

import os
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic

from tests.program import Program
from tests.transcripts.players import BEGINNING

CLOCK_FILE = "TEST_CLOCK_FILE"


class ClockedProgram(Program):
    """`hurentong run`; nothing but its clock is the test's."""

    module = "tests.transcripts.clocked_program"
    waited = timedelta()

    @property
    def now(self) -> datetime:
        """The program's time, but for the seconds that it has run."""
        return BEGINNING + self.waited

    @property
    def clock(self) -> Path:
        """Holds the hours."""
        return self.folder / "clock"

    @property
    def environment(self) -> dict[str, str]:
        root = str(Path(__file__).parents[2])
        return {**super().environment, "PYTHONPATH": root, CLOCK_FILE: str(self.clock)}

    def start(self, *, page: bool = True) -> "ClockedProgram":
        self.folder.mkdir(parents=True, exist_ok=True)
        self._put(self.waited)
        super().start(page=page)
        return self

    def __enter__(self) -> "ClockedProgram":
        return self.start()

    def wait(self, hours: float) -> None:
        """Puts the clock forward."""
        self._put(self.waited + timedelta(hours=hours))

    def _put(self, waited: timedelta) -> None:
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str(waited / timedelta(hours=1)))
        fresh.replace(self.clock)
        self.waited = waited


def _main() -> None:
    from bot import parts  # noqa: PLC0415 - tests that only start it need none of the program
    from bot.cli.main import main  # noqa: PLC0415

    began, file = monotonic(), Path(os.environ[CLOCK_FILE])

    def now() -> datetime:
        hours = float(file.read_text())
        return BEGINNING + timedelta(hours=hours, seconds=monotonic() - began)

    parts.assemble = partial(parts.assemble, now=now)
    main()


if __name__ == "__main__":
    sys.exit(_main())
