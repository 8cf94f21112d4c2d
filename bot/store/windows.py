"""WeChat's reply windows as they are kept: `account.window_until` and `window_left`.

They are opened where messages are taken in (bot.store.passive).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.channels.base import ChannelName
from bot.channels.wechat_windows import TEMPLATE, Window, closed, spent
from bot.store.states import OutboxState
from bot.store.tables import account, delivery, outbox


def of_address(connection: Connection, address: str) -> Window | None:
    """The window of the WeChat account with that address; None where nothing is known of one."""
    row = connection.execute(
        select(account.c.window_until, account.c.window_left).where(
            account.c.channel == ChannelName.WECHAT, account.c.address == address
        )
    ).one_or_none()
    return _window(row.window_until, row.window_left) if row else None


def note_spent(connection: Connection, address: str) -> None:
    """A customer-service message went to that address."""
    window = of_address(connection, address)
    if window is not None:
        _keep(connection, address, spent(window))


def note_closed(connection: Connection, address: str, now: datetime) -> None:
    """The platform said that the window is closed or used up."""
    _keep(connection, address, closed(of_address(connection, address) or Window(now, 0), now))


def _keep(connection: Connection, address: str, window: Window) -> None:
    connection.execute(
        update(account)
        .where(account.c.channel == ChannelName.WECHAT, account.c.address == address)
        .values(window_until=window.until, window_left=window.left)
    )


def _window(until: datetime | None, left: int | None) -> Window | None:
    return None if until is None else Window(until, left or 0)


@dataclass(frozen=True, slots=True)
class Ways:
    """How the messages of a broadcast reached people on WeChat."""

    customer_service: int
    template: int


def ways_of(connection: Connection, broadcast: int) -> Ways:
    """Counts persons: the way is that of the last message to each, which the outbox names in `message_id`."""
    template = outbox.c.message_id.startswith(TEMPLATE)
    row = connection.execute(
        select(func.count(), func.count().filter(template))
        .select_from(delivery)
        .join(outbox, outbox.c.id == delivery.c.outbox_id)
        .where(
            delivery.c.broadcast_id == broadcast,
            outbox.c.channel == ChannelName.WECHAT,
            outbox.c.state == OutboxState.SENT,
        )
    ).one()
    return Ways(customer_service=row[0] - row[1], template=row[1])
