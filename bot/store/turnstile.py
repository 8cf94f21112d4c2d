"""One thinks at a time: threads that all want the interpreter only take it from each other, and from the event loop."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 0.004
"""Seconds that a step may take before the next one goes ahead beside it."""


class Turnstile:
    """Lets one thread through at a time. Whoever stays too long is passed once, and holds nobody up after that."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._free = threading.Semaphore(1)
        self._lock = threading.Lock()
        self._within = object()
        """Who is in there, or was last."""

    @contextmanager
    def passage(self) -> Iterator[None]:
        """The time in which this thread thinks."""
        me = object()
        self._enter(me)
        try:
            yield
        finally:
            with self._lock:
                if self._within is me:
                    self._free.release()

    def _enter(self, me: object) -> None:
        while True:
            before = self._within
            if self._free.acquire(timeout=self._patience):
                self._within = me
                return
            with self._lock:
                if self._within is before:  # the same one all the time: its place is taken over
                    self._within = me
                    return
