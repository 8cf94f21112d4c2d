"""The file that holds the secret from which the keys of personal data come, outside the database, mode 0600.

One secret a line. The first encrypts, all decrypt; a line `next:SECRET` is one that is about to become the first, known
to every process before anything is encrypted with it. A running process sees a changed file within LOOKED_AT seconds.
"""

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SettingsError
from bot.store.crypto import KeyRing

SECRET_BYTES = 32
SECRET_LENGTH = 32
"""Characters that a secret must have at least."""
LOOKED_AT = 0.2
"""Seconds for which a running process believes what it read."""
_NEXT = "next:"
_OPEN_TO_OTHERS = 0o077


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What the file says: secrets in use, the newest first, and the one that is announced."""

    used: tuple[str, ...]
    announced: str | None = None

    @property
    def ring(self) -> KeyRing:
        """Encrypts with the first, decrypts with every one."""
        return KeyRing.from_secret([*self.used, *([self.announced] if self.announced else [])])

    @property
    def text(self) -> str:
        """The file's content."""
        lines = [*self.used, *([_NEXT + self.announced] if self.announced else [])]
        return "".join(f"{each}\n" for each in lines)


class KeyFile:
    """Reads and writes the file; calling it gives the key ring of this moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._ring: KeyRing | None = None
        self._until = 0.0

    def __call__(self) -> KeyRing:
        """The ring; read anew where the file has changed."""
        now = time.monotonic()
        if self._ring is not None and now < self._until:
            return self._ring
        seen = self._stamp()
        if self._ring is None or (seen is not None and seen != self._seen):
            self._ring = self.read().ring
            self._seen = seen
        self._until = now + LOOKED_AT
        return self._ring

    def reload(self) -> KeyRing:
        """The ring, read anew now."""
        self._ring = None
        self._until = 0.0
        return self()

    def read(self) -> Secrets:
        """What it says; made with a fresh secret where there is none yet. Raises SettingsError naming what is wrong."""
        try:
            return self._existing() if self.path.exists() else self._made()
        except OSError as error:
            raise SettingsError(
                f"cannot keep the secret in {self.path}: {error.strerror}; set HURENTONG_SECRET_KEY"
            ) from error

    def write(self, content: Secrets) -> None:
        """Replaces the file as a whole: whoever reads it sees the old or the new one."""
        beside = self.path.with_name(self.path.name + ".new")
        _write(beside, content.text, os.O_TRUNC)
        beside.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def retire(self, secret: str) -> Path:
        """Notes a secret that opens nothing here any more, but backups made until now."""
        beside = self.path.with_name(self.path.name + ".retired")
        _write(beside, f"{secret}\n", os.O_APPEND)
        return beside

    def _made(self) -> Secrets:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Secrets((secrets.token_urlsafe(SECRET_BYTES),))
        try:
            _write(self.path, made.text, os.O_EXCL)
        except FileExistsError:
            return self._existing()
        return made

    def _existing(self) -> Secrets:
        if self.path.stat().st_mode & _OPEN_TO_OTHERS:
            raise SettingsError(f"{self.path} can be read by others: run  chmod 600 {self.path}")
        lines = [each.strip() for each in self.path.read_text().splitlines() if each.strip()]
        used = tuple(each for each in lines if not each.startswith(_NEXT))
        announced = [each.removeprefix(_NEXT) for each in lines if each.startswith(_NEXT)]
        if not used or any(len(each) < SECRET_LENGTH for each in (*used, *announced)):
            raise SettingsError(
                f"{self.path} is damaged: restore it from the backup, else stored data stays unreadable"
            )
        return Secrets(used, announced[-1] if announced else None)

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None  # it is just being replaced, or gone: what was read before goes on
        return found.st_mtime_ns, found.st_size, found.st_ino


def _write(path: Path, text: str, how: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
