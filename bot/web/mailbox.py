"""The page's way to inbox and outbox: put a message in, wait for its turn, fetch what there is to show."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.base import ChannelName
from bot.channels.web import Post, external_id
from bot.ingest import Ingest
from bot.store import attachments, links, people, transcripts
from bot.store.store import Store
from bot.store.transcripts import Transcript
from bot.web.uploads import Upload

PAGE = 24
"""Entries of a transcript that the page shows at once."""
_FIRST_LOOK = 0.01
_LAST_LOOK = 0.25


class Mailbox:
    """The store as the chat page sees it; `ingest` is what makes arrivals durable and sets the workers on them."""

    def __init__(self, store: Store, ingest: Ingest, now: Callable[[], datetime]) -> None:
        self._store = store
        self._ingest = ingest
        self._now = now

    async def put(self, post: Post) -> None:
        """Stores the message; on return it is durable. One that is known already changes nothing."""
        await self._ingest([post.arrival()])

    async def knows(self, post: Post) -> bool:
        """Whether the message arrived before."""
        name = external_id(post.session, post.id)
        return await self._store.read(lambda connection: transcripts.status_of(connection, name)) is not None

    async def keep(self, session: str, upload: Upload) -> str:
        """Stores a file of this session's person; returns its reference."""
        now = self._now()

        def put(connection: Connection) -> str:
            address = (ChannelName.WEB, session)
            owner = people.find_or_make(connection, [address], now)[address]
            return attachments.put(connection, owner.person, upload.name, upload.media_type, upload.content, now)

        return await self._store.write(put)

    async def turn_of(self, post: Post, seconds: float) -> bool:
        """Waits until the message had its turn; False where it has not yet."""
        name = external_id(post.session, post.id)
        deadline, pause = asyncio.get_running_loop().time() + seconds, _FIRST_LOOK
        while True:
            if not await self._store.read(lambda connection: transcripts.awaits_turn(connection, name)):
                return True
            if asyncio.get_running_loop().time() + pause > deadline:
                return False
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LAST_LOOK)

    async def transcript(self, session: str, *, before: datetime | None = None) -> Transcript | None:
        """What was said in this session; None where nobody said anything yet. What is new counts as sent from now."""
        now = self._now()
        found = await self._store.read(
            lambda connection: transcripts.of_address(connection, session, now, limit=PAGE, before=before)
        )
        if found is not None and found.unfetched:
            await self._store.write(lambda connection: transcripts.fetched(connection, found.unfetched, now))
        return found

    async def has_news(self, session: str, after: int) -> bool:
        """Whether there is a card newer than that one."""
        now = self._now()
        return await self._store.read(lambda connection: transcripts.newest(connection, session, now)) > after

    async def file(self, session: str, reference: str) -> links.StoredFile | None:
        """A file that was made for this session's person."""
        now = self._now()

        def find(connection: Connection) -> links.StoredFile | None:
            owner = people.find(connection, ChannelName.WEB, session)
            return links.file_of(connection, owner.id, reference, now) if owner else None

        return await self._store.read(find)

    async def use(self, link: str, lasts: timedelta) -> bool:
        """Uses a single-use link up; False where it was used before."""
        now = self._now()
        return await self._store.write(lambda connection: links.use(connection, link, now, now + lasts))
