"""What a recommending unit's contact works with: the unit's people, its enterprises and their projects. Read-only."""

from dataclasses import dataclass

from domain.application import ApplicationStatus
from domain.records import Enterprise, OverseasProject


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPerson:
    """A candidate of the unit. `missing` are the gaps of their row of Annex 3 (`gap.<name>` has the words)."""

    application: int
    version: int
    name: str
    status: ApplicationStatus
    missing: tuple[str, ...]
    confirmed: bool
    has_account: bool
    reminded_today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskProject:
    """An overseas project by its id."""

    id: int
    record: OverseasProject


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskEnterprise:
    """An enterprise of the unit; `near` are others of the unit whose names are much alike: people decide."""

    id: int
    record: Enterprise
    projects: tuple[DeskProject, ...] = ()
    near: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDesk:
    """One unit."""

    id: int
    name: str
    people: tuple[DeskPerson, ...] = ()
    enterprises: tuple[DeskEnterprise, ...] = ()

    def person(self, application: object) -> DeskPerson | None:
        """The candidate with that application."""
        return next((each for each in self.people if str(each.application) == str(application)), None)

    def enterprise(self, number: object) -> DeskEnterprise | None:
        """The enterprise with that id."""
        return next((each for each in self.enterprises if str(each.id) == str(number)), None)

    def project(self, number: object) -> DeskProject | None:
        """The project with that id, of whichever enterprise."""
        return next(
            (each for every in self.enterprises for each in every.projects if str(each.id) == str(number)), None
        )

    @property
    def complete(self) -> int:
        """Candidates whose rows lack nothing."""
        return sum(not each.missing for each in self.people)

    @property
    def recommended(self) -> int:
        """Candidates that the unit has recommended, however far they have come since."""
        before = (ApplicationStatus.IMPORTED, ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED)
        return sum(each.status not in before for each in self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReading:
    """A filled form that was sent by chat, as far as it has been read. `state` is `bot.store.states.ImportState`'s."""

    state: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    refused: int = 0
    findings: tuple[str, ...] = ()
