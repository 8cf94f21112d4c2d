"""The choices that the intake's questions offer."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache, lru_cache

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.intake_values import specialty_text
from dialogs.questions import Go, Option, Options
from dialogs.verdict import OUTSIDE, assessment_of, level_name
from domain.annex1 import SpecialtyRef, annex1
from domain.application import ApplicationStatus, status_traits
from domain.classification import Classification
from domain.vocabulary import Degree, Language, Level, Posting

FIELDS = "fields"
"""The menu that lists the fields; `field:<id>` lists one field's specialties."""


def above(menu: str) -> str:
    """The page above a page of Annex 1: from a field's specialties to the fields, from the fields to the guesses."""
    return FIELDS if menu.startswith("field:") else ""


def _fixed(question: str, values: tuple[str, ...]) -> Options:
    options = tuple(Option(label=Line(key=f"{question}.value.{each}"), value=each) for each in values)

    def offered(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
        return options

    return offered


degree_options = _fixed("degree", tuple(Degree))
posting_options = _fixed("posting", tuple(Posting))


_LANGUAGES = (
    Option(label=Line(key="language.value.zh"), value=Language.ZH.value, words=("汉语", "chinese", "zh", "zhongwen")),
    Option(label=Line(key="language.value.en"), value=Language.EN.value, words=("英文", "英语", "en", "yingwen")),
)


def language_options(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    """The languages, each by its own name."""
    return _LANGUAGES


def from_enum(question: str, kind: type[StrEnum]) -> Options:
    """The members of an enumeration whose values are printed words."""
    options = tuple(
        Option(label=Line(key=f"{question}.value.{each.name.lower()}"), value=each.value, words=(each.value,))
        for each in kind
    )

    def offered(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
        return options

    return offered


OFFERED_ENTERPRISES = 5
"""Known enterprises offered at once."""


def enterprise_options(_: Thread, context: Context, menu: str, __: Language) -> tuple[Option, ...]:
    """On the page of near names: those that are known, and the one that was typed, to be taken as it is."""
    _page_name, _colon, typed = menu.partition(":")
    if not typed:
        return ()
    known = context.directory.enterprises_like(typed)[:OFFERED_ENTERPRISES]
    own = Option(label=Line(key="enterprise.as_typed", args={"name": typed}), value=typed)
    return (*(Option(label=_plain(each), value=each) for each in known), own)


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
    if menu:
        return _page(menu, language)
    suggested = tuple(_specialty(each.ref, language) for each in guesses(thread, context).candidates)
    return (*suggested, Option(label=Line(key="specialty.browse"), menu=FIELDS, aside=bool(suggested)))


@cache
def _page(menu: str, language: Language) -> tuple[Option, ...]:
    if menu == FIELDS:
        fields = tuple(
            Option(label=_plain(field.name_in(language)), menu=f"field:{field.id}", words=(field.name, field.en))
            for field in annex1().fields
        )
        return (*fields, Option(label=Line(key="specialty.outside"), value=OUTSIDE))
    field = next((each for each in annex1().fields if f"field:{each.id}" == menu), None)
    if field is None:
        return ()
    return tuple(
        Option(label=_plain(each.name_in(language)), value=f"{field.name}/{each.name}", words=(each.name, each.en))
        for each in field.specialties
    )


def guesses(thread: Thread, context: Context) -> Classification:
    """What the person's description of their work says about their specialty."""
    return _classified(context.classify, str(thread.value("work") or ""))


@lru_cache(maxsize=512)
def _classified(classify: Callable[[str], Classification], work: str) -> Classification:
    return classify(work)


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


def home_options(_: Thread, context: Context, __: str, ___: Language) -> tuple[Option, ...]:
    """What is left to do once the application is in."""
    editable = status_traits(ApplicationStatus(context.stage or ApplicationStatus.SUBMITTED)).editable
    return (_STATUS, *((_EDIT, _ATTACH) if editable else ()), _ELSEWHERE)


_STATUS = Option(label=Line(key="home.status"), go=Go.STATUS)
_EDIT = Option(label=Line(key="home.edit"), opens="edit")
_ATTACH = Option(label=Line(key="home.attach"), opens="certificate")
_ELSEWHERE = Option(label=Line(key="home.elsewhere"), go=Go.ELSEWHERE)


def check_options(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    """Leave the statement as it is, or write it anew."""
    return _CHECKED


_CHECKED = (
    Option(label=Line(key="statement_check.keep"), value="kept"),
    Option(label=Line(key="statement_check.rewrite"), opens="statement"),
)


def done_options(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    """No more files."""
    return _DONE


_DONE = (Option(label=Line(key="certificate.done"), go=Go.KEEP),)
