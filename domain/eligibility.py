"""一、推荐人员条件, judged: `assess` gives a verdict per level that names every criterion."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.annex1 import annex1
from domain.campaign import Campaign
from domain.months import add_months
from domain.vocabulary import Criterion, Degree, Level, Posting

Years = Annotated[Decimal, Field(ge=0, le=80)]

_DEGREES = tuple(Degree)
_MONTHS = 12


class Facts(BaseModel):
    """What the conditions ask about a person; None where it is not known (yet).

    `field` is a printed name of Annex 1 ("" for work outside the 12 fields); years are years on the day of the
    assessment. A float is taken at its shortest decimal form: 4.99 is 4.99, not 4.99000000000000021.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str | None = None
    degree: Degree | None = None
    degree_related: bool | None = None
    years: Years | None = None
    important_years: Years | None = None
    posting: Posting | None = None

    @model_validator(mode="after")
    def _important_years_are_part_of_the_years(self) -> "Facts":
        if self.years is not None and self.important_years is not None and self.important_years > self.years:
            raise ValueError(f"important_years ({self.important_years}) cannot be above years ({self.years})")
        return self


class State(StrEnum):
    """Whether a criterion holds."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class Case(StrEnum):
    """Why a criterion is in its state: the last word of its text key in the catalogue."""

    MET = "met"
    DISPATCHED = "dispatched"
    PLANNED = "planned"
    UNKNOWN = "unknown"
    OUTSIDE = "outside"
    DEGREE_TOO_LOW = "degree_too_low"
    UNRELATED = "unrelated"
    TOO_SHORT = "too_short"
    NOT_ABROAD = "not_abroad"


_MET_CASES = frozenset({Case.MET, Case.DISPATCHED, Case.PLANNED})


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion at one level: the figure given, the figure needed, and from when it would be met.

    `given` and `needed` are years (Decimal), a degree, a posting or a field's name; None where there is no such
    figure. `met_on` stands only where time alone would help.
    """

    criterion: Criterion
    case: Case
    given: Decimal | str | None = None
    needed: Decimal | str | None = None
    met_on: date | None = None

    @property
    def state(self) -> State:
        """Met, unmet, or not known."""
        if self.case is Case.UNKNOWN:
            return State.UNKNOWN
        return State.MET if self.case in _MET_CASES else State.UNMET

    @property
    def text_key(self) -> str:
        """The key of its sentence in the catalogue, such as `verdict.experience_too_short`."""
        return f"verdict.{self.criterion}_{self.case}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """All criteria of one level, in the notice's order."""

    level: Level
    findings: tuple[Finding, ...]

    def _criteria(self, state: State) -> tuple[Criterion, ...]:
        return tuple(each.criterion for each in self.findings if each.state is state)

    @property
    def eligible(self) -> bool:
        """Whether every criterion is known to be met."""
        return all(each.state is State.MET for each in self.findings)

    @property
    def unmet(self) -> tuple[Criterion, ...]:
        """The criteria that are known not to be met."""
        return self._criteria(State.UNMET)

    @property
    def unknown(self) -> tuple[Criterion, ...]:
        """The criteria about which something is not known: while there are any, the verdict is preliminary."""
        return self._criteria(State.UNKNOWN)

    @property
    def eligible_on(self) -> date | None:
        """The day on which time alone makes the person eligible; None where they are, or where it does not help."""
        waiting = [each.met_on for each in self.findings if each.state is not State.MET]
        dates = [each for each in waiting if each is not None]
        return max(dates) if dates and len(dates) == len(waiting) else None

    def finding(self, criterion: Criterion) -> Finding:
        """What was found about one criterion."""
        return next(each for each in self.findings if each.criterion is criterion)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdicts for both levels, counted on the day `on`."""

    on: date
    professional: Verdict
    senior: Verdict

    def __getitem__(self, level: Level) -> Verdict:
        return self.senior if level is Level.SENIOR else self.professional

    @property
    def recommended(self) -> Level | None:
        """The highest level the person is eligible for."""
        return next((level for level in (Level.SENIOR, Level.PROFESSIONAL) if self[level].eligible), None)


def assess(facts: Facts, on: date, campaign: Campaign) -> Assessment:
    """Judge the facts by the campaign's conditions, as of the day `on`. Thresholds are inclusive."""
    return Assessment(
        on=on,
        professional=_verdict(facts, on, campaign, Level.PROFESSIONAL),
        senior=_verdict(facts, on, campaign, Level.SENIOR),
    )


def shown_years(years: Decimal) -> str:
    """Years as a person reads them: two decimals at most, never rounded up (4.999 is shown as 4.99, not as 5)."""
    return f"{years.quantize(Decimal('0.01'), ROUND_DOWN).normalize():f}"


def _verdict(facts: Facts, on: date, campaign: Campaign, level: Level) -> Verdict:
    needed = campaign.conditions[level]
    findings: Iterable[Finding] = (
        _field(facts),
        _education(facts, campaign.conditions.minimum_degree),
        _duration(Criterion.EXPERIENCE, facts.years, needed.related_years, on),
        _duration(Criterion.IMPORTANT_EXPERIENCE, facts.important_years, needed.important_years, on),
        _overseas(facts, campaign.conditions.planned_posting_years),
    )
    return Verdict(level, tuple(findings))


def _field(facts: Facts) -> Finding:
    if facts.field is None:
        return Finding(Criterion.FIELD, Case.UNKNOWN)
    case = Case.MET if annex1().field(facts.field) else Case.OUTSIDE
    return Finding(Criterion.FIELD, case, given=facts.field)


def _education(facts: Facts, minimum: Degree) -> Finding:
    case = Case.MET
    if facts.degree is not None and _DEGREES.index(facts.degree) < _DEGREES.index(minimum):
        case = Case.DEGREE_TOO_LOW
    elif facts.degree_related is False:
        case = Case.UNRELATED
    elif facts.degree is None or facts.degree_related is None:
        case = Case.UNKNOWN
    return Finding(Criterion.EDUCATION, case, given=facts.degree, needed=minimum)


def _duration(criterion: Criterion, given: Decimal | None, needed: Decimal, on: date) -> Finding:
    if given is None:
        return Finding(criterion, Case.UNKNOWN, needed=needed)
    if given >= needed:
        return Finding(criterion, Case.MET, given, needed)
    return Finding(criterion, Case.TOO_SHORT, given, needed, met_on=add_months(on, _whole_months(needed - given)))


def _overseas(facts: Facts, planned_within: int) -> Finding:
    needed = Decimal(planned_within)
    case = {
        None: Case.UNKNOWN,
        Posting.DISPATCHED: Case.DISPATCHED,
        Posting.PLANNED: Case.PLANNED,
        Posting.NONE: Case.NOT_ABROAD,
    }[facts.posting]
    return Finding(Criterion.OVERSEAS, case, given=facts.posting, needed=needed)


def _whole_months(years: Decimal) -> int:
    """A shortfall in years as months, rounded up."""
    # Years counted from months come as 55/12 = 4.583333333333333: 5 months are missing to 5, not 5.000000000000004.
    months = (years * _MONTHS).quantize(Decimal("1e-6"))
    return max(1, int(months.to_integral_value(ROUND_CEILING)))
