"""What something that a person said or did comes to, before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.cards import Line
from dialogs.conversation import Answer, Value
from dialogs.questions import Go


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that may stand. `corrects`: it was volunteered for another question than the open one."""

    question: str
    value: Value
    said: str
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A way to go instead of an answer."""

    go: Go


@dataclass(frozen=True, slots=True)
class Page:
    """Another page of the open question's choices."""

    menu: str


@dataclass(frozen=True, slots=True)
class Opens:
    """A question to open; `problem` says why its answer could not be taken at once."""

    question: str
    problem: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a sentence says about several questions, to be confirmed; `sure` where it only answers more than asked."""

    answers: Mapping[str, Answer]
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """Something to say, after which the same question is asked again."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """A question to us that the campaign's data does not answer (fully: `lines`): may go to the secretariat."""

    text: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class GivesWay:
    """The words are not for the side dialogue: it closes, and they are read again."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why it could not be taken."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The person says no to what the dialogue cannot go on without; nothing that waits to be confirmed is kept."""

    lines: tuple[Line, ...]


STALE = Problem((Line(key="press.stale"),))

Taken = Answered | Way | Page | Opens | Proposed | Aside | Unanswerable | GivesWay | Problem | Refused
