"""A conversation: facts, not positions. Answers by stable question id, the open question, a revision."""

from collections.abc import Mapping

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.vocabulary import Language

Value = str | bool | float | int | None
"""What an answer holds; enums as their value, None where the question was skipped."""


class Model(BaseModel):
    """What all parts of a conversation share: immutable; unknown members of later versions are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(Model):
    """What was understood, what the person said, and when."""

    value: Value
    said: str = ""
    at: AwareDatetime


class Open(Model):
    """The question that waits. `opening` is the revision at which it was opened; buttons of an older one are stale."""

    id: str
    opening: int
    tries: int = 0
    menu: str = ""
    """Which page of the choices is shown (Annex 1 is browsed in two levels)."""


class Thread(Model):
    """One script's run: its answers and its open question."""

    script: str
    answers: Mapping[str, Answer] = {}
    open: Open | None = None

    def value(self, question: str) -> Value:
        """The answer's value, or None."""
        answer = self.answers.get(question)
        return answer.value if answer else None


class Conversation(Model):
    """One person's conversation. `side` is a short dialogue (an export, a briefing) that the main one waits for."""

    id: str
    """16 hexadecimal digits."""
    language: Language = Language.ZH
    main: Thread = Thread(script="intake")
    side: Thread | None = None
    revision: int = 0
    submitted_at: AwareDatetime | None = None

    @property
    def active(self) -> Thread:
        """The thread that the next answer belongs to."""
        return self.side or self.main
