"""Where Annex 1 names one subject in several specialties: the product asks there, and says how the options differ."""

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Member

from domain.annex1 import SpecialtyRef
from domain.classification.lexicon import specialty_keys
from domain.errors import DataFileError


class OverlapOption(BaseModel):
    """One of the specialties with its one line, drawn from the scope text of Annex 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    specialty: str
    zh: str
    en: str

    @property
    def ref(self) -> SpecialtyRef:
        """The specialty by its printed names."""
        return specialty_keys()[self.specialty]


class Overlap(BaseModel):
    """A subject that several specialties name; `zh` and `en` say in one line how they differ."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    zh: str
    en: str
    about: tuple[str, ...] = ()
    options: tuple[OverlapOption, ...] = Member(alias="option", min_length=2)

    def concerns(self, term: str) -> bool:
        """Whether a term that speaks for several options is a word of this subject."""
        return not self.about or any(each in term for each in self.about)

    def option(self, ref: SpecialtyRef) -> OverlapOption | None:
        """The option for this specialty, or None where the overlap does not have it."""
        return next((each for each in self.options if each.ref == ref), None)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    overlap: tuple[Overlap, ...]


@cache
def overlaps() -> tuple[Overlap, ...]:
    """The overlaps of Annex 1 in `domain/data/overlaps.toml`; raises DataFileError for a specialty it lacks."""
    found = _File.model_validate(
        tomllib.loads(files("domain").joinpath("data/overlaps.toml").read_text("utf8"))
    ).overlap
    known = specialty_keys()
    for each in found:
        for option in each.options:
            if option.specialty not in known:
                raise DataFileError(f"overlaps.toml: {each.id}: Annex 1 has no specialty {option.specialty!r}")
    return found
