"""The reply window: how many customer-service messages a person may still be sent, and until when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.channels.wechat_limits import EVENT_ALLOWANCE, EVENT_WINDOW, MESSAGE_ALLOWANCE, MESSAGE_WINDOW

CUSTOM = "custom"
"""The message id of what went by customer-service message, which WeChat gives none."""
TEMPLATE = "template:"
"""Begins the message id of what went by template message."""


class Trigger(StrEnum):
    """What opens the window."""

    MESSAGE = "message"
    """The person wrote."""
    EVENT = "event"
    """The person subscribed, scanned a code, or tapped a menu."""


@dataclass(frozen=True, slots=True)
class Window:
    """Open until then, for that many messages. Our own count: what the platform answers wins over it."""

    until: datetime
    left: int

    def is_open(self, now: datetime) -> bool:
        """Whether a customer-service message may go."""
        return now < self.until and self.left > 0


def opened(window: Window | None, trigger: Trigger, now: datetime) -> Window:
    """The window after the person did something. A tap never narrows what a message has opened: each counts for
    itself at the platform, so the longer time stands, and at least the tap's own messages.
    """
    until, allowance = {
        Trigger.MESSAGE: (now + MESSAGE_WINDOW, MESSAGE_ALLOWANCE),
        Trigger.EVENT: (now + EVENT_WINDOW, EVENT_ALLOWANCE),
    }[trigger]
    if window is None or window.until <= now or until >= window.until:
        return Window(until, max(allowance, window.left) if window is not None and window.is_open(now) else allowance)
    return Window(window.until, max(window.left, allowance))


def spent(window: Window) -> Window:
    """The window after one customer-service message."""
    return Window(window.until, max(0, window.left - 1))


def closed(window: Window, now: datetime) -> Window:
    """The window after the platform said that it is closed or used up."""
    return Window(min(window.until, now), 0)
