"""A unit contact's dialogue on enterprises and their projects: what Annex 3 asks of them, cell by cell."""

from collections.abc import Callable
from enum import StrEnum

from rapidfuzz import fuzz

from dialogs.cards import Input, Line
from dialogs.context import Context
from dialogs.conversation import Thread, Value
from dialogs.effects import SaveWork
from dialogs.intake_values import shows_country
from dialogs.parsers.counts import parse_count
from dialogs.parsers.normal import tidy
from dialogs.parsers.outcome import ErrorReason, NotUnderstood, Understood
from dialogs.parsers.phones import parse_phone
from dialogs.questions import Option, Options, Question, Reader, Reading
from dialogs.readers import choice_only, country, free_text, name, one_of
from dialogs.script import Finish, Script
from dialogs.unit_desk import DeskEnterprise, DeskProject
from dialogs.units import again, desk_of, plain
from domain.countries import printed_name
from domain.records import Enterprise, OverseasProject
from domain.vocabulary import Language, ProjectStatus, ProjectType

NEAR = 85.0
"""Likeness (0..100) of a typed name to a known one from which it is asked whether they are the same."""
UNSURE = "?"
"""Stands before a typed name that is much like a known one, until the person has said which it is."""
KEEP = "="
"""The value of the option that leaves things as they stand."""
NONE = "-"
"""No project: only the enterprise is to be written."""


def _enterprise(thread: Thread, context: Context) -> DeskEnterprise | None:
    """The known enterprise that was chosen."""
    desk = desk_of(thread, context)
    chosen = thread.value("unit_same") or thread.value("unit_enterprise")
    return desk.enterprise(chosen) if desk is not None else None


def _project(thread: Thread, context: Context) -> DeskProject | None:
    enterprise = _enterprise(thread, context)
    if enterprise is None:
        return None
    return next((each for each in enterprise.projects if str(each.id) == str(thread.value("unit_project"))), None)


