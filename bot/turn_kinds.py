"""The words of a turn: whose it is, what it needs, what its preparation and its end can be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.channels.base import ChannelName, Message, RemoteFile
from bot.store.inbox import Waiting
from dialogs.cards import Card
from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.effects import Effect
from dialogs.events import Done, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whose turn it is."""

    person: int
    account: int
    channel: ChannelName
    conversation: str
    message: int
    """The inbox row."""


@dataclass(frozen=True, slots=True)
class Rehomed:
    """The account has joined another person's conversation: what is to be said there waits in that lane already."""

    lane: int


class ContextBuilder(Protocol):
    """What the dialogue may know, read through the turn's own connection."""

    def __call__(self, connection: Connection, who: Who, now: datetime) -> Context:
        """Builds it."""


class EffectApplier(Protocol):
    """Turns an effect into rows, in the turn's own transaction."""

    def __call__(
        self, connection: Connection, who: Who, effect: Effect, conversation: Conversation, now: datetime
    ) -> Done | Rehomed | None:
        """Applies it; a Done is fed to the dialogue at once, a Rehomed ends the turn without saving or saying more."""


class Step(Protocol):
    """What one event came to (dialogs.engine.Step)."""

    @property
    def conversation(self) -> Conversation:
        """The next state."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What is to be done."""

    @property
    def cards(self) -> tuple[Card, ...]:
        """What is to be shown."""


StepFunction = Callable[[Conversation, Event, Context], Step]
"""The dialogue: `dialogs.engine.step`."""


@dataclass(frozen=True, slots=True)
class NothingWaits:
    """The lane is empty."""


@dataclass(frozen=True, slots=True)
class LaneHeld:
    """Another process is in the lane just now."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """The head of the lane failed a moment ago, or more of its album may come: it is looked at again then."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesWanted:
    """The message has files that are still on the platform: fetch them, then come again."""

    waiting: Waiting
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A turn that has stepped and is to be written."""

    waiting: Waiting
    message: Message
    before: Conversation
    step: Step | None
    event: str
    """The kind of the event, for the log."""
    now: datetime
    rest: tuple[int, ...] = ()
    """Further inbox rows that this turn answers: the parts of an album."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A committed turn. `wakes` are other lanes that it gave something to do."""

    waiting: Waiting
    event: str
    cards: int
    wakes: tuple[int, ...] = ()


Preparation = NothingWaits | LaneHeld | Postponed | FilesWanted | Prepared
