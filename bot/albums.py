"""Albums: several files that a person sends at once arrive as as many messages, and are one answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.base import Message
from bot.store import attachments, inbox
from bot.store.inbox import Waiting
from bot.turn_kinds import FilesWanted, Postponed
from dialogs.events import Attached

STILL = timedelta(seconds=1)
"""How long after the last part that came an album counts as whole: its parts are stored together, or nearly so."""


@dataclass(frozen=True, slots=True)
class Album:
    """A message with all that was sent together with it; most messages are alone."""

    parts: tuple[tuple[Waiting, Message], ...]

    @property
    def rest(self) -> tuple[int, ...]:
        """The inbox rows that are handled with the first."""
        return tuple(waiting.id for waiting, _ in self.parts[1:])

    def wanted(self, connection: Connection) -> FilesWanted | None:
        """The first part whose files are still on the platform."""
        for waiting, message in self.parts:
            if len(attachments.received(connection, waiting.id)) < len(message.files):
                return FilesWanted(waiting=waiting, files=message.files)
        return None

    def attached(self, connection: Connection) -> Attached:
        """All files as one event, with the words under the first that has any."""
        files = [file for waiting, _ in self.parts for file in attachments.received(connection, waiting.id)]
        events = (message.event for _, message in self.parts)
        captions = (event.caption for event in events if isinstance(event, Attached) and event.caption)
        return Attached(
            tuple(file.reference for file in files), next(captions, ""), tuple(file.media_type for file in files)
        )


def album_of(
    connection: Connection, waiting: Waiting, message: Message, read: Callable[[Waiting], Message], now: datetime
) -> Album | Postponed:
    """The message and the parts of its album that directly follow it in the lane; Postponed while more may come."""
    parts = [(waiting, message)]
    if not message.album:
        return Album(tuple(parts))
    for following in inbox.following(connection, waiting):
        part = read(following)
        if part.album != message.album or following.account != waiting.account:
            return Album(tuple(parts))  # something else was said since: no more will come
        parts.append((following, part))
    whole = parts[-1][0].received_at + STILL
    return Album(tuple(parts)) if whole <= now else Postponed(whole)
