"""Whom a briefing or a broadcast is for: filters on what is known of each person, and how they read."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.annex1 import annex1
from domain.application import ApplicationStatus, status_traits
from domain.countries import country
from domain.datafiles import read_data
from domain.vocabulary import Language, Level, Posting

_SEPARATORS = {Language.ZH: ("；", "、", "："), Language.EN: ("; ", ", ", ": ")}


class Attendance(StrEnum):
    """What a person answered to a briefing: 参加 / 不参加 / 回看, or nothing yet."""

    COMING = "coming"
    NOT_COMING = "not_coming"
    RECORDING = "recording"
    NO_ANSWER = "no_answer"


def _ordered(values: object) -> object:
    """Without repetition and in order, so that equal audiences are equal in every form."""
    return tuple(sorted(set(values))) if isinstance(values, (list, tuple, set, frozenset)) else values


T = TypeVar("T")
Values = Annotated[tuple[T, ...], BeforeValidator(_ordered)]
"""The values that a filter lets through; none means that it lets everything through."""


class Invited(BaseModel):
    """Those who were called to a briefing, by what they answered; all of them where no answer is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    briefing: Annotated[str, Field(min_length=1)]
    answers: Values[Attendance] = ()


class Audience(BaseModel):
    """Filters, of which all must hold; within one, any value does. Without a filter: everyone.

    `countries` are alpha-2 codes of the posting, `units` names as they stand in the records, `incomplete` whether an
    answer that Annex 3 needs is missing, `eligible` whether the conditions of the level applied for are met.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    campaign: str = ""
    stages: Values[ApplicationStatus] = ()
    fields: Values[str] = ()
    levels: Values[Level] = ()
    postings: Values[Posting] = ()
    countries: Values[str] = ()
    units: Values[str] = ()
    languages: Values[Language] = ()
    incomplete: bool | None = None
    eligible: bool | None = None
    invited: Invited | None = None

    @property
    def is_everyone(self) -> bool:
        """Whether nobody is left out."""
        return self == Audience()

    def includes(self, person: "Recipient") -> bool:
        """Whether all filters let the person through; what is not known of a person passes no filter on it."""
        return (
            self.campaign in ("", person.campaign)
            and _lets_through(self.stages, person.stage)
            and _lets_through(self.fields, person.field)
            and _lets_through(self.levels, person.level)
            and _lets_through(self.postings, person.posting)
            and _lets_through(self.countries, person.country)
            and _lets_through(self.units, person.unit)
            and _lets_through(self.languages, person.language)
            and self.incomplete in (None, person.incomplete)
            and self.eligible in (None, person.eligible)
            and self._was_invited(person)
        )

    def _was_invited(self, person: "Recipient") -> bool:
        if self.invited is None:
            return True
        answer = person.attendance.get(self.invited.briefing)
        return answer is not None and _lets_through(self.invited.answers, answer)


def _lets_through(values: tuple[T, ...], value: T | None) -> bool:
    return not values or value in values


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person as filters and placeholders see them: one row for each application, one for who has none yet.

    `phone` is E.164, `country` the alpha-2 code of the posting, `location` the present location in words, `zone` the
    IANA zone that the person chose; '' where not known. `attendance` holds every briefing the person was called to.
    """

    key: str
    name: str = ""
    phone: str = ""
    language: Language = Language.ZH
    campaign: str = ""
    stage: ApplicationStatus | None = None
    field: str = ""
    level: Level | None = None
    posting: Posting | None = None
    country: str = ""
    location: str = ""
    zone: str = ""
    unit: str = ""
    incomplete: bool = True
    eligible: bool | None = None
    attendance: Mapping[str, Attendance] = dataclasses.field(default_factory=dict)


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en


class _AudienceWords(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    filters: dict[str, _Words]
    values: dict[str, _Words | dict[str, _Words]]

    def value(self, name: str, value: str, language: Language) -> str:
        """The words of a value; the value itself where none stand in the file."""
        of_filter = self.values.get(name, {})
        words = of_filter.get(value) if isinstance(of_filter, dict) else None
        return words[language] if words else value


@cache
def _words() -> _AudienceWords:
    return read_data(_AudienceWords, "audience.toml")


def audience_text(audience: Audience, language: Language = Language.ZH) -> str:
    """The filters in words, for the audit, the approver and 导出信息: 阶段：已提交、已推荐；级别：资深."""
    between, among, behind = _SEPARATORS[language]
    parts = [
        f"{_words().filters[name][language]}{behind}{among.join(values)}" for name, values in _parts(audience, language)
    ]
    everyone = _words().values["everyone"]
    return between.join(parts) or (everyone[language] if isinstance(everyone, _Words) else "")


def value_text(name: str, value: str, language: Language) -> str:
    """One value of a filter in words: ("stages", "submitted") -> 已提交."""
    special = _SPECIAL.get(name)
    return special(value, language) if special else _words().value(name, value, language)


def _parts(audience: Audience, language: Language) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each filter that is set, with its values in words."""
    if audience.campaign:
        yield "campaign", (audience.campaign,)
    for name in ("stages", "fields", "levels", "postings", "countries", "units", "languages"):
        values: tuple[str, ...] = getattr(audience, name)
        if values:
            yield name, tuple(value_text(name, value, language) for value in values)
    for name, flag in (("incomplete", audience.incomplete), ("eligible", audience.eligible)):
        if flag is not None:
            yield name, (_words().value(name, "yes" if flag else "no", language),)
    if audience.invited is not None:
        answers = (value_text("attendance", each, language) for each in audience.invited.answers)
        yield "briefing", (audience.invited.briefing, *answers)


def _stage(value: str, language: Language) -> str:
    traits = status_traits(ApplicationStatus(value))
    return traits.zh if language is Language.ZH else traits.en


def _field(value: str, language: Language) -> str:
    known = annex1().field(value)
    return known.name_in(language) if known else value


def _country(value: str, language: Language) -> str:
    known = country(value)
    return known.name(language) if known else value


_SPECIAL: dict[str, Callable[[str, Language], str]] = {"stages": _stage, "fields": _field, "countries": _country}
