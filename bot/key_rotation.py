"""`hurentong keys rotate`: a new key while the program runs, in an order in which no process meets a key it lacks."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from bot.key_file import SECRET_BYTES, KeyFile, Secrets
from bot.store import audit
from bot.store.audit import Entry
from bot.store.rotation import seal_again

PICKED_UP = 2.0
"""Seconds after which every running process has read the file anew (bot.key_file.LOOKED_AT) and committed what it had
begun before."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was done; `retired` is the file that now lists the old secrets, None where there was none to retire."""

    values: int
    retired: Path | None


def rotate(engine: Engine, file: KeyFile, wait: Callable[[float], None] = time.sleep) -> Rotated:
    """Announces a new secret, makes it the first, seals everything with it, retires the old ones.

    A rotation that was interrupted is finished instead: each of these steps can be repeated.
    """
    stands = file.read()
    if stands.announced is None and len(stands.used) == 1:
        stands = Secrets(stands.used, secrets.token_urlsafe(SECRET_BYTES))
        file.write(stands)
    if stands.announced is not None:
        wait(PICKED_UP)  # every process can open what the new key seals before one seals with it
        stands = Secrets((stands.announced, *stands.used))
        file.write(stands)
    wait(PICKED_UP)  # no process seals with the old key any more
    file.reload()
    values = seal_again(engine)
    wait(PICKED_UP)
    values += seal_again(engine)
    newest, *old = stands.used
    retired = None
    for each in old:
        retired = file.retire(each)
    file.write(Secrets((newest,)))
    note(engine, values)
    return Rotated(values, retired)


def note(engine: Engine, values: int) -> None:
    """Into the audit."""
    with engine.begin() as connection:
        entry = Entry(action="keys_rotated", actor=None, detail=f"values {values}")
        audit.write(connection, entry, datetime.now(UTC))
