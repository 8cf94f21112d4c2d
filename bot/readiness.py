"""What /readyz looks at and what /metrics counts, read from the store."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from prometheus_client import Gauge
from sqlalchemy import Connection, func, select

from bot.errors import StoreDownError
from bot.health import Condition, Probe
from bot.store import outbox
from bot.store.states import UNFINISHED, InboxStatus
from bot.store.store import Store
from bot.store.tables import inbox

BACKLOG_SECONDS = 60.0
"""Age of the oldest unhandled message from which the process calls itself not ready."""

INBOX_AGE = Gauge("hurentong_inbox_age_seconds", "Age of the oldest message that waits for its turn")
OUTBOX = Gauge("hurentong_outbox_messages", "Outgoing messages that wait or are being sent", ["state"])


def probes(store: Store, now: Callable[[], datetime], troubles: Mapping[str, Callable[[], str]]) -> Mapping[str, Probe]:
    """Database, backlog, and the channels by name: each says why its platform was not to be had, or ''."""

    async def database() -> Condition:
        try:
            await store.read(lambda connection: connection.execute(select(1)).scalar_one())
        except StoreDownError:
            return Condition(False, "unreachable")
        return Condition(True)

    async def backlog() -> Condition:
        try:
            age = await store.read(lambda connection: _age(connection, now()))
        except StoreDownError:
            return Condition(False, "unknown")
        return Condition(age < BACKLOG_SECONDS, round(age, 3))

    def platform(trouble: Callable[[], str]) -> Probe:
        async def probe() -> Condition:
            return Condition(not trouble(), trouble())

        return probe

    channels = {name: platform(trouble) for name, trouble in troubles.items()}
    return {"database": database, "backlog_seconds": backlog, **channels}


def figures(store: Store, now: Callable[[], datetime]) -> Callable[[], Awaitable[None]]:
    """Brings the gauges up to date; where the store is down they stay as they were."""

    async def update() -> None:
        try:
            age, depth = await store.read(lambda connection: (_age(connection, now()), outbox.depth(connection)))
        except StoreDownError:
            return
        INBOX_AGE.set(age)
        for state in UNFINISHED:
            OUTBOX.labels(state).set(depth.get(state, 0))

    return update


def _age(connection: Connection, now: datetime) -> float:
    oldest = connection.execute(
        select(func.min(inbox.c.received_at)).where(inbox.c.status == InboxStatus.WAITING)
    ).scalar_one_or_none()
    return 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
