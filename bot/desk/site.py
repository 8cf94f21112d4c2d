"""Puts the desk together: its routes, each behind the one guard."""

from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.desk.briefings_page import BriefingsPage
from bot.desk.broadcasts_page import BroadcastsPage
from bot.desk.case_page import CasePage
from bot.desk.entrance import Entrance
from bot.desk.exports_page import ExportsPage
from bot.desk.guard import ENTRANCE, Guard, Handler
from bot.desk.list_page import ListPage
from bot.desk.office import Office
from bot.desk.pages import DeskPages
from bot.desk.partners_page import PartnersPage
from bot.desk.people_page import PeoplePage
from bot.desk.questions import QuestionsPage
from bot.desk.societies import SocietiesPage
from bot.desk.visit import Visit
from bot.store.store import Store
from bot.web.assets import Assets
from bot.web.sessions import Sessions

GET, POST = ["GET"], ["POST"]
Page = tuple[str, Handler, list[str]]


def desk_routes(*, store: Store, secrets: Sequence[str], address: str, now: Callable[[], datetime]) -> list[BaseRoute]:
    """Everything under `/desk`, and `/enter`. `address` is the public one: it says whether cookies need https."""
    secure = address.startswith("https://")
    pages = DeskPages(Assets())
    guard = Guard(store, pages, secrets, secure=secure, now=now)
    pages.form_token = guard.form_token
    office = Office(store, pages)
    entrance = Entrance(store, pages, guard, Sessions(secrets, secure=secure, now=now), now)

    async def nothing(visit: Visit) -> Response:
        return office.gone(visit)

    guarded: list[Page] = [
        *_work(office),
        *_briefings(office),
        *_records(office),
        ("/desk/leave", entrance.leave, POST),
        ("/desk/{rest:path}", nothing, GET + POST),
    ]
    return [
        Route(ENTRANCE, entrance.show, methods=GET),
        Route(ENTRANCE, entrance.enter, methods=POST),
        *(Route(path, guard(handler), methods=methods) for path, handler, methods in guarded),
    ]


def _work(office: Office) -> list[Page]:
    listing, case, societies = ListPage(office), CasePage(office), SocietiesPage(office)
    questions, partners = QuestionsPage(office), PartnersPage(office)
    return [
        ("/desk", listing.show, GET),
        ("/desk/stats", listing.stats, GET),
        ("/desk/candidates/{row:int}", case.show, GET),
        ("/desk/candidates/{row:int}/notes", case.note, POST),
        ("/desk/candidates/{row:int}/files/{reference}", case.file, GET),
        ("/desk/decisions", case.decide, POST),
        ("/desk/decisions/tasks", case.task, POST),
        ("/desk/societies", societies.show, GET),
        ("/desk/societies/allocate", societies.allocate, POST),
        ("/desk/societies/remind", societies.remind, POST),
        ("/desk/clock", societies.clock, GET),
        ("/desk/partners", partners.show, GET),
        ("/desk/partners", partners.change, POST),
        ("/desk/questions", questions.show, GET),
        ("/desk/questions", questions.answer, POST),
    ]


def _briefings(office: Office) -> list[Page]:
    briefings = BriefingsPage(office)
    return [
        ("/desk/briefings", briefings.show, GET),
        ("/desk/briefings", briefings.call, POST),
        ("/desk/briefings/{row:int}", briefings.one, GET),
        ("/desk/briefings/{row:int}", briefings.change, POST),
        ("/desk/briefings/{row:int}/cancel", briefings.cancel, POST),
        ("/desk/briefings/{row:int}/material", briefings.material, POST),
        ("/desk/briefings/{row:int}/attendance", briefings.attendance, GET),
    ]


def _records(office: Office) -> list[Page]:
    exports, people, broadcasts = ExportsPage(office), PeoplePage(office), BroadcastsPage(office)
    return [
        ("/desk/broadcasts", broadcasts.show, GET),
        ("/desk/broadcasts", broadcasts.brake, POST),
        ("/desk/broadcasts/approval", broadcasts.approve, POST),
        ("/desk/exports", exports.show, GET),
        ("/desk/exports", exports.start, POST),
        ("/desk/exports/{reference}", exports.fetch, GET),
        ("/desk/people", people.show, GET),
        ("/desk/people", people.rename, POST),
        ("/desk/people/invite", people.invite, POST),
        ("/desk/people/units", people.invite_unit, POST),
        ("/desk/people/revoke", people.revoke, POST),
        ("/desk/audit", people.audit, GET),
    ]
