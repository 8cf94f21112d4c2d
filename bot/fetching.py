"""Files that came with a message: fetched from the platform outside the turn, stored one by one.

Their kind is what their content says. They are never run and never shown within a page, only handed over as files.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from bot.channels.base import Channel, RemoteFile
from bot.errors import FileGoneError, FileTooLargeError
from bot.sniffing import media_type_of
from bot.store import attachments
from bot.store.inbox import Waiting
from bot.store.store import Store

log = structlog.get_logger(__name__)

FILE_LIMIT = 20 * 1024 * 1024
"""Bytes (what Telegram's getFile hands out at most)."""


async def fetch(
    store: Store, channel: Channel, waiting: Waiting, files: Sequence[RemoteFile], now: Callable[[], datetime]
) -> None:
    """Stores every file of the message once, by its place in it; one that cannot be had is stored empty."""
    for position, file in enumerate(files):
        try:
            content = await channel.fetch(file, FILE_LIMIT)
        except (FileTooLargeError, FileGoneError) as error:
            log.warning("turn.file_not_fetched", correlation=waiting.correlation, why=str(error))
            content = b""
        await store.write(partial(_put, waiting=waiting, position=position, file=file, content=content, now=now()))


def _put(
    connection: Connection, *, waiting: Waiting, position: int, file: RemoteFile, content: bytes, now: datetime
) -> None:
    attachments.put(
        connection,
        waiting.person,
        file.name or file.id,
        media_type_of(content),
        content,
        now,
        inbox_row=waiting.id,
        position=position,
    )
