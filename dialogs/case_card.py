"""One application as a member of the secretariat sees it in chat."""

from dataclasses import dataclass

from dialogs.cards import Line
from domain.application import ApplicationStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """What is shown of it. `forward` is the next ordinary step, None where there is none for this member.

    `questions` are the ids of the answers that can be given back to be mended.
    """

    id: int
    version: int
    status: ApplicationStatus
    lines: tuple[Line, ...]
    forward: ApplicationStatus | None
    may_return: bool
    questions: tuple[str, ...]
