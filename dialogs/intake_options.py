"""The choices that the intake's questions offer."""

from enum import StrEnum

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.intake_values import specialty_text
from dialogs.questions import Go, Option, Options
from dialogs.verdict import OUTSIDE, assessment_of, level_name
from domain.annex1 import SpecialtyRef, annex1
from domain.vocabulary import Degree, Language, Level, Posting

FIELDS = "fields"
"""The menu that lists the fields; `field:<id>` lists one field's specialties."""


def _fixed(question: str, values: tuple[str, ...]) -> Options:
    options = tuple(Option(label=Line(key=f"{question}.value.{each}"), value=each) for each in values)

    def offered(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
        return options

    return offered


degree_options = _fixed("degree", tuple(Degree))
posting_options = _fixed("posting", tuple(Posting))
language_options = _fixed("language", tuple(Language))


def from_enum(question: str, kind: type[StrEnum]) -> Options:
    """The members of an enumeration whose values are printed words."""
    options = tuple(
        Option(label=Line(key=f"{question}.value.{each.name.lower()}"), value=each.value, words=(each.value,))
        for each in kind
    )

    def offered(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
        return options

    return offered


def yes_no_options(question: str) -> Options:
    """Yes and no, in the question's own words."""
    options = (
        Option(label=Line(key=f"{question}.yes"), value=True),
        Option(label=Line(key=f"{question}.no"), value=False),
    )

    def offered(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
        return options

    return offered


def specialty_menus() -> tuple[str, ...]:
    """Every page of Annex 1: the fields, then each field's specialties."""
    return (FIELDS, *(f"field:{field.id}" for field in annex1().fields))


def specialty_options(thread: Thread, context: Context, menu: str, language: Language) -> tuple[Option, ...]:
    """The best guesses from the person's own words; or Annex 1, browsed in two levels."""
    if menu == FIELDS:
        fields = tuple(
            Option(label=_plain(field.name_in(language)), menu=f"field:{field.id}") for field in annex1().fields
        )
        return (*fields, Option(label=Line(key="specialty.outside"), value=OUTSIDE))
    if menu.startswith("field:"):
        field = next(each for each in annex1().fields if f"field:{each.id}" == menu)
        return tuple(
            Option(label=_plain(each.name_in(language)), value=f"{field.name}/{each.name}")
            for each in field.specialties
        )
    guesses = context.classify(str(thread.value("work") or "")).candidates
    suggested = tuple(_specialty(each.ref, language) for each in guesses)
    return (*suggested, Option(label=Line(key="specialty.browse"), menu=FIELDS))


def _specialty(ref: SpecialtyRef, language: Language) -> Option:
    return Option(label=_plain(specialty_text(ref, language)), value=f"{ref.field}/{ref.specialty}")


def _plain(text: str) -> Line:
    return Line(key="plain", args={"text": text})


def level_options(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    """Both levels, the one that the verdict suggests first."""
    recommended = assessment_of(thread, context).recommended
    levels = sorted(Level, key=lambda each: each is not recommended)
    return tuple(
        Option(
            label=Line(key="level.suggested", args={"level": level_name(each)})
            if each is recommended
            else level_name(each),
            value=each.value,
            words=_LEVEL_WORDS[each],
        )
        for each in levels
    )


_LEVEL_WORDS = {Level.PROFESSIONAL: ("专业", "professional"), Level.SENIOR: ("资深", "senior")}


def review_options(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    """Hand in, or change an answer."""
    return (
        Option(label=Line(key="review.submit"), value="submitted"),
        Option(label=Line(key="review.edit"), opens="edit"),
    )


def home_options(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    """What is left to do once the application is in."""
    return (
        Option(label=Line(key="home.status"), go=Go.STATUS),
        Option(label=Line(key="home.edit"), opens="edit"),
    )
