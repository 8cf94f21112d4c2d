"""How far a long piece of work is, in the chat: one message that is edited, not one after another."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from bot.store import outbox
from bot.store.outbox import Outgoing
from bot.store.store import Store
from bot.store.tables import account, conversation
from dialogs.cards import Card, Line

SECONDS = 3.0
"""Least time between two edits, and before the first: what is done sooner needs no progress."""
STALE = timedelta(seconds=20)
"""A progress that could not be sent by then is of no more use."""


class ProgressNote:
    """Tells one account, under one key, by the text `key` with `done`, `total` and `percent`."""

    def __init__(self, store: Store, account_id: int, subject: str, key: str) -> None:
        self._store, self._account, self._subject, self._key = store, account_id, subject, key
        self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Writes it, unless it did so a moment ago."""
        if not total or time.monotonic() - self._last < SECONDS:
            return
        self._last = time.monotonic()
        line = Line(key=self._key, args={"done": done, "total": total, "percent": 100 * done // total})
        self._store.write_now(lambda connection: self._put(connection, Card(lines=(line,))))

    def _put(self, connection: Connection, card: Card) -> None:
        now = datetime.now(UTC)
        row = connection.execute(
            select(account.c.channel, conversation.c.language)
            .join(conversation, conversation.c.person_id == account.c.person_id)
            .where(account.c.id == self._account)
        ).one_or_none()
        if row is None:  # they have been forgotten meanwhile
            return
        message = Outgoing(
            account=self._account,
            channel=row.channel,
            language=row.language,
            card=card,
            expires_at=now + STALE,
            coalesce_key=f"progress {self._subject}"[:64],
        )
        outbox.put(connection, [message], now)
