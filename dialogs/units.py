"""A unit contact's first dialogue: the unit at a glance, and where to go from there."""

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Answer, Thread, Value
from dialogs.effects import (
    RequestPackage,
)
from dialogs.questions import Go, Option, Options, Question
from dialogs.readers import choice_only, free_text
from dialogs.script import Finish, Script
from dialogs.unit_desk import UnitDesk
from domain.vocabulary import Language

PAGE = 8
"""Candidates shown at once."""
MOST_PAGES = 100
WHICH = "unit_which"
PAGES = tuple(f"page:{number}" for number in range(1, MOST_PAGES))


def plain(text: str) -> Line:
    """A label that is a name."""
    return Line(key="plain", args={"text": text})


def fixed(question: str, *values: str) -> Options:
    """Options whose labels are `<question>.value.<value>`."""
    made = tuple(Option(label=Line(key=f"{question}.value.{each}"), value=each) for each in values)

    def offered(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
        return made

    return offered


def desk_of(thread: Thread, context: Context) -> UnitDesk | None:
    """The desk of the unit that the dialogue is about."""
    return context.directory.unit_desk(str(thread.value(WHICH) or ""))


def again(thread: Thread, script: str = "unit") -> Thread:
    """A dialogue about the same unit, begun anew."""
    return Thread(script=script, answers={WHICH: thread.answers[WHICH]})


def about(unit: str, context: Context, script: str = "unit") -> Thread:
    """A dialogue about that unit."""
    return Thread(script=script, answers={WHICH: Answer(value=unit, said=unit, at=context.now)})


def known_unit(value: Value, _: Thread, context: Context) -> Line | None:
    """Only a unit that this person may work for."""
    if context.directory.unit_desk(str(value)) is None:
        return Line(key="unit.unknown", args={"unit": str(value)})
    return None


def _own_units(_: Thread, context: Context, __: str, ___: Language) -> tuple[Option, ...]:
    return tuple(Option(label=plain(each), value=each) for each in context.directory.own_units()[:PAGE])


def _overview(thread: Thread, context: Context, _: Language) -> tuple[Line, ...]:
    desk = desk_of(thread, context)
    if desk is None:
        return ()
    counts = {"people": len(desk.people), "complete": desk.complete, "recommended": desk.recommended}
    projects = sum(len(each.projects) for each in desk.enterprises)
    works = {"enterprises": len(desk.enterprises), "projects": projects}
    return (Line(key="unit.overview", args={"unit": desk.name, **counts, **works}),)


WHAT = ("people", "works", "invite", "package", "scan", "form")
_WHAT = fixed("unit_what", *WHAT)
_MERGE = Option(label=Line(key="unit_what.value.merge"), value="merge")
_LEAVE = Option(label=Line(key="unit_what.value.leave"), go=Go.CANCEL, aside=True)


def _what(thread: Thread, context: Context, menu: str, language: Language) -> tuple[Option, ...]:
    desk = desk_of(thread, context)
    merge = (_MERGE,) if desk is not None and any(each.near for each in desk.enterprises) else ()
    return (*_WHAT(thread, context, menu, language), *merge, _LEAVE)


_FOLLOWING = {
    "people": "unit_people",
    "works": "unit_works",
    "invite": "unit_invite",
    "scan": "unit_scan",
    "form": "import",
    "merge": "unit_merge",
}


def _go(thread: Thread, context: Context) -> Finish:
    desk = desk_of(thread, context)
    if desk is None:
        return Finish(lines=(Line(key="unit.unknown", args={"unit": str(thread.value(WHICH))}),))
    what = str(thread.value("unit_what"))
    if what == "package":
        return Finish(effects=(RequestPackage(desk.id),), lines=(Line(key="package.started"),), side=again(thread))
    if what == "people" and not desk.people:
        return Finish(lines=(Line(key="unit.nobody"),), side=again(thread))
    return Finish(side=again(thread, _FOLLOWING[what]))


UNIT = Script(
    id="unit",
    questions=(
        Question(id=WHICH, reads=free_text(200), options=_own_units, must=(known_unit,), free=True),
        Question(id="unit_what", reads=choice_only, options=_what, notes=_overview),
    ),
    last="unit_what",
    finish=_go,
)
