"""What the emulated Telegram remembers: bots, people, chats, messages, files, and every request that came in."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.peers.telegram_clock import Clock
from tests.peers.telegram_errors import ApiError, bad_request, forbidden, migrated
from tests.peers.telegram_faults import Faults, FaultSettings
from tests.peers.telegram_limits import Limits, LimitSettings
from tests.peers.telegram_updates import UpdateKind, UpdateQueue

Json = dict[str, Any]


@dataclass(slots=True)
class User:
    """A person with a Telegram account."""

    id: int
    first_name: str
    language_code: str = "zh-hans"
    last_name: str = ""
    username: str = ""
    phone: str = ""
    deactivated: bool = False

    def json(self) -> Json:
        """The User object."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.last_name:
            user["last_name"] = self.last_name
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user


@dataclass(slots=True)
class StoredMessage:
    """A message in a chat: `body` is the Message object of the API, `markup` the keyboard as the bot sent it."""

    body: Json
    from_bot: bool
    markup: Json | None = None
    edits: int = 0
    deleted: bool = False


@dataclass(slots=True)
class Chat:
    """A chat of one bot. A private one is `known` once the person wrote first."""

    id: int
    body: Json
    known: bool = False
    blocked: bool = False
    left: bool = False
    migrated_to: int | None = None
    messages: dict[int, StoredMessage] = field(default_factory=dict)
    members: list[int] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    toasts: list[Json] = field(default_factory=list)
    changed_at: float = 0.0
    revision: int = 0
    waiters: list[asyncio.Future[None]] = field(default_factory=list)
    last_message_id: int = 0

    @property
    def is_private(self) -> bool:
        """A chat with one person."""
        return self.id > 0

    def touch(self) -> None:
        """Something the people in it can see has changed."""
        self.changed_at = time.monotonic()
        self.revision += 1
        if self.waiters:
            for waiter in self.waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self.waiters.clear()

    async def changed(self, timeout: float) -> bool:  # noqa: ASYNC109 - its callers count down their own deadline
        """Wait for the next change; False if none came in that many real seconds."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        done, _ = await asyncio.wait([waiter], timeout=timeout)
        return bool(done)


@dataclass(slots=True)
class PendingQuery:
    """A press waiting to be acknowledged."""

    query_id: str
    chat_id: int
    user_id: int
    pressed_at: float
    answer: Json | None = None


@dataclass(slots=True)
class StoredFile:
    """A file on Telegram's servers."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    data: bytes

    def json(self) -> Json:
        """The fields every file object has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.data)}


@dataclass(slots=True, frozen=True)
class RequestRecord:
    """A request: real arrival time (`time.monotonic()`), bot's id, method in lower case, chat, answer's status."""

    arrived_at: float
    bot_id: int
    method: str
    chat_id: int | None
    status: int
    fault: str = ""


@dataclass(slots=True)
class WebhookSettings:
    """What setWebhook set, and how delivery goes."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    last_error_at: int = 0
    last_error: str = ""
    ip_address: str = "127.0.0.1"


class BotAccount:
    """One token: its bot, chats, updates and settings."""

    def __init__(self, token: str, clock: Clock, limits: LimitSettings) -> None:
        self.token = token
        self.id = int(token.partition(":")[0])
        self.username = f"hurentong_{self.id}_bot"
        self.first_name = "互认通"
        self.queue = UpdateQueue(clock)
        self.limits = Limits(clock, limits)
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, PendingQuery] = {}
        self.webhook: WebhookSettings | None = None
        self.profile: dict[str, Any] = {}
        self.last_message_id = 0
        self.last_query = 0

    def user_json(self) -> Json:
        """The bot as the sender of its messages."""
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups count for themselves; all other chats of a bot share one count."""
        if chat.body["type"] == "supergroup":
            chat.last_message_id += 1
            return chat.last_message_id
        self.last_message_id += 1
        return self.last_message_id


class Telegram:
    """The whole state. Belongs to the server's event loop: nothing in it is thread-safe."""

    def __init__(self, clock: Clock, tokens: tuple[str, ...], limits: LimitSettings, faults: FaultSettings) -> None:
        self.clock = clock
        self.bots = {token: BotAccount(token, clock, limits) for token in tokens}
        self.users: dict[int, User] = {}
        self.files: dict[str, StoredFile] = {}
        self.faults = Faults()
        self.faults.change(faults)
        self.requests: list[RequestRecord] = []
        self.methods: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.webhook_attempts: list[Json] = []
        #: Seconds a press can be acknowledged in.
        self.query_lifetime = 150.0

    def private_chat(self, bot: BotAccount, user_id: int) -> Chat:
        """The chat of a person and a bot, made when first needed."""
        chat = bot.chats.get(user_id)
        if chat is None:
            user = self.users[user_id]
            body: Json = {"id": user_id, "first_name": user.first_name, "type": "private"}
            if user.username:
                body["username"] = user.username
            chat = bot.chats[user_id] = Chat(user_id, body)
        return chat

    def writable_chat(self, bot: BotAccount, chat_id: int) -> Chat:
        """The chat a bot wants to write to; raises ApiError if it cannot."""
        chat = bot.chats.get(chat_id)
        if chat is None or (chat.is_private and not chat.known):
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to)
        if chat.left:
            raise forbidden(f"bot was kicked from the {chat.body['type']} chat")
        if chat.is_private:
            if self.users[chat_id].deactivated:
                raise forbidden("user is deactivated")
            if chat.blocked or self.faults.blocks(chat_id):
                raise forbidden("bot was blocked by the user")
        return chat

    def store_file(self, data: bytes, name: str, folder: str, mime_type: str = "") -> StoredFile:
        """Keep a file under a new id; the unique id depends on its content only."""
        number = len(self.files) + 1
        digest = hashlib.sha256(data).hexdigest()
        suffix = name[name.rfind(".") :] if "." in name else ""
        stored = StoredFile(
            file_id=f"BQACAgUAAxkBAAI{number:06d}{digest[:40]}",
            unique_id=f"AgAD{digest[:11]}",
            path=f"{folder}/file_{number}{suffix}",
            name=name,
            mime_type=mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream",
            data=data,
        )
        self.files[stored.file_id] = stored
        return stored

    def emit(self, bot: BotAccount, kind: UpdateKind, content: Json, owner: int) -> int | None:
        """Give the bot an update; its id, or None if the bot does not want the kind."""
        stored = bot.queue.add(kind, content, owner)
        return stored.update_id if stored else None

    def record(self, request: RequestRecord) -> None:
        """Write a request down."""
        self.requests.append(request)
        self.methods[request.method] += 1
        self.statuses[request.status] += 1

    def bot_of(self, token: str) -> BotAccount:
        """Raises ApiError 401 for a token that is of no bot, 404 for what is no token."""
        bot = self.bots.get(token)
        if bot is not None:
            return bot
        number, colon, secret = token.partition(":")
        if not (colon and number.isdigit() and secret):
            raise ApiError(404, "Not Found")
        raise ApiError(401, "Unauthorized")
