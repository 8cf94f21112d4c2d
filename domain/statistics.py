"""The year's numbers, as /stats and the desk show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.application import ApplicationStatus


class EligibilityGroup(StrEnum):
    """Where a person stands with the conditions of the level applied for."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"
    """An answer that decides is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """How many applications there are, in all and by what; `counted_at` is aware.

    `by_field` has the names of Annex 1, `by_country` alpha-2 codes, '' for not known; `by_week` the Monday of each week
    in which somebody handed in, at the secretariat's clock.
    """

    counted_at: datetime
    total: int
    by_field: Mapping[str, int] = field(default_factory=dict)
    by_stage: Mapping[ApplicationStatus, int] = field(default_factory=dict)
    by_country: Mapping[str, int] = field(default_factory=dict)
    by_week: Mapping[date, int] = field(default_factory=dict)
    by_eligibility: Mapping[EligibilityGroup, int] = field(default_factory=dict)
