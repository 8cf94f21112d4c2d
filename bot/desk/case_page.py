"""One candidate: everything that stands of them, decisions, notes, tasks, files."""

from urllib.parse import quote

from sqlalchemy import Connection
from starlette.responses import Response

from bot import deciding, reminding
from bot.deciding import Decided, Decision, NotPossible, Overtaken, Result
from bot.desk.case_view import CaseView, case_view
from bot.desk.fields import checked, number, words
from bot.desk.office import Names, Office, note
from bot.desk.visit import Visit, back_to
from bot.store import attachments, cases
from bot.store.cases import REASON_LIMIT
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.application import ApplicationStatus, status_traits
from domain.evaluation import Task
from domain.vocabulary import Language

NOTE_LIMIT = 1000
_QUESTION = "question_"
_SAFE_TYPES = ("application/pdf", "image/png", "image/jpeg")


class CasePage:
    """`/desk/candidates/…` and `/desk/decisions`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, visit: Visit) -> Response:
        """The whole record; that it was looked at is audited."""
        return await self._page(visit, visit.row)

    async def _page(self, visit: Visit, row: int, problem: str = "", status: int = 200) -> Response:
        campaign = self._office.campaign(visit)

        def look(connection: Connection) -> tuple[CaseView, Names] | None:
            view = case_view(connection, row, campaign, visit.member.role, visit.language, visit.now)
            if view is None:
                return None
            note(connection, visit, "view_full_record", f"application {row}")
            return view, Names.read(connection, visit.language)

        found = await self._office.write(look)
        if found is None:
            return self._office.gone(visit)
        view, name_of = found
        return self._office.page(
            "case.html",
            visit,
            status=status,
            view=view,
            record=view.filed.record,
            who=name_of,
            problem=problem,
            limit=REASON_LIMIT,
            partners=campaign.partners,
        )

    async def decide(self, visit: Visit) -> Response:
        """Changes the status; where somebody was faster, says who did what and shows what stands now."""
        row = number(visit.given("application"))
        try:
            to = ApplicationStatus(visit.given("to"))
        except ValueError:
            return self._office.gone(visit)
        wanted = Decision(
            application=row,
            version=number(visit.given("version")),
            to=to,
            reason=words(visit.given("reason"), REASON_LIMIT),
            questions=checked(visit.fields, _QUESTION),
        )
        result = await self._office.write(
            lambda connection: deciding.decide(connection, visit.member, wanted, visit.now)
        )
        if isinstance(result, Decided):
            return back_to(f"/desk/candidates/{row}", "decided" if result.told else "decided_untold")
        names = await self._office.read(lambda connection: Names.read(connection, visit.language))
        return await self._page(visit, row, problem_text(result, names, visit.language), 409)

    async def note(self, visit: Visit) -> Response:
        """Adds a remark."""
        text = words(visit.given("text"), NOTE_LIMIT)

        def add(connection: Connection) -> bool:
            if cases.standing(connection, visit.row) is None:
                return False
            if text:
                cases.note(connection, visit.row, visit.person, text, visit.now)
                note(connection, visit, "note", f"application {visit.row}")
            return True

        known = await self._office.write(add)
        return back_to(f"/desk/candidates/{visit.row}", "noted") if known else self._office.gone(visit)

    async def task(self, visit: Visit) -> Response:
        """Marks a task done (or not), or reminds the candidate of what is open."""
        row = number(visit.given("application"))

        def change(connection: Connection) -> str | None:
            if cases.standing(connection, row) is None:
                return None
            if visit.given("remind"):
                told = reminding.remind(connection, row, visit.now)
                note(connection, visit, "remind", f"application {row}", "sent" if told else "not sent")
                return "reminded" if told else "not_reminded"
            done = next((each for each in Task if visit.given("task") == each), None)
            if done is None:
                return None
            cases.mark_task(connection, row, done, visit.now if visit.given("done") else None)
            note(connection, visit, "task", f"application {row}", f"{done} {'done' if visit.given('done') else 'open'}")
            return "task"

        said = await self._office.write(change)
        return back_to(f"/desk/candidates/{row}", said) if said else self._office.gone(visit)

    async def file(self, visit: Visit) -> Response:
        """A file of this candidate, and of nobody else; that it was fetched is audited."""
        reference = str(visit.request.path_params["reference"])
        campaign = self._office.campaign(visit)

        def fetch(connection: Connection) -> attachments.Attachment | None:
            view = case_view(connection, visit.row, campaign, visit.member.role, visit.language, visit.now)
            if view is None or all(each.reference != reference for each in view.files):
                return None
            note(connection, visit, "file", f"application {visit.row}")
            return attachments.find(connection, reference)

        found = await self._office.write(fetch)
        return self._office.gone(visit) if found is None else file_response(found)


def file_response(found: attachments.Attachment) -> Response:
    """A stored file, always saved and never shown in the desk's own origin."""
    known = found.media_type.startswith((*_SAFE_TYPES, "application/vnd.openxmlformats", "application/zip"))
    return Response(
        found.content,
        media_type=found.media_type if known else "application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
            "Cache-Control": "no-store",
        },
    )


def problem_text(result: Result, names: Names, language: Language) -> str:
    """Why a decision does not stand, in words; '' where it does."""
    if isinstance(result, Overtaken):
        traits = status_traits(result.status)
        status = traits.zh if language is Language.ZH else traits.en
        line = Line(key="desk.overtaken", args={"who": names(result.by), "status": status})
        return catalogue().say(line, language)
    return catalogue().say(Line(key=result.key), language) if isinstance(result, NotPossible) else ""
