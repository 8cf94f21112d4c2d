"""Annex 1 of the notice: the 工程技术领域 (fields), their 专业类别 (specialties) and scope texts."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Member

from domain.vocabulary import Language


class SpecialtyRef(NamedTuple):
    """A specialty by its printed names; specialty names alone repeat (其他), pairs do not."""

    field: str
    specialty: str


class Specialty(BaseModel):
    """A 专业类别; `name` and `scope` as printed (`scope` is empty where the print is)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    en: str
    scope: str

    def name_in(self, language: Language) -> str:
        """The printed name, or its English rendering."""
        return self.name if language is Language.ZH else self.en


class Field(BaseModel):
    """A 工程技术领域 with its specialties in the document's order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    en: str
    specialties: tuple[Specialty, ...] = Member(alias="specialty", min_length=1)

    def name_in(self, language: Language) -> str:
        """The printed name, or its English rendering."""
        return self.name if language is Language.ZH else self.en

    def specialty(self, name: str) -> Specialty | None:
        """The specialty with this printed name, or None."""
        return next((each for each in self.specialties if each.name == name), None)


class Annex1(BaseModel):
    """The whole annex: 12 fields, 56 specialties."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: tuple[Field, ...] = Member(alias="field", min_length=1)

    def field(self, name: str) -> Field | None:
        """The field with this printed name, or None."""
        return next((each for each in self.fields if each.name == name), None)

    def specialty(self, ref: SpecialtyRef) -> Specialty | None:
        """The specialty that a pair of printed names stands for, or None."""
        field = self.field(ref.field)
        return field.specialty(ref.specialty) if field else None

    def refs(self) -> tuple[SpecialtyRef, ...]:
        """Every (field, specialty) pair in the document's order."""
        return tuple(SpecialtyRef(field.name, each.name) for field in self.fields for each in field.specialties)


@cache
def annex1() -> Annex1:
    """Annex 1 of the 2025 notice, read from `domain/data/annex1.toml`."""
    return Annex1.model_validate(tomllib.loads(files("domain").joinpath("data/annex1.toml").read_text("utf8")))
