"""What a step may know besides the conversation: the clock's reading, the campaign, roles, look-ups. All read-only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.campaign import Campaign
from domain.classification import Classification
from domain.vocabulary import Role


class Directory(Protocol):
    """What the records hold that a question may offer."""

    def units(self) -> Sequence[str]:
        """Names of the recommending units, those with most applications first."""

    def enterprises_like(self, name: str) -> Sequence[str]:
        """Known enterprises whose names are near this one, nearest first."""


class EmptyDirectory:
    """A directory of nothing: the terminal simulation and many tests need no records."""

    def units(self) -> Sequence[str]:
        """None."""
        return ()

    def enterprises_like(self, name: str) -> Sequence[str]:  # noqa: ARG002 - the protocol's signature
        """None."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The world as one step sees it. `now` is aware; the rest does not change while the step runs."""

    now: datetime
    campaign: Campaign
    classify: Callable[[str], Classification]
    roles: frozenset[Role] = frozenset({Role.CANDIDATE})
    directory: Directory = field(default_factory=EmptyDirectory)
    stage: str = ""
    """Status of the person's application, '' before it was handed in."""
    erasure_on: date | None = None
    """The day on which everything of the person is erased, where they have asked for it and may take it back."""

    @property
    def today(self) -> date:
        """The date where the secretariat is."""
        return self.date_of(self.now)

    def date_of(self, moment: datetime) -> date:
        """The date that a moment has where the secretariat is."""
        return moment.astimezone(ZoneInfo(self.campaign.deadline.time_zone)).date()
