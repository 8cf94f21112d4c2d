"""What a question is: one declaration from which asking, reading, editing and reviewing follow."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dialogs.cards import Choice, Input, Line
from dialogs.context import Context
from dialogs.conversation import Thread, Value
from dialogs.effects import Effect
from dialogs.parsers.outcome import AskBack, NotUnderstood, Understood
from domain.vocabulary import Language


class Go(StrEnum):
    """What an option does instead of answering."""

    BACK = "back"
    SKIP = "skip"
    KEEP = "keep"
    CANCEL = "cancel"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose: a value, or a further page of choices, or another question to open, or a way to go."""

    label: Line
    value: Value = None
    menu: str | None = None
    opens: str = ""
    go: Go | None = None
    words: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Stable name of the option within its question."""
        if self.go is not None:
            return f"go:{self.go}"
        if self.opens:
            return f"open:{self.opens}"
        return f"menu:{self.menu}" if self.menu is not None else f"value:{self.value}"

    @property
    def minor(self) -> bool:
        """Whether it leads elsewhere instead of answering."""
        return self.go is not None or self.menu is not None

    def choice(self) -> Choice:
        """The option as a card shows it."""
        return Choice(id=self.id, label=self.label, words=self.words, minor=self.minor)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What was typed is really an answer to an earlier question, which it replaces."""

    question: str
    value: str


Reading = Understood[Any] | AskBack | NotUnderstood | Rewritten
Reader = Callable[[str, Thread, Context], Reading]
Options = Callable[[Thread, Context, str, Language], tuple[Option, ...]]
Rule = Callable[[Value, Thread, Context], Line | None]
"""A rule on a read value: the line that says what is wrong, or None."""


class Listing(StrEnum):
    """How a question shows the answers given so far."""

    NONE = "none"
    ANSWERS = "answers"
    """Said as lines, to be checked."""
    CHOICES = "choices"
    """Offered as options, each to be opened again."""


def always(_: Thread) -> bool:
    """For a question that everyone is asked."""
    return True


def never(_: Thread) -> bool:
    """For a question that is only ever opened on request (the list of answers to edit)."""
    return False


def no_options(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    """For a question that is answered in words only."""
    return ()


def as_text(value: Value, _: Language) -> Line:
    """The value as it stands."""
    return Line(key="plain", args={"text": "" if value is None else value})


def no_effects(_: Thread, __: Context) -> tuple[Effect, ...]:
    """For a question whose answer has no consequence but being recorded."""
    return ()


def no_lines(_: Thread, __: Context, ___: Language) -> tuple[Line, ...]:
    """For a question that needs nothing said before it."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question by its stable id; its texts are `<id>.ask`, `<id>.label`, `<id>.help` of the catalogue.

    `skippable`: the person may leave it open. `menus` names every page of options beyond the first.
    `notes` are said before the question. `reads_contact`: a shared phone number answers it.
    """

    id: str
    reads: Reader
    applies: Callable[[Thread], bool] = always
    depends_on: tuple[str, ...] = ()
    must: tuple[Rule, ...] = ()
    options: Options = no_options
    menus: tuple[str, ...] = ()
    skippable: bool = False
    input: Input = Input.TEXT
    reads_contact: bool = False
    limit: int = 0
    notes: Callable[[Thread, Context, Language], tuple[Line, ...]] = no_lines
    shows: Callable[[Value, Language], Line] = as_text
    follows: Callable[[Thread, Context], tuple[Effect, ...]] = no_effects
    listing: Listing = Listing.NONE
    listed: bool = True
    """Stands in the review, can be edited there, and counts in the progress."""
    sets_language: bool = False
