"""Which bars a chart of the year's numbers has: labels, numbers, colours."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from domain.annex1 import annex1
from domain.application import ApplicationStatus, status_traits
from domain.countries import country
from domain.statistics import EligibilityGroup, Statistics
from domain.vocabulary import Language

BEIJING = ZoneInfo("Asia/Shanghai")
COUNTRIES_SHOWN, WEEKS_SHOWN = 10, 12

# Okabe and Ito's palette, which people with any kind of colour blindness can tell apart; every bar is labelled as well.
_BLUE, _GREEN, _VERMILION, _GREY = "#0072b2", "#009e73", "#d55e00", "#7b8794"


class Chart(StrEnum):
    """One of the charts."""

    FIELD = "field"
    STAGE = "stage"
    COUNTRY = "country"
    WEEK = "week"
    ELIGIBILITY = "eligibility"


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def __getitem__(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en


class _PictureWords(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: _Words
    caption: _Words
    nothing: _Words
    others: _Words
    not_given: _Words


class ChartWords(BaseModel):
    """What stands on the pictures, of `exports/data/charts.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    picture: _PictureWords
    charts: dict[Chart, _Words]
    eligibility: dict[EligibilityGroup, _Words]


@cache
def chart_words() -> ChartWords:
    """The words on the pictures in both languages."""
    return ChartWords.model_validate(tomllib.loads(files("exports").joinpath("data/charts.toml").read_text("utf8")))


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a chart from top to bottom or left to right: their labels, numbers and colours."""

    labels: tuple[str, ...]
    values: tuple[int, ...]
    colours: tuple[str, ...]


def bars_of(chart: Chart, statistics: Statistics, language: Language) -> Bars:
    """The bars of one chart; at least one, which says so where there are no data."""
    return _SOURCES[chart](statistics, language)


def _fields(statistics: Statistics, language: Language) -> Bars:
    names = {each.name: each.name_in(language) for each in annex1().fields}
    return _by_size({names.get(name, name): count for name, count in statistics.by_field.items()}, language)


def _stages(statistics: Statistics, language: Language) -> Bars:
    there = [each for each in ApplicationStatus if statistics.by_stage.get(each)]
    traits = [status_traits(each) for each in there]
    labels = tuple(each.zh if language is Language.ZH else each.en for each in traits)
    return _blue(labels, [statistics.by_stage[each] for each in there], language)


def _countries(statistics: Statistics, language: Language) -> Bars:
    def name(code: str) -> str:
        known = country(code)
        return known.name(language) if known else code

    return _by_size({name(code): count for code, count in statistics.by_country.items()}, language, COUNTRIES_SHOWN)


def _weeks(statistics: Statistics, language: Language) -> Bars:
    """The last weeks up to the one counted in, those in which nobody handed in among them."""
    today = statistics.counted_at.astimezone(BEIJING).date()
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS_SHOWN))]
    labels = [f"{each.month}/{each.day}" for each in weeks]
    return _blue(labels, [statistics.by_week.get(each, 0) for each in weeks], language)


def _eligibility(statistics: Statistics, language: Language) -> Bars:
    labels = tuple(chart_words().eligibility[each][language] for each in EligibilityGroup)
    values = tuple(statistics.by_eligibility.get(each, 0) for each in EligibilityGroup)
    return Bars(labels, values, (_GREEN, _VERMILION, _GREY))


def _by_size(counts: Mapping[str, int], language: Language, most: int = 0) -> Bars:
    """The largest first; what is beyond `most` summed up as others and '' as not given come last, in grey."""
    words = chart_words().picture
    named = sorted(
        ((name, count) for name, count in counts.items() if name and count), key=lambda each: (-each[1], each)
    )
    shown, rest = (named[:most], named[most:]) if most else (named, [])
    grey: list[tuple[str, int]] = []
    if rest:
        grey.append((words.others[language], sum(count for _, count in rest)))
    if counts.get(""):
        grey.append((words.not_given[language], counts[""]))
    bars = _blue([name for name, _ in shown + grey], [count for _, count in shown + grey], language)
    return replace(bars, colours=(_BLUE,) * len(shown) + (_GREY,) * len(grey)) if shown + grey else bars


def _blue(labels: Sequence[str], values: Sequence[int], language: Language) -> Bars:
    """Blue bars; where there are none, one that says so."""
    if not labels:
        return Bars((chart_words().picture.nothing[language],), (0,), (_BLUE,))
    return Bars(tuple(labels), tuple(values), (_BLUE,) * len(labels))


_SOURCES = {
    Chart.FIELD: _fields,
    Chart.STAGE: _stages,
    Chart.COUNTRY: _countries,
    Chart.WEEK: _weeks,
    Chart.ELIGIBILITY: _eligibility,
}