def _enterprises(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    desk = desk_of(thread, context)
    known = desk.enterprises if desk is not None else ()
    return tuple(
        Option(
            label=Line(key="unit.enterprise", args={"name": each.record.name, "contact": each.record.contact_name})
            if each.record.contact_name
            else plain(each.record.name),
            value=str(each.id),
            words=(each.record.name,),
        )
        for each in known
    )


def _read_enterprise(text: str, thread: Thread, context: Context) -> Reading:
    """A new enterprise's name; one that is much like a known one is asked about, never joined by itself."""
    read = free_text(200)(text, thread, context)
    if not isinstance(read, Understood):
        return read
    if str(read.value)[0] in (UNSURE, KEEP, NONE) or str(read.value).isdecimal():
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    return Understood(f"{UNSURE}{read.value}" if _alike(str(read.value), thread, context) else read.value)


def _alike(typed: str, thread: Thread, context: Context) -> tuple[DeskEnterprise, ...]:
    desk = desk_of(thread, context)
    known = desk.enterprises if desk is not None else ()
    return tuple(each for each in known if fuzz.WRatio(each.record.name, typed) >= NEAR)


def _is_unsure(thread: Thread) -> bool:
    return str(thread.value("unit_enterprise") or "").startswith(UNSURE)


def _same(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    typed = str(thread.value("unit_enterprise") or "").removeprefix(UNSURE)
    known = tuple(
        Option(label=Line(key="unit_same.is", args={"name": each.record.name}), value=str(each.id))
        for each in _alike(typed, thread, context)
    )
    return (*known, Option(label=Line(key="unit_same.another", args={"name": typed}), value=typed))


Stands = Callable[[Thread, Context], str]
"""What stands in the records so far, as it is printed; '' where nothing does."""


def _keeping(stands: Stands, further: Options | None = None) -> Options:
    """First the option to leave what stands, then the others."""

    def offered(thread: Thread, context: Context, menu: str, language: Language) -> tuple[Option, ...]:
        value = stands(thread, context)
        kept = (Option(label=Line(key="unit.keep", args={"value": value}), value=KEEP, aside=True),) if value else ()
        return (*kept, *(further(thread, context, menu, language) if further is not None else ()))

    return offered


def _of_enterprise(member: str) -> Stands:
    def stands(thread: Thread, context: Context) -> str:
        found = _enterprise(thread, context)
        return str(getattr(found.record, member)) if found is not None else ""

    return stands


def _of_project(member: str) -> Stands:
    def stands(thread: Thread, context: Context) -> str:
        found = _project(thread, context)
        value = getattr(found.record, member) if found is not None else None
        return "" if value is None else str(value)

    return stands


def _phone(text: str, _: Thread, __: Context) -> Reading:
    return parse_phone(text, region="CN")


def _count(text: str, _: Thread, __: Context) -> Reading:
    return parse_count(text)


def _projects(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    found = _enterprise(thread, context)
    known = tuple(
        Option(label=plain(f"{each.record.name} {each.record.country}".strip()), value=str(each.id))
        for each in (found.projects if found is not None else ())
    )
    return (*known, Option(label=Line(key="unit_project.none"), value=NONE, aside=True))


def _read_project(text: str, thread: Thread, context: Context) -> Reading:
    read = free_text(200)(text, thread, context)
    if isinstance(read, Understood) and (str(read.value).isdecimal() or tidy(text) in (KEEP, NONE)):
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    return read


def _has_project(thread: Thread) -> bool:
    return thread.value("unit_project") not in (None, NONE)


def _words(question: str, kind: type[StrEnum]) -> Options:
    made = tuple(
        Option(label=Line(key=f"{question}.value.{each.name.lower()}"), value=each.value, words=(each.value,))
        for each in kind
    )
    return lambda _, __, ___, ____: made


def _not_above_all(value: Value, thread: Thread, context: Context) -> Line | None:
    """满足条件数 among 中方在外工程师人数, typed or standing."""
    if value == KEEP:
        stands = _of_project("qualified_engineers")(thread, context)
        value = int(stands) if stands else None
    total = thread.value("unit_chinese")
    if total == KEEP:
        stands = _of_project("chinese_engineers")(thread, context)
        total = int(stands) if stands else None
    if isinstance(value, int) and isinstance(total, int) and value > total:
        return Line(key="unit_qualified.more_than_chinese", args={"given": value, "ceiling": total})
    return None


def _figure(question: str, member: str, *, last: bool = False) -> Question:
    return Question(
        id=question,
        reads=_count,
        options=_keeping(_of_project(member)),
        applies=_has_project,
        depends_on=("unit_project", *(("unit_chinese",) if last else ())),
        must=(_not_above_all,) if last else (),
        skippable=True,
        input=Input.NUMBER,
    )


def _asked(question: str, reads: Reader, stands: Stands, further: Options | None = None) -> Question:
    """A question on the project that leaves what stands when told to."""
    return Question(
        id=question,
        reads=reads,
        options=_keeping(stands, further),
        applies=_has_project,
        depends_on=("unit_project",),
        skippable=True,
    )


def _given(thread: Thread, question: str, standing: str) -> str:
    value = thread.value(question)
    return standing if value in (None, KEEP) else str(value)


def _count_given(thread: Thread, question: str, standing: int | None) -> int | None:
    value = thread.value(question)
    return value if isinstance(value, int) and not isinstance(value, bool) else standing


def _save(thread: Thread, context: Context) -> Finish:
    desk, known = desk_of(thread, context), _enterprise(thread, context)
    if desk is None:
        return Finish()
    typed = str(thread.value("unit_same") or thread.value("unit_enterprise"))
    stood = known.record if known is not None else Enterprise(name=typed)
    enterprise = Enterprise(
        name=stood.name,
        contact_name=_given(thread, "unit_contact_name", stood.contact_name),
        contact_phone=_given(thread, "unit_contact_phone", stood.contact_phone),
    )
    project = _project(thread, context)
    wanted = SaveWork(
        unit=desk.id,
        enterprise=known.id if known is not None else None,
        record=enterprise,
        project=project.id if project is not None else None,
        project_record=_project_record(thread, project) if _has_project(thread) else None,
    )
    return Finish(
        effects=(wanted,), lines=(Line(key="unit.saved", args={"name": enterprise.name}),), side=again(thread)
    )


def _project_record(thread: Thread, known: DeskProject | None) -> OverseasProject:
    stood = known.record if known is not None else OverseasProject(name=str(thread.value("unit_project")))
    abroad = thread.value("unit_country")
    kind = _given(thread, "unit_type", stood.type or "")
    status = _given(thread, "unit_status", stood.status or "")
    chinese = _count_given(thread, "unit_chinese", stood.chinese_engineers)
    qualified = _count_given(thread, "unit_qualified", stood.qualified_engineers)
    if chinese is not None and qualified is not None and qualified > chinese:
        qualified = None  # left open, and what stood no longer fits: it is missing again
    return OverseasProject(
        name=stood.name,
        country=stood.country if abroad in (None, KEEP) else printed_name(str(abroad)),
        type=ProjectType(kind) if kind else None,
        status=ProjectStatus(status) if status else None,
        chinese_engineers=chinese,
        foreign_engineers=_count_given(thread, "unit_foreign", stood.foreign_engineers),
        qualified_engineers=qualified,
    )


def _shows_country(value: Value, language: Language) -> Line:
    return plain("") if value in (None, KEEP) else shows_country(value, language)


WORKS = Script(
    id="unit_works",
    questions=(
        Question(id="unit_enterprise", reads=_read_enterprise, options=_enterprises, free=True),
        Question(id="unit_same", reads=choice_only, options=_same, applies=_is_unsure, depends_on=("unit_enterprise",)),
        Question(
            id="unit_contact_name",
            reads=name,
            options=_keeping(_of_enterprise("contact_name")),
            depends_on=("unit_enterprise", "unit_same"),
            skippable=True,
            free=True,
        ),
        Question(
            id="unit_contact_phone",
            reads=_phone,
            options=_keeping(_of_enterprise("contact_phone")),
            depends_on=("unit_enterprise", "unit_same"),
            input=Input.PHONE,
            skippable=True,
        ),
        Question(
            id="unit_project",
            reads=_read_project,
            options=_projects,
            depends_on=("unit_enterprise", "unit_same"),
            free=True,
        ),
        Question(
            id="unit_country",
            reads=country,
            options=_keeping(_of_project("country")),
            applies=_has_project,
            depends_on=("unit_project",),
            skippable=True,
            shows=_shows_country,
        ),
        _asked("unit_type", one_of(ProjectType), _of_project("type"), _words("project_type", ProjectType)),
        _asked("unit_status", one_of(ProjectStatus), _of_project("status"), _words("project_status", ProjectStatus)),
        _figure("unit_chinese", "chinese_engineers"),
        _figure("unit_foreign", "foreign_engineers"),
        _figure("unit_qualified", "qualified_engineers", last=True),
    ),
    last="unit_qualified",
    finish=_save,
)
