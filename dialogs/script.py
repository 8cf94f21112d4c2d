"""A script: questions in order, of which the next is computed from the answers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from dialogs.cards import Line, Progress
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import Effect
from dialogs.questions import Question
from domain.errors import DataFileError


@dataclass(frozen=True, slots=True)
class Finish:
    """What follows when a script's last question is answered."""

    effects: tuple[Effect, ...] = ()
    lines: tuple[Line, ...] = ()
    erases: bool = False
    """The conversation begins anew: nothing that was said in it is kept."""
    side: Thread | None = None
    """A short dialogue to go on with."""


def nothing(_: Thread, __: Context) -> Finish:
    """For a script whose end has no consequence."""
    return Finish()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Questions by order; `finish` is called once each time the question named `last` is answered."""

    id: str
    questions: tuple[Question, ...]
    last: str
    finish: Callable[[Thread, Context], Finish] = nothing
    by_id: dict[str, Question] = field(init=False)
    _dependents: dict[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {each.id: each for each in self.questions})
        object.__setattr__(self, "_dependents", {each.id: self._resting_on(each.id) for each in self.questions})
        if len(self.by_id) != len(self.questions) or self.last not in self.by_id:
            raise DataFileError(f"script {self.id!r}: question ids must differ and include the last one")

    def next_question(self, thread: Thread) -> Question | None:
        """The first applicable question without an answer; None when there is nothing left to ask."""
        return next(
            (q for q in self.questions if q.id not in thread.answers and not q.on_request and q.applies(thread)), None
        )

    def previous_question(self, thread: Thread, before: str) -> Question | None:
        """The applicable answered question that stands nearest before that one."""
        found = None
        for question in self.questions:
            if question.id == before:
                return found
            if question.id in thread.answers and not question.on_request and question.applies(thread):
                found = question
        return found

    def answered(self, thread: Thread) -> tuple[Question, ...]:
        """The applicable questions that have an answer and stand in the review."""
        return tuple(q for q in self.questions if q.listed and q.id in thread.answers and q.applies(thread))

    def missing(self, thread: Thread) -> int:
        """How many of the questions that apply are still to be answered, as far as can be told."""
        return sum(
            q.listed
            and not (q.skippable or q.on_request or q.id in thread.answers)
            and (q.applies(thread) or _expected(q, thread))
            for q in self.questions
        )

    def stands_after_last(self, question: str) -> bool:
        """Whether the question comes only once everything is handed in."""
        ids = [each.id for each in self.questions]
        return ids.index(question) > ids.index(self.last)

    def dependents(self, question: str) -> frozenset[str]:
        """All questions whose answers rest on that one's, directly or not."""
        return self._dependents[question]

    def _resting_on(self, question: str) -> frozenset[str]:
        found: set[str] = set()
        frontier = {question}
        while frontier:
            frontier = {q.id for q in self.questions if frontier & set(q.depends_on)} - found
            found |= frontier
        return frozenset(found)

    def progress(self, thread: Thread, at: str) -> Progress | None:
        """Place of that question among the applicable ones; None for one that is outside the order."""
        applicable = [
            q.id
            for q in self.questions
            if q.listed and not q.on_request and (q.applies(thread) or _expected(q, thread))
        ]
        if at not in applicable:
            return None
        return Progress(at=applicable.index(at) + 1, of=len(applicable))


def _expected(question: Question, thread: Thread) -> bool:
    return bool(question.decided_by) and question.decided_by not in thread.answers
