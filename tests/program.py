"""The real program in a process of its own, for tests that use it as people do: `with Program(folder) as program:`."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

START_SECONDS = 30.0
_CODE = re.compile(r"/join ([A-Z0-9-]+)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """`hurentong run` with its data in `folder`. `settings` are names without the prefix."""

    module = "bot.cli.main"
    """What Python runs."""

    def __init__(self, folder: Path, *arguments: str, port: int | None = None, **settings: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.arguments = arguments
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "program.log"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HURENTONG_")}
        own = {"DATA_DIR": str(self.folder), "PORT": str(self.port), **self.settings}
        return {**kept, **{f"HURENTONG_{name}": value for name, value in own.items()}}

    def start(self, *, page: bool = True) -> "Program":
        """Starts it and, where it serves pages, waits until one answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, "run", *self.arguments],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        if page:
            self.wait_until_up()
        return self

    def wait_until_up(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            assert self.process is not None
            assert self.process.poll() is None, self.written()
            with suppress(URLError, ConnectionError), urlopen(f"{self.address}/healthz", timeout=2):
                return
            time.sleep(0.02)
        raise AssertionError(f"not up after {START_SECONDS} s: {self.written()}")

    def written(self) -> str:
        return self.log.read_text("utf8", "replace") if self.log.exists() else ""

    @property
    def code(self) -> str:
        """The one-time code that the first start printed."""
        found = _CODE.search(self.written())
        assert found, self.written()
        return found[1]

    def run(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Another command of the program on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "bot.cli.main", *arguments],
            env=self.environment,
            cwd=self.folder,
            input=text,
            capture_output=True,
            text=True,
            encoding="utf8",
            timeout=120,
            check=False,
        )

    def kill(self) -> None:
        """SIGKILL, as when the machine fails."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM, and its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)

    def __enter__(self) -> "Program":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
