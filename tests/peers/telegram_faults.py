"""What goes wrong between a bot and Telegram, by chance or on order."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """One way for a request to fail."""

    NONE = "none"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"


@dataclass(slots=True, frozen=True)
class FaultSettings:
    """Shares of requests (0 to 1) that meet a fault. `reset_after` is carried out but the bot never hears of it.
    `latency_ms` delays every answer, `slow` of them by `slow_ms` more. `blocked` is the share of chats whose owner
    blocked the bot; which ones is fixed by the chat's id. `down` resets every connection. `only` limits the faults by
    chance to some methods. The `webhook_` shares cut the connection to the bot: `webhook_cut` as soon as the update is
    written, `webhook_unheard` when the answer is there, which counts as not received."""

    server_error: float = 0.0
    bad_gateway: float = 0.0
    reset_before: float = 0.0
    reset_after: float = 0.0
    latency_ms: float = 0.0
    slow: float = 0.0
    slow_ms: float = 0.0
    blocked: float = 0.0
    down: bool = False
    only: tuple[str, ...] = ()
    webhook_cut: float = 0.0
    webhook_unheard: float = 0.0
    seed: int = 20_250_717


@dataclass(slots=True)
class _Order:
    fault: Fault
    method: str
    times: int


@dataclass(slots=True)
class Faults:
    """The dice, and the faults that a test ordered."""

    settings: FaultSettings = field(default_factory=FaultSettings)
    counted: dict[str, int] = field(default_factory=dict)
    _orders: list[_Order] = field(default_factory=list)
    _random: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - reproducible, not secret

    def change(self, settings: FaultSettings) -> None:
        """Other faults from now on."""
        self.settings = settings
        self._random.seed(settings.seed)

    def order(self, fault: Fault, method: str, times: int) -> None:
        """The next `times` calls of a method (any case; empty for every method) meet the fault."""
        self._orders.append(_Order(fault, method.lower(), times))

    def draw(self, method: str) -> Fault:
        """What happens to this request; `method` in lower case."""
        if self._orders:
            for order in self._orders:
                if order.method in ("", method):
                    order.times -= 1
                    if order.times <= 0:
                        self._orders.remove(order)
                    return self._count(order.fault)
        settings = self.settings
        if settings.down:
            return self._count(Fault.RESET_BEFORE)
        chances = (
            (settings.server_error, Fault.SERVER_ERROR),
            (settings.bad_gateway, Fault.BAD_GATEWAY),
            (settings.reset_before, Fault.RESET_BEFORE),
            (settings.reset_after, Fault.RESET_AFTER),
        )
        if not any(share for share, _ in chances) or (settings.only and method not in settings.only):
            return Fault.NONE
        dice = self._random.random()
        for share, fault in chances:
            if dice < share:
                return self._count(fault)
            dice -= share
        return Fault.NONE

    def chance(self, share: float, name: str) -> bool:
        """Throw the dice for a fault on the bot's side."""
        hit = share > 0 and self._random.random() < share
        if hit:
            self.counted[name] = self.counted.get(name, 0) + 1
        return hit

    def delay(self) -> float:
        """Seconds to wait before the answer."""
        settings = self.settings
        wait = settings.latency_ms
        if settings.slow and self._random.random() < settings.slow:
            wait += settings.slow_ms
        return wait / 1000

    def blocks(self, chat_id: int) -> bool:
        """Whether this chat is one of those that blocked the bot."""
        share = self.settings.blocked
        return share > 0 and (chat_id * 2_654_435_761 % 2**32) / 2**32 < share

    def _count(self, fault: Fault) -> Fault:
        if fault is not Fault.NONE:
            self.counted[fault.value] = self.counted.get(fault.value, 0) + 1
        return fault
