"""Wake-ups: whoever commits work rings a bell, whoever waits for work hears it, in other processes too.

A bell may get lost (a process dies, a connection breaks); every waiter therefore also looks by itself now and then.
"""

import asyncio
import contextlib
from collections import defaultdict
from typing import Protocol

from bot.channels.base import ChannelName

INBOX = "inbox"
"""Rings when arrivals are stored."""
TIMERS = "timers"
"""Rings when a timer is set that is due."""


def outbox_bell(channel: ChannelName) -> str:
    """The topic that rings when a channel has something to send."""
    return f"outbox:{channel}"


def account_bell(account: int) -> str:
    """The topic that rings when an account has something to show that a request may wait for (web, WeChat)."""
    return f"account:{account}"


def heard_else(topic: str, other: str) -> str:
    """Rings the first of the two in processes where somebody hears it, the other in all others."""
    return f"{topic}{_ELSE}{other}"


_ELSE = "|"


class Bells(Protocol):
    """Ringing and hearing by topic."""

    def ring(self, topic: str, *, here: bool = True) -> None:
        """There is work of this topic; from any thread. Not `here`: this process knows, only others are to hear."""

    def hear(self, topic: str) -> asyncio.Event:
        """An event of the running loop that is set whenever the topic's bell rings; the waiter clears it."""

    def forget(self, topic: str, event: asyncio.Event) -> None:
        """Ends the hearing."""

    def close(self) -> None:
        """Ends the threads, if any."""


class LocalBells:
    """Bells of one process."""

    def __init__(self) -> None:
        self._waiters: dict[str, list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = defaultdict(list)

    def ring(self, topic: str, *, here: bool = True) -> None:
        """Sets every waiter's event."""
        if not here:
            return
        running = asyncio._get_running_loop()
        preferred, _, other = topic.partition(_ELSE)
        for loop, event in tuple(self._waiters.get(preferred, ()) or self._waiters.get(other, ())):
            if event.is_set():
                continue
            if loop is running:
                event.set()
            else:
                with contextlib.suppress(RuntimeError):  # that loop has ended
                    loop.call_soon_threadsafe(event.set)

    def hear(self, topic: str) -> asyncio.Event:
        """A new waiter."""
        event = asyncio.Event()
        self._waiters[topic].append((asyncio.get_running_loop(), event))
        return event

    def forget(self, topic: str, event: asyncio.Event) -> None:
        """Removes the waiter."""
        left = [each for each in self._waiters.get(topic, ()) if each[1] is not event]
        if left:
            self._waiters[topic] = left
        else:
            self._waiters.pop(topic, None)

    def close(self) -> None:
        """Nothing to end."""
