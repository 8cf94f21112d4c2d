"""What a channel is to the rest of the program: reads payloads, sends cards, says how a send ended."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from dialogs.cards import Card
from dialogs.events import Event
from domain.vocabulary import Language


class ChannelName(StrEnum):
    """The ways to talk to the bot."""

    WEB = "web"
    TELEGRAM = "telegram"
    WECHAT = "wechat"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An authentic message on its way into the inbox; (channel, external_id) is unique there for ever."""

    channel: ChannelName
    external_id: str
    sender: str
    """The account's address on that channel (Telegram chat id, WeChat openid, web session id)."""
    payload: bytes


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that the person sent and that still lies on the platform."""

    id: str
    name: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What a payload says. `press_token` stands for a press that the lane still has to open."""

    sender: str
    event: Event | None
    """None: nothing for the conversation (an edited message, a service notice)."""
    press_token: str = ""
    files: tuple[RemoteFile, ...] = ()
    album: str = ""
    """Where the file is one of several sent together: the platform's name for them; each comes as its own message."""
    language_hint: Language | None = None
    blocked: bool | None = None
    """True: the person stopped the bot; False: they let it in again; None: not said."""
    migrated_to: str = ""
    replied_to: str = ""
    """The platform's name of the message of ours that this one is a reply to."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it; `message_id` is its name for it ('' where it has none)."""

    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """The platform says to wait; nothing was sent. Holds for the whole account, or one chat where `chat_only`."""

    seconds: float
    chat_only: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request never left (no connection, or the server said it failed): may be tried again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request left and no answer came: it may have arrived. Never repeated by itself."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The person blocked the bot, left, or does not exist: final until they write again."""

    reason: str


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """WeChat's reply window is closed or used up (45015, 45047)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform will never take this message (malformed for it): a defect of ours, final."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has a new address; the message is to be sent there."""

    address: str


Result = Sent | Later | NotSent | Unknown | Unreachable | WindowClosed | Refused | Moved


@dataclass(frozen=True, slots=True)
class Shipment:
    """One card to send: to whom, in which language, with which conversation's buttons."""

    address: str
    card: Card
    language: Language
    conversation: str
    """16 hexadecimal digits; goes into the buttons' tokens."""
    edits: str = ""
    """The message id to edit in place instead of sending a new message."""
    file: bytes | None = field(default=None, repr=False)
    """The content of `card.document`."""


class Channel(Protocol):
    """One channel as the workers and the sender see it."""

    @property
    def name(self) -> ChannelName:
        """Which channel it is."""

    def read(self, payload: bytes) -> Message:
        """What an inbox payload says; never raises on a payload that the channel itself stored."""

    def parts(self, card: Card, language: Language) -> list[Card]:
        """The card as cards that each fit one message of this channel: one outbox row each."""

    async def send(self, shipment: Shipment) -> Result:
        """Sends one card; every failure is a Result, not an exception."""

    async def fetch(self, file: RemoteFile, limit: int) -> bytes:
        """The content of a file, at most `limit` bytes; raises bot.errors.FileTooLargeError, FileGoneError."""
