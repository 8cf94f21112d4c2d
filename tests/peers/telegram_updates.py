"""The queue of updates a bot has not confirmed, with the offset rules of the real server (Client.cpp, td/db/TQueue)."""

from __future__ import annotations

import itertools
import json
from collections import OrderedDict
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from tests.peers.telegram_clock import Clock


class UpdateKind(StrEnum):
    """The kinds of update the emulator makes; values are the field names in the Update object."""

    MESSAGE = "message"
    EDITED_MESSAGE = "edited_message"
    CALLBACK_QUERY = "callback_query"
    MY_CHAT_MEMBER = "my_chat_member"
    CHAT_MEMBER = "chat_member"
    MESSAGE_REACTION = "message_reaction"


class Lane(IntEnum):
    """Which number the server shifts into a webhook queue's id: what shares a lane and an id is kept in order."""

    MESSAGE = 0
    EDITED_MESSAGE = 1
    CALLBACK_QUERY = 3
    MY_CHAT_MEMBER = 5
    CHAT_MEMBER = 6
    MESSAGE_REACTION = 11


#: Seconds an unconfirmed update is kept.
LIFETIME = dict.fromkeys(UpdateKind, 86_400.0) | {UpdateKind.CALLBACK_QUERY: 150.0}
#: Delivered unless asked for otherwise: all kinds but these.
NOT_BY_DEFAULT = frozenset({UpdateKind.CHAT_MEMBER, UpdateKind.MESSAGE_REACTION})
#: An offset further ahead of the next id than this is taken for a mistake and ignored.
FUTURE_OFFSET = 10
PAST_OFFSET = 2_000_000


@dataclass(slots=True)
class StoredUpdate:
    """One waiting update; `body` is its JSON, `lane` its webhook queue, `owner` the chat or person it is from."""

    update_id: int
    kind: UpdateKind
    body: str
    lane: int
    owner: int
    expires_at: float


class UpdateQueue:
    """Updates in order of their ids. Not thread-safe: it belongs to the server's event loop."""

    def __init__(self, clock: Clock, first_id: int = 710_000_001) -> None:
        self.clock = clock
        self.next_id = first_id
        self.allowed: frozenset[UpdateKind] = frozenset(UpdateKind) - NOT_BY_DEFAULT
        self.items: OrderedDict[int, StoredUpdate] = OrderedDict()
        self.expired = 0
        self.added = 0
        self._next_expiry = float("inf")

    def __len__(self) -> int:
        return len(self.items)

    def allow(self, names: list[str]) -> None:
        """`allowed_updates` of getUpdates or setWebhook; unknown kinds are ignored, none means default."""
        chosen = frozenset(UpdateKind(name) for name in names if name in set(UpdateKind))
        self.allowed = chosen or frozenset(UpdateKind) - NOT_BY_DEFAULT

    def add(self, kind: UpdateKind, content: dict[str, Any], owner: int) -> StoredUpdate | None:
        """Queue an update; None if the bot did not ask for its kind."""
        if kind not in self.allowed:
            return None
        update_id = self.next_id
        self.next_id += 1
        self.added += 1
        stored = StoredUpdate(
            update_id=update_id,
            kind=kind,
            body=json.dumps({"update_id": update_id, kind.value: content}),
            lane=owner + (Lane[kind.name] << 33),
            owner=owner,
            expires_at=self.clock.now() + LIFETIME[kind],
        )
        self.items[update_id] = stored
        self._next_expiry = min(self._next_expiry, stored.expires_at)
        return stored

    def restart_ids(self, next_id: int) -> None:
        """After an idle week ids start anywhere, also lower than before."""
        self.items.clear()
        self.next_id = next_id

    def clear(self) -> None:
        """`drop_pending_updates`."""
        self.items.clear()

    def forget(self, update_id: int) -> None:
        """Confirm one update (webhook)."""
        self.items.pop(update_id, None)

    def drop_expired(self) -> None:
        """Lose what nobody fetched in time."""
        now = self.clock.now()
        if now <= self._next_expiry:
            return
        for update_id in [key for key, item in self.items.items() if item.expires_at < now]:
            del self.items[update_id]
            self.expired += 1
        self._next_expiry = min((item.expires_at for item in self.items.values()), default=float("inf"))

    def take(self, offset: int, limit: int) -> list[StoredUpdate]:
        """What getUpdates returns; updates below the offset are confirmed by the call and gone."""
        self.drop_expired()
        head = next(iter(self.items), self.next_id)
        if offset < 0:
            offset += self.next_id
        if offset <= 0 or offset < head:
            offset = head
        if offset > self.next_id + FUTURE_OFFSET or offset < self.next_id - PAST_OFFSET:
            offset = head
        while self.items and next(iter(self.items)) < offset:
            self.items.popitem(last=False)
        return list(itertools.islice(self.items.values(), limit))

    def pending_of(self, owner: int) -> int:
        """How many updates of a chat or person wait."""
        return sum(1 for item in self.items.values() if item.owner == owner)
