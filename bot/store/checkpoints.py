"""SQLite's checkpoints, beside the writer: pages go from the log to the database, and commits seldom wait for it.

Left to itself SQLite checkpoints within a commit, and within every commit while somebody reads, each time with two
more syncs (sqlite.org/wal.html, "Avoiding Excessively Large WAL Files" and "Performance Considerations").
"""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

SECONDS = 0.5
"""How often the log is emptied."""
BEGIN_ANEW = 2000
"""Pages in the log from which on it should begin anew; for that nobody may be writing or reading for a moment."""
MOMENT_MS = 5
"""How long that moment may be waited for: whoever wants to write has to wait as well."""


class Checkpointer:
    """A thread for one database file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="checkpoints", daemon=True)
        self._thread.start()

    def close(self, seconds: float) -> None:
        """Ends the thread. The last connection that is closed leaves no log."""
        self._stop.set()
        self._thread.join(seconds)

    def _serve(self) -> None:
        seen = 0
        while not self._stop.wait(SECONDS):
            try:
                changed = self._log.stat().st_mtime_ns
                if changed != seen:
                    checkpoint(self._path)
                    seen = changed
            except FileNotFoundError:
                continue
            except (OSError, sqlite3.Error) as error:  # the next one does it
                log.warning("store.no_checkpoint", why=str(error))


def checkpoint(path: Path) -> None:
    """Brings the database file up to date, and has the log begin anew where it has grown long. Raises sqlite3.Error."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA busy_timeout={MOMENT_MS}")
        _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if pages >= BEGIN_ANEW:
            connection.execute("PRAGMA wal_checkpoint(RESTART)")
