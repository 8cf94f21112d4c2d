"""What a parser makes of a typed answer: understood, ambiguous and asked back, or not understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

T_co = TypeVar("T_co", covariant=True)
Detail: TypeAlias = str | int | float | tuple[str, ...]
Details: TypeAlias = Mapping[str, Detail]
"""Values for the placeholders of the text that the person is shown."""


class AskReason(StrEnum):
    """Why an answer is asked back: it says something, but more than one value would fit."""

    APPROXIMATE = "approximate"
    RANGE = "range"
    MONTH_MISSING = "month_missing"
    START_MISSING = "start_missing"
    DATE_OR_DURATION = "date_or_duration"
    DAY_OR_MONTH = "day_or_month"
    UNLIKELY = "unlikely"
    IN_PROGRESS = "in_progress"
    POSTGRADUATE = "postgraduate"
    LEVEL_UNCLEAR = "level_unclear"
    SEVERAL = "several"
    CONTINENT = "continent"
    DID_YOU_MEAN = "did_you_mean"
    COUNTRY_CODE_MISSING = "country_code_missing"
    UNDECIDED = "undecided"
    DOUBLE_NEGATIVE = "double_negative"
    DATE_MISSING = "date_missing"
    TIME_MISSING = "time_missing"
    YEAR_MISSING = "year_missing"
    MORNING_OR_EVENING = "morning_or_evening"
    WHICH_WEEK = "which_week"
    WEEKDAY_DIFFERS = "weekday_differs"
    OTHER_CLOCK = "other_clock"
    UNIT_MISSING = "unit_missing"


class ErrorReason(StrEnum):
    """Why an answer cannot be taken at all."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_UNDERSTOOD = "not_understood"
    OUT_OF_RANGE = "out_of_range"
    FUTURE = "future"
    PAST = "past"
    NO_SUCH_DATE = "no_such_date"
    INVALID_PHONE = "invalid_phone"
    NOT_A_NAME = "not_a_name"
    NO_SUCH_CHOICE = "no_such_choice"


@dataclass(frozen=True)
class Understood(Generic[T_co]):
    """Exactly one value fits."""

    value: T_co


@dataclass(frozen=True)
class AskBack:
    """Ambiguous: never guessed; `details` hold what the question back can name (low, high, candidates …)."""

    reason: AskReason
    details: Details = field(default_factory=dict)


@dataclass(frozen=True)
class NotUnderstood:
    """Nothing fits; `details` hold what the error text can name."""

    reason: ErrorReason
    details: Details = field(default_factory=dict)


Outcome: TypeAlias = Understood[T_co] | AskBack | NotUnderstood
