"""Reply windows as a channel asks for them, kept in the store."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.channels.wechat_windows import Window
from bot.errors import StoreDownError
from bot.store import windows
from bot.store.store import Store

log = structlog.get_logger(__name__)


class StoredWindows:
    """Our own count of WeChat's windows: a help in choosing the way, so a store that is down stops no message."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def of(self, address: str) -> Window | None:
        """The window of that person; None where nothing is known."""
        try:
            return await self._store.read(lambda connection: windows.of_address(connection, address))
        except StoreDownError:
            return None

    async def spent(self, address: str) -> None:
        """A customer-service message went there."""
        try:
            await self._store.write(lambda connection: windows.note_spent(connection, address))
        except StoreDownError as error:
            log.warning("windows.not_counted", why=str(error))

    async def closed(self, address: str) -> None:
        """WeChat said that it is closed or used up."""
        now = self._now()
        try:
            await self._store.write(lambda connection: windows.note_closed(connection, address, now))
        except StoreDownError as error:
            log.warning("windows.not_counted", why=str(error))
