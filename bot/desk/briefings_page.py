"""Briefings: call one, change it, call it off, send material, see who comes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.responses import Response

from bot import calling
from bot.attendance_list import attendance_list
from bot.desk.briefing_form import PARTS, audience_in, briefing_in, shown_parts
from bot.desk.fields import number, words
from bot.desk.office import Names, Office, note
from bot.desk.visit import PRIVATE, Visit, back_to
from bot.jobs import XLSX
from bot.store import audiences, briefings
from bot.store.briefings import Called
from dialogs.briefing import TEXT_LIMIT
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.annex1 import annex1
from domain.application import ApplicationStatus, status_traits
from domain.audience import Attendance, audience_text
from domain.briefing import BriefingError
from domain.vocabulary import Level, Posting

LISTED = 50
_HERE = "/desk/briefings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One briefing with its answers so far."""

    called: Called
    answers: Sequence[tuple[Attendance, int]]


class BriefingsPage:
    """`/desk/briefings` and the pages below it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, visit: Visit) -> Response:
        """The form for a new one, and those that were called."""
        return await self._list(visit, {}, "", None)

    async def call(self, visit: Visit) -> Response:
        """First shows how many the audience is; asked again, stores it and invites them."""
        campaign = self._office.campaign(visit).id
        try:
            audience = audience_in(visit.fields, campaign)
            wanted = briefing_in(visit.fields) | {"audience": audience}
            calling.check(wanted, visit.now)
        except (ValidationError, BriefingError, ValueError):
            return await self._list(visit, visit.fields, "desk.briefings.wrong", None)
        if visit.given("do") != "send":
            count = await self._office.read(lambda connection: audiences.count(connection, audience, campaign))
            return await self._list(visit, visit.fields, "", count)

        def work(connection: Connection) -> None:
            called, count = calling.call(connection, visit.person, wanted, visit.now)
            detail = f"{audience_text(audience)}; {count} people"
            note(connection, visit, "brief", f"briefing {called.number}", detail)

        await self._office.write(work)
        return back_to(_HERE, "briefing_called")

    async def one(self, visit: Visit) -> Response:
        """One of them: its parts to change, the answers, the ways to go on."""
        return await self._one(visit, "")

    async def change(self, visit: Visit) -> Response:
        """The next version; whoever was told of it hears what has changed."""
        try:
            wanted = briefing_in(visit.fields)
            calling.check(wanted, visit.now)
        except (ValidationError, BriefingError, ValueError):
            return await self._one(visit, "desk.briefings.wrong")

        def work(connection: Connection) -> str:
            seen = briefings.find(connection, visit.row, lock=True)
            if seen is None or seen.briefing.sequence != number(visit.given("sequence")):
                return "briefing_overtaken"
            became = calling.change(connection, seen.number, wanted, visit.now)
            if became.briefing.sequence != seen.briefing.sequence:
                note(connection, visit, "brief", f"briefing {seen.number}", f"changed to {became.briefing.sequence}")
            return "briefing_changed"

        return await self._done(visit, work)

    async def cancel(self, visit: Visit) -> Response:
        """It does not take place: whoever may come hears so once."""

        def work(connection: Connection) -> str:
            calling.cancel(connection, visit.row, visit.now)
            note(connection, visit, "brief", f"briefing {visit.row}", "cancelled")
            return "briefing_cancelled"

        return await self._done(visit, work)

    async def material(self, visit: Visit) -> Response:
        """Words and links for everybody but those who declined."""
        text = words(visit.given("material"), TEXT_LIMIT)
        if not text:
            return await self._one(visit, "desk.briefings.no_material")

        def work(connection: Connection) -> str:
            calling.send_material(connection, visit.row, text, None, visit.now)
            note(connection, visit, "brief", f"briefing {visit.row}", "material")
            return "briefing_material"

        return await self._done(visit, work)

    async def attendance(self, visit: Visit) -> Response:
        """The attendance list as a workbook."""

        def work(connection: Connection) -> tuple[str, bytes] | None:
            seen = briefings.find(connection, visit.row)
            if seen is None:
                return None
            note(connection, visit, "export", f"attendance of briefing {seen.number}")
            asked_by = Names.read(connection, visit.language)(visit.person)
            return seen.briefing.title, attendance_list(connection, seen, visit.now, asked_by)

        made = await self._office.write(work)
        if made is None:
            return self._office.gone(visit)
        name = catalogue().say(Line(key="desk.briefings.file", args={"title": made[0]}), visit.language)
        headers = {**PRIVATE, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
        return Response(made[1], media_type=XLSX, headers=headers)

    async def _done(self, visit: Visit, work: Callable[[Connection], str]) -> Response:
        try:
            said = await self._office.write(work)
        except BriefingError:
            said = "briefing_overtaken"
        return back_to(f"{_HERE}/{visit.row}", said)

    async def _list(self, visit: Visit, given: Mapping[str, str], problem: str, count: int | None) -> Response:
        def read(connection: Connection) -> Sequence[Shown]:
            return [_shown(connection, each) for each in briefings.listing(connection, LISTED)]

        return self._office.page(
            "briefings.html",
            visit,
            status=422 if problem else 200,
            rows=await self._office.read(read),
            parts=PARTS,
            given=given,
            problem=problem,
            count=count,
            fields=annex1().fields,
            levels=tuple(Level),
            postings=tuple(Posting),
            statuses=[status_traits(each) for each in ApplicationStatus if each not in ("draft", "withdrawn")],
        )

    async def _one(self, visit: Visit, problem: str) -> Response:
        def read(connection: Connection) -> Shown | None:
            seen = briefings.find(connection, visit.row)
            return _shown(connection, seen) if seen is not None else None

        shown = await self._office.read(read)
        if shown is None:
            return self._office.gone(visit)
        return self._office.page(
            "briefing.html",
            visit,
            status=422 if problem else 200,
            each=shown,
            parts=PARTS,
            given=visit.fields if problem else shown_parts(shown.called.briefing),
            problem=problem,
            audience=audience_text(shown.called.briefing.audience, visit.language),
            over=shown.called.briefing.cancelled or _is_over(shown.called, visit.now),
        )


def _shown(connection: Connection, called: Called) -> Shown:
    counted = briefings.counts(connection, called.number)
    return Shown(called=called, answers=[(each, counted.get(each, 0)) for each in Attendance])


def _is_over(called: Called, now: datetime) -> bool:
    return called.briefing.ends_at <= now
