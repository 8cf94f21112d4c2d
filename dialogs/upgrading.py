"""Conversations that an earlier version saved, brought into today's shape.

A release that renames a question or changes a member of `Conversation` raises FORMAT and adds an entry to `UPGRADES`;
tests/dialogs/inflight holds conversations of each released format, which must open at the right question for ever.
A question that is dropped needs nothing: an answer that no question asks for stays unused.
"""

from collections.abc import Callable
from typing import Any

FORMAT = 1
"""The shape that this version saves."""

Stored = dict[str, Any]

UPGRADES: dict[int, Callable[[Stored], Stored]] = {}
"""Format that was saved -> what makes the next format of it."""


def upgraded(stored: Stored) -> Stored:
    """The stored conversation in today's shape; one of today's or a later format comes back as it is."""
    at = stored.get("format", 1)
    while at in UPGRADES:
        stored = UPGRADES[at](stored)
        at += 1
        stored = {**stored, "format": at}
    return stored


def renamed(script: str, old: str, new: str) -> Callable[[Stored], Stored]:
    """An upgrade after which a question of a script goes by another id."""

    def upgrade(stored: Stored) -> Stored:
        threads = {
            name: _renamed_in(thread, old, new)
            for name in ("main", "side")
            if (thread := stored.get(name)) and thread["script"] == script
        }
        return {**stored, **threads}

    return upgrade


def _renamed_in(thread: Stored, old: str, new: str) -> Stored:
    changed = dict(thread)
    for held in ("answers", "proposed", "former"):
        if held in thread:
            changed[held] = {new if each == old else each: answer for each, answer in thread[held].items()}
    opened = thread.get("open")
    if opened and opened["id"] == old:
        changed["open"] = {**opened, "id": new}
    return changed
