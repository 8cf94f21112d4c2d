"""A conversation: facts, not positions. Answers by stable question id, the open question, a revision."""

from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

from dialogs.upgrading import FORMAT, upgraded
from domain.vocabulary import Language

Value = str | bool | float | int | None
"""What an answer holds; enums as their value, None where the question was skipped."""


class Model(BaseModel):
    """What all parts of a conversation share: immutable. Members that only a later version knows are kept as they
    are, so that a process of the version before, still running during an upgrade, loses nothing.
    """

    model_config = ConfigDict(frozen=True, extra="allow")


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
    """How often it has been asked in vain since it was opened."""
    menu: str = ""
    """Which page of the choices is shown (Annex 1 is browsed in two levels)."""
    origin: str = ""
    """The question from which this one was opened to be edited: where /back leads."""


class Thread(Model):
    """One script's run: its answers and its open question."""

    script: str
    answers: Mapping[str, Answer] = {}
    open: Open | None = None
    proposed: Mapping[str, Answer] = {}
    """Understood from a sentence, not yet confirmed by the person: not recorded."""
    former: Mapping[str, Answer] = {}
    """Answers that an edit made doubtful: offered again with their question."""

    def value(self, question: str) -> Value:
        """The answer's value, or None."""
        answer = self.answers.get(question)
        return answer.value if answer else None

    def but(self, **changes: object) -> "Thread":
        """The thread with these members changed."""
        return self.model_copy(update=changes)


class Conversation(Model):
    """One person's conversation. `side` is a short dialogue (an export, a briefing) that the main one waits for."""

    format: int = FORMAT
    id: str
    """16 hexadecimal digits."""
    language: Language = Language.ZH
    main: Thread = Thread(script="intake")
    side: Thread | None = None
    revision: int = 0
    submitted_at: AwareDatetime | None = None
    seen_at: AwareDatetime | None = None
    """When the person last said or did something."""
    reminders_stopped: bool = False
    """The person wants no reminders of an unfinished intake."""

    @model_validator(mode="before")
    @classmethod
    def _upgrade(cls, stored: Any) -> Any:
        return upgraded(stored) if isinstance(stored, dict) else stored

    @property
    def active(self) -> Thread:
        """The thread that the next answer belongs to."""
        return self.side or self.main

    @property
    def consented(self) -> bool:
        """Whether the person has agreed to the use of their data."""
        return self.main.value("consent") is True

    def but(self, **changes: object) -> "Conversation":
        """The conversation with these members changed."""
        return self.model_copy(update=changes)
