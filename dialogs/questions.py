"""What a question is: one declaration from which asking, reading, editing and reviewing follow."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from dialogs.cards import Choice, Input, Line
from dialogs.context import Context
from dialogs.conversation import Thread, Value
from dialogs.effects import Effect
from dialogs.parsers.outcome import AskBack, NotUnderstood, Understood
from domain.vocabulary import Language


class Go(StrEnum):
    """What an option or a word of navigation does instead of answering."""

    BACK = "back"
    SKIP = "skip"
    KEEP = "keep"
    CANCEL = "cancel"
    STATUS = "status"
    HELP = "help"
    EDIT = "edit"
    CONFIRM = "confirm"
    """Everything that was proposed is right."""
    DISCARD = "discard"
    """Nothing that was proposed is to be kept."""
    ELSEWHERE = "elsewhere"
    """Go on in another channel or on another device."""
    CHINESE = "chinese"
    ENGLISH = "english"
    STOP = "stop"
    """Nothing but replies any more."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One thing to choose: a value, or a further page of choices, or another question to open, or a way to go.

    `aside`: it leads elsewhere instead of answering, and is drawn smaller after the others.
    """

    label: Line
    value: Value = None
    menu: str | None = None
    opens: str = ""
    go: Go | None = None
    words: tuple[str, ...] = ()
    aside: bool = False

    @cached_property
    def id(self) -> str:
        """Stable name of the option within its question."""
        if self.go is not None:
            return f"go:{self.go}"
        if self.opens:
            return f"open:{self.opens}"
        return f"menu:{self.menu}" if self.menu is not None else f"value:{self.value}"

    @cached_property
    def choice(self) -> Choice:
        """The option as a card shows it."""
        return Choice(id=self.id, label=self.label, words=self.words, minor=self.aside)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What was typed is really an answer to an earlier question, which it replaces."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What was typed is near something known: a page of the question's choices lets the person say which."""

    menu: str


Reading = Understood[Any] | AskBack | NotUnderstood | Rewritten | Offered
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
    PROPOSED = "proposed"
    """What a sentence was understood to say, offered as options, to be confirmed or opened."""


class Group(StrEnum):
    """Under which heading the review lists an answer."""

    PERSON = "person"
    EXPERIENCE = "experience"
    PROJECT = "project"
    APPLICATION = "application"


def always(_: Thread) -> bool:
    """For a question that everyone is asked."""
    return True


def never(_: Thread) -> bool:
    """For a question that is only ever opened on request (the list of answers to edit)."""
    return False


def to_first_page(_: str) -> str:
    """For pages that all lie below the first."""
    return ""


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

    `skippable`: the person may leave it open; one that is not may say why in `<id>.no_skip`. `menus` names every page
    of options beyond the first, `up` the page above a page. `notes` are said before the question. `reads_contact`: a
    shared phone number answers it, `reads_files`: a file does.
    """

    id: str
    reads: Reader
    applies: Callable[[Thread], bool] = always
    decided_by: str = ""
    """The question whose answer decides whether this one applies; until it is answered, this one is expected to."""
    depends_on: tuple[str, ...] = ()
    must: tuple[Rule, ...] = ()
    options: Options = no_options
    menus: tuple[str, ...] = ()
    up: Callable[[str], str] = to_first_page
    skippable: bool = False
    input: Input = Input.TEXT
    reads_contact: bool = False
    reads_files: bool = False
    limit: int = 0
    notes: Callable[[Thread, Context, Language], tuple[Line, ...]] = no_lines
    shows: Callable[[Value, Language], Line] = as_text
    follows: Callable[[Thread, Context], tuple[Effect, ...]] = no_effects
    listing: Listing = Listing.NONE
    listed: bool = True
    """Stands in the review, can be edited there, and counts in the progress."""
    group: Group = Group.PERSON
    sets_language: bool = False
    gate: bool = False
    """Without its answer nothing goes on."""
    free: bool = False
    """Any words answer it, so what looks like a question to us is looked at first."""
    telling: tuple[str, ...] = ()
    """Questions that its answer often answers too (where the person is posted)."""
    on_request: bool = False
    """Only ever opened by the person: it stands outside the order, and stays open until it is left."""
    gives_way: bool = False
    """In a side dialogue: words that do not answer it close the dialogue and answer the question that waits."""
