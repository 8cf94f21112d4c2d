"""What tests make happen at the server itself: faults, limits, figures; and the one list of all actions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Coroutine
from typing import Any

from tests.peers.telegram_errors import bad_request
from tests.peers.telegram_faults import Fault, FaultSettings
from tests.peers.telegram_limits import LimitSettings
from tests.peers.telegram_people_actions import PeopleActions
from tests.peers.telegram_state import Json
from tests.peers.telegram_updates import UpdateKind

Action = Callable[..., Coroutine[Any, Any, Any]]


class Actions(PeopleActions):
    """All actions by name."""

    async def do(self, action: str, arguments: Json) -> Any:
        """Carry out an action; raises ApiError for an unknown one."""
        method: Action | None = getattr(self, f"on_{action}", None)
        if method is None:
            raise bad_request(f"no such action: {action}")
        return await method(**arguments)

    async def on_faults(self, **settings: Any) -> None:
        if "only" in settings:
            settings["only"] = tuple(method.lower() for method in settings["only"])
        self.telegram.faults.change(FaultSettings(**settings))

    async def on_fault(self, fault: str, method: str, times: int) -> None:
        self.telegram.faults.order(Fault(fault), method, times)

    async def on_limits(self, **settings: Any) -> None:
        for bot in self.telegram.bots.values():
            bot.limits.change(LimitSettings(**settings))

    async def on_restart_ids(self, next_id: int, token: str) -> None:
        self._bot(token).queue.restart_ids(next_id)

    async def on_query_lifetime(self, seconds: float) -> None:
        self.telegram.query_lifetime = seconds

    async def on_raw_update(self, kind: str, content: Json, owner: int, token: str) -> int | None:
        return self._emit(self._bot(token), UpdateKind(kind), content, owner)

    async def on_pending(self, token: str) -> int:
        return len(self._bot(token).queue)

    async def on_profile(self, token: str) -> Json:
        return self._bot(token).profile

    async def on_statistics(self, token: str) -> Json:
        bot, telegram = self._bot(token), self.telegram
        return {
            "requests": len(telegram.requests),
            "methods": dict(telegram.methods),
            "statuses": {str(status): count for status, count in telegram.statuses.items()},
            "faults": telegram.faults.counted,
            "updates": bot.queue.added,
            "pending": len(bot.queue),
            "expired": bot.queue.expired,
            "limits": {**dataclasses.asdict(bot.limits.figures), "share_used": bot.limits.figures.share_used},
            "webhook_attempts": len(telegram.webhook_attempts),
        }

    async def on_requests(self, method: str, since: int) -> list[Json]:
        return [
            dataclasses.asdict(record)
            for record in self.telegram.requests[since:]
            if not method or record.method == method.lower()
        ]

    async def on_webhook_attempts(self) -> list[Json]:
        return self.telegram.webhook_attempts
