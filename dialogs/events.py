"""What can happen to a conversation: the typed events that `dialogs.engine.step` takes."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of message that carries no answer that can be read."""

    STICKER = "sticker"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that a person typed, as they came."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press on a button whose token was authentic; codes as `dialogs.press` makes them."""

    subject: int
    opening: int
    option: int


@dataclass(frozen=True, slots=True)
class Forged:
    """A press whose token is not ours, or another conversation's."""


@dataclass(frozen=True, slots=True)
class Commanded:
    """A chat command: `/join CODE` is name `join`, argument `CODE`."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class SharedContact:
    """The person's own number, handed over by the platform's share-contact button."""

    phone: str


@dataclass(frozen=True, slots=True)
class Attached:
    """Files that arrived as one answer; they are stored already, `references` name them."""

    references: tuple[str, ...]
    caption: str = ""
    media_types: tuple[str, ...] = ()
    """What each is by its content, '' for what is of no known kind or could not be had; none given: all are fine."""

    @property
    def usable(self) -> tuple[str, ...]:
        """The files of a known kind."""
        if not self.media_types:
            return self.references
        return tuple(each for each, kind in zip(self.references, self.media_types, strict=True) if kind)


@dataclass(frozen=True, slots=True)
class Replied:
    """Words that a person typed as a reply to a message of ours whose card had that subject and opening."""

    subject: str
    opening: int
    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message of a kind that no question can read."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Arrived:
    """The person opened the chat without saying anything yet."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an effect of the last step came to: `key` names the text to show, with its arguments."""

    key: str
    args: tuple[tuple[str, str | int | float], ...] = ()
    file: str | None = None
    answers: tuple[tuple[str, str | int | float | bool], ...] = ()
    """What is known of the person already: (question of the intake, value), for those not answered yet."""


Event = Typed | Replied | Pressed | Forged | Commanded | SharedContact | Attached | Unreadable | Arrived | Done
