"""What a step may know besides the conversation: the clock's reading, the campaign, roles, look-ups. All read-only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from dialogs.case_card import CaseCard
from dialogs.unit_desk import FormReading, UnitDesk
from domain.campaign import Campaign
from domain.classification import Classification
from domain.vocabulary import Role


class Directory(Protocol):
    """What the records hold that a question may offer."""

    def units(self) -> Sequence[str]:
        """Names of the recommending units, those with most applications first."""

    def enterprises_like(self, name: str) -> Sequence[str]:
        """Known enterprises whose names are near this one, nearest first."""

    def own_units(self) -> Sequence[str]:
        """Names of the units that the person may work for."""

    def unit_desk(self, name: str) -> UnitDesk | None:
        """What the person works with for that unit; None for a unit that is not theirs."""

    def form_reading(self, reference: str) -> FormReading | None:
        """What was found in a filled form that the person sent."""

    def case(self, number: int) -> CaseCard | None:
        """An application as a member of the secretariat sees it; None for everyone else."""

    def next_case(self, after: int) -> CaseCard | None:
        """The next one that has been handed in and not been decided on; None for everyone else, and at the end."""


class EmptyDirectory:
    """A directory of nothing: the terminal simulation and many tests need no records."""

    def units(self) -> Sequence[str]:
        """None."""
        return ()

    def enterprises_like(self, name: str) -> Sequence[str]:  # noqa: ARG002 - the protocol's signature
        """None."""
        return ()

    def own_units(self) -> Sequence[str]:
        """None."""
        return ()

    def unit_desk(self, name: str) -> UnitDesk | None:  # noqa: ARG002 - the protocol's signature
        """None."""
        return None

    def form_reading(self, reference: str) -> FormReading | None:  # noqa: ARG002 - the protocol's signature
        """None."""
        return None

    def case(self, number: int) -> CaseCard | None:  # noqa: ARG002 - the protocol's signature
        """None."""
        return None

    def next_case(self, after: int) -> CaseCard | None:  # noqa: ARG002 - the protocol's signature
        """None."""
        return None


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

    zone: str = ""
    """The person's IANA zone; '' where it is not known: the secretariat's then."""

    @property
    def days_left(self) -> int:
        """Days until the campaign's deadline by the person's calendar; 0 on its day, negative once it is over."""
        deadline = self.campaign.deadline
        end = datetime.combine(deadline.on, time.max, ZoneInfo(deadline.time_zone))
        if self.now > end:
            return -1
        there = ZoneInfo(self.zone or deadline.time_zone)
        return (end.astimezone(there).date() - self.now.astimezone(there).date()).days

    @property
    def today(self) -> date:
        """The date where the secretariat is."""
        return self.date_of(self.now)

    def date_of(self, moment: datetime) -> date:
        """The date that a moment has where the secretariat is."""
        return moment.astimezone(ZoneInfo(self.campaign.deadline.time_zone)).date()
