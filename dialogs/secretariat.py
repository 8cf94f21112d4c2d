"""The secretariat's short dialogues: what to export."""

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import ExportScope, RequestExport
from dialogs.intake_values import shows_enum
from dialogs.questions import Option, Question
from dialogs.readers import choice_only, free_text, one_of
from dialogs.script import Finish, Script
from dialogs.verdict import level_name
from domain.annex1 import annex1
from domain.application import ApplicationStatus, status_traits
from domain.vocabulary import Language, Level, Posting

OFFERED_UNITS = 8
"""Units offered as buttons; any other is typed."""

NEVER_EXPORTED = (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN)
_WHOLE = (ExportScope.ALL, ExportScope.BY_UNIT)


def _scopes(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    return tuple(Option(label=Line(key=f"export_scope.value.{each}"), value=each.value) for each in ExportScope)


def _units(_: Thread, context: Context, __: str, ___: Language) -> tuple[Option, ...]:
    return tuple(
        Option(label=Line(key="plain", args={"text": each}), value=each)
        for each in context.directory.units()[:OFFERED_UNITS]
    )


def _fields(_: Thread, __: Context, ___: str, language: Language) -> tuple[Option, ...]:
    return tuple(
        Option(
            label=Line(key="plain", args={"text": each.name if language is Language.ZH else each.en}), value=each.name
        )
        for each in annex1().fields
    )


def _levels(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    return tuple(Option(label=level_name(each), value=each.value) for each in Level)


def _postings(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    return tuple(Option(label=Line(key=f"export_posting.value.{each}"), value=each.value) for each in Posting)


def _statuses(_: Thread, __: Context, ___: str, language: Language) -> tuple[Option, ...]:
    standing = (status_traits(each) for each in ApplicationStatus if each not in NEVER_EXPORTED)
    return tuple(
        Option(
            label=Line(key="plain", args={"text": each.zh if language is Language.ZH else each.en}),
            value=each.id.value,
            words=(each.zh, each.en),
        )
        for each in standing
    )


def _whom(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    return (
        Option(label=Line(key="export_whom.value.eligible"), value="eligible"),
        Option(label=Line(key="export_whom.value.everyone"), value="everyone"),
        Option(label=Line(key="export_whom.value.complete"), value="complete"),
    )


def _request(thread: Thread, _: Context) -> Finish:
    scope = ExportScope(str(thread.value("export_scope")))
    selected = "" if scope in _WHOLE else str(thread.value(f"export_{scope}"))
    whom = thread.value("export_whom")
    wanted = RequestExport(scope, selected, whom == "eligible", whom == "complete")
    return Finish(effects=(wanted,), lines=(Line(key="export.started"),))


EXPORT = Script(
    id="export",
    questions=(
        Question(id="export_scope", reads=one_of(ExportScope), options=_scopes, shows=shows_enum("export_scope")),
        Question(
            id="export_unit",
            reads=free_text(200),
            options=_units,
            free=True,
            applies=lambda thread: thread.value("export_scope") == ExportScope.UNIT,
        ),
        Question(
            id="export_field",
            reads=choice_only,
            options=_fields,
            applies=lambda thread: thread.value("export_scope") == ExportScope.FIELD,
        ),
        Question(
            id="export_level",
            reads=choice_only,
            options=_levels,
            applies=lambda thread: thread.value("export_scope") == ExportScope.LEVEL,
        ),
        Question(
            id="export_posting",
            reads=choice_only,
            options=_postings,
            applies=lambda thread: thread.value("export_scope") == ExportScope.POSTING,
        ),
        Question(
            id="export_status",
            reads=choice_only,
            options=_statuses,
            applies=lambda thread: thread.value("export_scope") == ExportScope.STATUS,
        ),
        Question(id="export_whom", reads=choice_only, options=_whom, shows=shows_enum("export_whom")),
    ),
    last="export_whom",
    finish=_request,
)
