"""How the intake's values read for people."""

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum

from dialogs.cards import Line
from dialogs.conversation import Value
from dialogs.verdict import OUTSIDE
from domain.annex1 import SpecialtyRef, annex1
from domain.countries import country
from domain.eligibility import shown_years
from domain.vocabulary import Language

Shows = Callable[[Value, Language], Line]


def shows_enum(question: str, kind: type[StrEnum] | None = None) -> Shows:
    """The text `<question>.value.<member>`; members of `kind` are printed words, named in the key by their name."""

    def shows(value: Value, _: Language) -> Line:
        if value is None:
            return Line(key="not_given")
        member = kind(str(value)).name.lower() if kind is not None else str(value).lower()
        return Line(key=f"{question}.value.{member}")

    return shows


def shows_years(value: Value, _: Language) -> Line:
    """8.5 -> 8.5 年."""
    return Line(key="format.years", args={"years": shown_years(Decimal(str(value or 0)))})


def shows_country(value: Value, language: Language) -> Line:
    """MM -> 缅甸 / Myanmar."""
    if value is None:
        return Line(key="not_given")
    known = country(str(value))
    return Line(key="plain", args={"text": known.name(language) if known is not None else str(value)})


def shows_specialty(value: Value, language: Language) -> Line:
    """土木工程类 · 结构工程, in English with the printed names behind."""
    if value is None:
        return Line(key="not_given")
    if value == OUTSIDE:
        return Line(key="specialty.outside")
    field, name = str(value).split("/", 1)
    return Line(key="plain", args={"text": specialty_text(SpecialtyRef(field, name), language)})


def specialty_text(ref: SpecialtyRef, language: Language) -> str:
    """A specialty with its field, for a button."""
    field, specialty = annex1().field(ref.field), annex1().specialty(ref)
    if language is Language.EN and field is not None and specialty is not None:
        return f"{field.en} · {specialty.en}"
    return f"{ref.field} · {ref.specialty}"
