"""A unit contact's dialogues: the unit at a glance, its candidates, links, the package, the scan."""

from collections.abc import Iterable

from dialogs.cards import Input, Line
from dialogs.context import Context
from dialogs.conversation import Answer, Thread, Value
from dialogs.effects import (
    DecideCandidate,
    InviteEngineers,
    KeepScan,
    LinkToConfirm,
    MergeEnterprises,
    RemindCandidate,
    RequestPackage,
    RevokeLinks,
)
from dialogs.parsers.normal import tidy
from dialogs.parsers.outcome import ErrorReason, NotUnderstood, Understood
from dialogs.questions import Go, Option, Options, Question, Reading
from dialogs.readers import choice_only, file_only, free_text
from dialogs.script import Finish, Script
from dialogs.unit_desk import DeskPerson, UnitDesk
from domain.application import ApplicationStatus, status_traits
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


def _for_whom(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    desk = desk_of(thread, context)
    projects = (
        (f"{each.record.name}（{enterprise.record.name}）", each.id)
        for enterprise in (desk.enterprises if desk is not None else ())
        for each in enterprise.projects
    )
    return (
        Option(label=Line(key="unit_invite_for.value.unit"), value="unit"),
        *(Option(label=plain(name), value=str(number)) for name, number in projects),
        Option(label=Line(key="unit_invite_for.value.revoke"), value="revoke", aside=True),
    )


def _invite(thread: Thread, context: Context) -> Finish:
    desk = desk_of(thread, context)
    if desk is None:
        return Finish()
    whom = str(thread.value("unit_invite_for"))
    if whom == "revoke":
        return Finish(effects=(RevokeLinks(desk.id),), side=again(thread))
    project = None if whom == "unit" else int(whom)
    return Finish(effects=(InviteEngineers(desk.id, project),), lines=(Line(key="link.started"),), side=again(thread))


INVITE = Script(
    id="unit_invite",
    questions=(Question(id="unit_invite_for", reads=choice_only, options=_for_whom),),
    last="unit_invite_for",
    finish=_invite,
)


def _scan(thread: Thread, context: Context) -> Finish:
    desk = desk_of(thread, context)
    if desk is None:
        return Finish()
    return Finish(effects=(KeepScan(desk.id, tuple(str(thread.value("unit_scan_file")).split())),), side=again(thread))


SCAN = Script(
    id="unit_scan",
    questions=(Question(id="unit_scan_file", reads=file_only, input=Input.FILE, reads_files=True),),
    last="unit_scan_file",
    finish=_scan,
)


def _pairs(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    desk = desk_of(thread, context)
    if desk is None:
        return ()
    return tuple(
        Option(
            label=Line(key="unit.merge_pair", args={"gone": each.record.name, "kept": other.record.name}),
            value=f"{other.id} {each.id}",
        )
        for each in desk.enterprises
        for number in each.near
        if (other := desk.enterprise(number)) is not None
    )[: 2 * PAGE]


def _merge(thread: Thread, context: Context) -> Finish:
    desk = desk_of(thread, context)
    if desk is None:
        return Finish()
    kept, gone = (int(each) for each in str(thread.value("unit_merge_pair")).split())
    return Finish(effects=(MergeEnterprises(desk.id, kept, gone),), side=again(thread))


MERGE = Script(
    id="unit_merge",
    questions=(Question(id="unit_merge_pair", reads=choice_only, options=_pairs),),
    last="unit_merge_pair",
    finish=_merge,
)
