"""Exports: start one, see what was handed out, fetch it again."""

from collections.abc import Sequence

from sqlalchemy import Connection
from starlette.responses import Response

from bot.desk.case_page import file_response
from bot.desk.lists import LISTS, ListJob, ListKind
from bot.desk.office import Names, Office, note
from bot.desk.visit import Visit, back_to
from bot.jobs import EXPORT, ExportJob
from bot.store import attachments, exports, timers
from bot.store.exports import Entry
from bot.telling import lane_of
from dialogs.effects import ExportScope
from domain.annex1 import annex1
from domain.application import ApplicationStatus, status_traits
from domain.vocabulary import Level, Posting


class ExportsPage:
    """`/desk/exports`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, visit: Visit) -> Response:
        """The forms, what is being made, and the history."""

        def read(connection: Connection) -> tuple[Sequence[Entry], int, Names]:
            making = timers.count_waiting(connection, (EXPORT, LISTS))
            return exports.history(connection), making, Names.read(connection, visit.language)

        entries, making, name_of = await self._office.read(read)
        return self._office.page(
            "exports.html",
            visit,
            entries=entries,
            making=making,
            who=name_of,
            fields=annex1().fields,
            levels=tuple(Level),
            postings=tuple(Posting),
            statuses=[status_traits(each) for each in ApplicationStatus if each not in ("draft", "withdrawn")],
        )

    async def start(self, visit: Visit) -> Response:
        """Sets the slow job going: Annex 3, the societies' lists or the partner bodies'."""
        kind = next((each for each in ListKind if visit.given("kind") == each), None)

        def work(connection: Connection) -> str:
            if kind is not None:
                job = ListJob(kind=kind, person=visit.person, asked_at=visit.now)
                subject = f"desk {visit.person} {kind} {visit.now.isoformat()}"
                timers.set_timer(connection, LISTS, subject, visit.now, visit.now, job.model_dump_json())
                return "export_started"
            lane = lane_of(connection, visit.person)
            wanted = _wanted(visit)
            if lane is None or wanted is None:
                return "export_refused"
            scope, selected = wanted
            annex3 = ExportJob(
                account=lane.id,
                person=visit.person,
                scope=scope,
                selected=selected,
                eligible_only=visit.given("whom") == "eligible",
                complete_only=visit.given("whom") == "complete",
                asked_at=visit.now,
            )
            subject = f"desk {visit.person} {visit.now.isoformat()}"
            timers.set_timer(connection, EXPORT, subject, visit.now, visit.now, annex3.model_dump_json())
            return "export_started"

        return back_to("/desk/exports", await self._office.write(work))

    async def fetch(self, visit: Visit) -> Response:
        """A workbook of the history, while it is kept."""
        reference = str(visit.request.path_params["reference"])

        def read(connection: Connection) -> attachments.Attachment | None:
            if not exports.is_known(connection, reference):
                return None
            note(connection, visit, "fetch_export", f"export {reference}")
            return attachments.find(connection, reference)

        found = await self._office.write(read)
        return self._office.gone(visit) if found is None else file_response(found)


def _wanted(visit: Visit) -> tuple[ExportScope, str] | None:
    """The first filter that is chosen; the form offers one list with all of them."""
    scope, _, selected = visit.given("what").partition(":")
    try:
        found = ExportScope(scope)
    except ValueError:
        return None
    match found:
        case ExportScope.FIELD:
            known = annex1().field(selected) is not None
        case ExportScope.LEVEL:
            known = selected in tuple(Level)
        case ExportScope.POSTING:
            known = selected in tuple(Posting)
        case ExportScope.STATUS:
            known = selected in tuple(ApplicationStatus)
        case ExportScope.UNIT:
            selected, known = visit.given("unit"), bool(visit.given("unit"))
        case _:
            known = True
    return (found, selected) if known else None
