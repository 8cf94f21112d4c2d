"""A unit contact's candidates: a page of them, one of them, what can be done for them."""

from collections.abc import Iterable

from dialogs.cards import Input, Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import (
    DecideCandidate,
    LinkToConfirm,
    RemindCandidate,
)
from dialogs.parsers.normal import tidy
from dialogs.parsers.outcome import ErrorReason, NotUnderstood, Understood
from dialogs.questions import Option, Question, Reading
from dialogs.readers import choice_only, free_text
from dialogs.script import Finish, Script
from dialogs.unit_desk import DeskPerson
from dialogs.units import PAGE, PAGES, again, desk_of
from domain.application import ApplicationStatus, status_traits
from domain.vocabulary import Language


def _page_of(menu: str) -> int:
    return int(menu.split(":")[1]) if menu else 0


def _page_up(menu: str) -> str:
    return f"page:{_page_of(menu) - 1}" if _page_of(menu) > 1 else ""


def stage_name(status: ApplicationStatus, language: Language) -> str:
    """What a status is called."""
    traits = status_traits(status)
    return traits.zh if language is Language.ZH else traits.en


def gaps(missing: Iterable[str]) -> Line:
    """缺：企业联系人、联系电话 as one line."""
    names = [Line(key=f"gap.{each}") for each in missing]
    if not names:
        return Line(key="unit.lacks_nothing")
    joined = names[0]
    for each in names[1:]:
        joined = Line(key="unit.and", args={"first": joined, "then": each})
    return Line(key="unit.lacks", args={"what": joined})


def _people_page(thread: Thread, context: Context, menu: str) -> tuple[DeskPerson, ...]:
    desk = desk_of(thread, context)
    begin = _page_of(menu) * PAGE
    return desk.people[begin : begin + PAGE] if desk is not None else ()


def _people(thread: Thread, context: Context, menu: str, language: Language) -> tuple[Option, ...]:
    options = tuple(
        Option(
            label=Line(key="unit.person", args={"name": each.name, "stage": stage_name(each.status, language)}),
            value=str(each.application),
            words=(each.name,),
        )
        for each in _people_page(thread, context, menu)
    )
    following = f"page:{_page_of(menu) + 1}"
    if following in PAGES and _people_page(thread, context, following):
        options += (Option(label=Line(key="unit.more"), menu=following, aside=True),)
    return options


def _by_name(text: str, thread: Thread, context: Context) -> Reading:
    """A candidate by name, whatever page is open."""
    desk, name = desk_of(thread, context), tidy(text)
    found = [each for each in desk.people if each.name == name] if desk is not None else []
    if len(found) == 1:
        return Understood(str(found[0].application))
    return NotUnderstood(ErrorReason.NO_SUCH_CHOICE)


def _lacking(thread: Thread, context: Context, language: Language) -> tuple[Line, ...]:
    """Who lacks what, on the page that is open."""
    menu = thread.open.menu if thread.open else ""
    return tuple(
        Line(
            key="unit.person_lacks",
            args={"name": each.name, "stage": stage_name(each.status, language), "lacks": gaps(each.missing)},
        )
        for each in _people_page(thread, context, menu)
    )


def _chosen(thread: Thread, context: Context) -> DeskPerson | None:
    desk = desk_of(thread, context)
    return desk.person(thread.value("unit_person")) if desk is not None else None


def _person_facts(thread: Thread, context: Context, language: Language) -> tuple[Line, ...]:
    person = _chosen(thread, context)
    if person is None:
        return ()
    args: dict[str, str | int | float | Line] = {
        "name": person.name,
        "stage": stage_name(person.status, language),
        "lacks": gaps(person.missing),
    }
    lines = [Line(key="unit.person_lacks", args=args)]
    if not person.confirmed:
        lines.append(Line(key="unit.unconfirmed"))
    if person.reminded_today:
        lines.append(Line(key="unit.reminded_today"))
    return tuple(lines)


RECOMMEND, TAKE_BACK, WITHDRAW, REMIND, CONFIRM = "recommend", "take_back", "withdraw", "remind", "confirm"
_BECOMES = {
    RECOMMEND: ApplicationStatus.RECOMMENDED,
    TAKE_BACK: ApplicationStatus.SUBMITTED,
    WITHDRAW: ApplicationStatus.WITHDRAWN,
}
_WITHDRAWABLE = (
    ApplicationStatus.IMPORTED,
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.RETURNED,
    ApplicationStatus.RECOMMENDED,
)


def _deeds(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    person = _chosen(thread, context)
    if person is None:
        return (Option(label=Line(key="unit_deed.back"), opens="unit_person", aside=True),)
    offered = []
    if person.has_account and not person.reminded_today:
        offered.append(REMIND)
    if not person.has_account:
        offered.append(CONFIRM)
    if person.status is ApplicationStatus.SUBMITTED:
        offered.append(RECOMMEND)
    if person.status is ApplicationStatus.RECOMMENDED:
        offered.append(TAKE_BACK)
    if person.status in _WITHDRAWABLE:
        offered.append(WITHDRAW)
    options = tuple(Option(label=Line(key=f"unit_deed.value.{each}"), value=each) for each in offered)
    return (*options, Option(label=Line(key="unit_deed.back"), opens="unit_person", aside=True))


def _owes_reason(thread: Thread) -> bool:
    return thread.value("unit_deed") in (TAKE_BACK, WITHDRAW)


def _do(thread: Thread, context: Context) -> Finish:
    desk, person = desk_of(thread, context), _chosen(thread, context)
    if desk is None or person is None:
        return Finish(lines=(Line(key="unit.person_gone"),), side=again(thread))
    deed = str(thread.value("unit_deed"))
    if deed == REMIND:
        return Finish(effects=(RemindCandidate(desk.id, person.application),), side=again(thread, "unit_people"))
    if deed == CONFIRM:
        return Finish(effects=(LinkToConfirm(desk.id, person.application),), side=again(thread, "unit_people"))
    wanted = DecideCandidate(
        desk.id, person.application, person.version, _BECOMES[deed], str(thread.value("unit_reason") or "")
    )
    return Finish(effects=(wanted,), side=again(thread, "unit_people"))


PEOPLE = Script(
    id="unit_people",
    questions=(
        Question(id="unit_person", reads=_by_name, options=_people, menus=PAGES, up=_page_up, notes=_lacking),
        Question(id="unit_deed", reads=choice_only, options=_deeds, notes=_person_facts, depends_on=("unit_person",)),
        Question(
            id="unit_reason",
            reads=free_text(300),
            applies=_owes_reason,
            depends_on=("unit_deed",),
            input=Input.LONG_TEXT,
            free=True,
        ),
    ),
    last="unit_reason",
    finish=_do,
)
