"""The questions by which an audience is put together: a list of filters, each opened on request, and «these people»."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import CountAudience, Effect
from dialogs.parsers.countries import parse_country
from dialogs.parsers.normal import tidy
from dialogs.parsers.outcome import ErrorReason, NotUnderstood, Understood
from dialogs.questions import Option, Question, Reading
from dialogs.readers import choice_only
from domain.annex1 import annex1
from domain.application import ApplicationStatus
from domain.audience import Attendance, Audience, Invited, audience_text, value_text
from domain.vocabulary import Language, Level, Posting

SEPARATOR = "\n"
"""Between the values of a filter in an answer, which holds one text."""

OFFERED_UNITS = 8
_READY = "ready"
_YES, _NO = "yes", "no"

Offers = Callable[[Context, Language], Iterable[tuple[str, str]]]
"""The values of a filter with the words for each."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of `domain.audience.Audience`: its member, the values offered, how typed words are read."""

    name: str
    offers: Offers
    reads: Callable[[str], str | None]
    single: bool = False


def _from(kind: type[StrEnum], name: str) -> Offers:
    return lambda _, language: ((each.value, value_text(name, each, language)) for each in kind)


def _fields(_: Context, language: Language) -> Iterable[tuple[str, str]]:
    return ((each.name, each.name_in(language)) for each in annex1().fields)


def _units(context: Context, _: Language) -> Iterable[tuple[str, str]]:
    return ((each, each) for each in context.directory.units()[:OFFERED_UNITS])


def _nothing_offered(_: Context, __: Language) -> Iterable[tuple[str, str]]:
    return ()


def _flag(name: str) -> Offers:
    def offers(_: Context, language: Language) -> Iterable[tuple[str, str]]:
        return ((each, value_text(name, each, language)) for each in (_YES, _NO))

    return offers


def _no_words(_: str) -> str | None:
    return None


def _as_typed(text: str) -> str | None:
    return " ".join(tidy(text).split()) or None


def _country(text: str) -> str | None:
    outcome = parse_country(text)
    return outcome.value if isinstance(outcome, Understood) else None


def _briefing(text: str) -> str | None:
    """`3 参加` -> `3 coming`; a number alone means everyone who was called to it."""
    key, _, said = tidy(text).removeprefix("#").partition(" ")
    if not key.isascii() or not key.replace("-", "").isalnum():
        return None
    answers = [each for each in Attendance if said in (each, *(value_text("attendance", each, la) for la in Language))]
    if said and not answers:
        return None
    return f"{key} {answers[0]}" if answers else key


FILTERS = (
    Filter("stages", _from(ApplicationStatus, "stages"), _no_words),
    Filter("fields", _fields, _no_words),
    Filter("levels", _from(Level, "levels"), _no_words),
    Filter("postings", _from(Posting, "postings"), _no_words),
    Filter("countries", _nothing_offered, _country),
    Filter("units", _units, _as_typed),
    Filter("languages", _from(Language, "languages"), _no_words),
    Filter("incomplete", _flag("incomplete"), _no_words, single=True),
    Filter("eligible", _flag("eligible"), _no_words, single=True),
    Filter("briefing", _nothing_offered, _briefing, single=True),
)


HUB = "audience"


def audience_of(thread: Thread, context: Context) -> Audience:
    """The audience that the answers describe, in the present campaign's applications where any filter is set."""
    values = {each.name: _values(thread, each) for each in FILTERS}
    key, _, answer = (values["briefing"] or [""])[0].partition(" ")
    chosen = Audience.model_validate(
        {each.name: tuple(values[each.name]) for each in FILTERS if not each.single}
        | {name: values[name][0] == _YES for name in ("incomplete", "eligible") if values[name]}
        | ({"invited": Invited(briefing=key, answers=(Attendance(answer),) if answer else ())} if key else {})
    )
    return chosen if chosen.is_everyone else chosen.model_copy(update={"campaign": context.campaign.id})


def _id(chosen: Filter) -> str:
    return f"audience_{chosen.name}"


def _values(thread: Thread, chosen: Filter) -> list[str]:
    value = thread.value(_id(chosen))
    return str(value).split(SEPARATOR) if value else []


def _ready_or_filter(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    ready = Option(label=Line(key="audience.ready"), value=_READY)
    return (ready, *(Option(label=Line(key=f"{_id(each)}.label"), opens=_id(each)) for each in FILTERS))


def audience_line(thread: Thread, context: Context, language: Language) -> Line:
    """The audience in words."""
    return Line(key="audience.so_far", args={"audience": audience_text(audience_of(thread, context), language)})


def _so_far(thread: Thread, context: Context, language: Language) -> tuple[Line, ...]:
    return (audience_line(thread, context, language),)


def _counts(thread: Thread, context: Context) -> tuple[Effect, ...]:
    return (CountAudience(audience_of(thread, context)),)


def _filter_question(chosen: Filter) -> Question:
    return Question(
        id=_id(chosen),
        reads=_reader(chosen),
        options=_value_options(chosen),
        follows=_counts,
        on_request=True,
        listed=False,
    )


def _reader(chosen: Filter) -> Callable[[str, Thread, Context], Reading]:
    def reader(text: str, thread: Thread, _: Context) -> Reading:
        value = chosen.reads(text)
        if value is None:
            return NotUnderstood(ErrorReason.NO_SUCH_CHOICE)
        return Understood(_toggled(_values(thread, chosen), value, chosen))

    return reader


def _value_options(chosen: Filter) -> Callable[[Thread, Context, str, Language], tuple[Option, ...]]:
    """Each value, a tick before those chosen; tapping one adds it or takes it away."""

    def options(thread: Thread, context: Context, _: str, language: Language) -> tuple[Option, ...]:
        values = _values(thread, chosen)
        offered = dict(chosen.offers(context, language))
        offered |= {each: value_text(chosen.name, each, language) for each in values if each not in offered}
        taps = [
            Option(
                label=Line(key="audience.on" if each in values else "plain", args={"text": words}),
                value=_toggled(values, each, chosen),
                words=(words,),
            )
            for each, words in offered.items()
        ]
        return (*taps, Option(label=Line(key="audience.any"), value="", aside=True))

    return options


def _toggled(values: Sequence[str], value: str, chosen: Filter) -> str:
    if value in values:
        return SEPARATOR.join(each for each in values if each != value)
    return value if chosen.single else SEPARATOR.join((*values, value))


AUDIENCE_QUESTIONS = (
    Question(
        id=HUB,
        reads=choice_only,
        options=_ready_or_filter,
        notes=_so_far,
        follows=_counts,
        shows=lambda _, __: Line(key="audience.ready"),
        listed=False,
    ),
    *(_filter_question(each) for each in FILTERS),
)
"""HUB is answered once the audience is put together; each filter is opened from it."""

AUDIENCE_IDS = tuple(each.id for each in AUDIENCE_QUESTIONS)
"""Everything that an audience rests on."""
