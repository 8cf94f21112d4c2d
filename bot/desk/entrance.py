"""Signing in with a one-time code from one's own chat, and signing out."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.desk.fields import read_fields
from bot.desk.guard import Guard, from_here
from bot.desk.pages import DeskPages
from bot.desk.visit import PRIVATE, Visit, back_to
from bot.store import audit, desk_sessions, members
from bot.store.audit import Entry, Outcome
from bot.store.store import Store
from bot.web.language import preferred
from bot.web.sessions import Sessions
from domain.permissions import Action, may
from domain.vocabulary import Language

log = structlog.get_logger(__name__)
CODE_LENGTH = 20


class Entrance:
    """The door. Looking at a link uses nothing up: messengers do that for their previews; a press on a button does."""

    def __init__(
        self, store: Store, pages: DeskPages, guard: Guard, sessions: Sessions, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._pages = pages
        self._guard = guard
        self._sessions = sessions
        self._now = now

    async def show(self, request: Request) -> Response:
        """Asks for the code; a link has filled it in."""
        return self._page(request, request.query_params.get("code", "")[:CODE_LENGTH])

    async def enter(self, request: Request) -> Response:
        """Uses the code up and opens the desk."""
        fields = await read_fields(request)
        session = self._sessions.of(request)
        if not from_here(request) or not self._sessions.form_is_ours(session, fields.get("csrf", "")):
            return self._page(request, fields.get("code", "")[:CODE_LENGTH], wrong=True)
        now = self._now()
        token = await self._store.write(lambda connection: _sign_in(connection, fields.get("code", ""), now))
        if token is None:
            log.info("desk.wrong_code")
            return self._page(request, "", wrong=True)
        response = RedirectResponse("/desk", status_code=303, headers=PRIVATE)
        self._guard.keep(response, token)
        return response

    async def leave(self, visit: Visit) -> Response:
        """Signs this browser out."""
        await self._store.write(lambda connection: desk_sessions.end(connection, visit.token))
        response = back_to("/enter")
        self._guard.drop(response)
        return response

    def _page(self, request: Request, code: str, *, wrong: bool = False) -> Response:
        language = preferred(request.headers.get("accept-language", "")) or Language.ZH
        session = self._sessions.of(request)
        page = self._pages.entrance(language, csrf=self._sessions.form_token(session), code=code, wrong=wrong)
        response = HTMLResponse(page, status_code=403 if wrong else 200, headers=PRIVATE)
        self._sessions.keep(session, response)
        return response


def _sign_in(connection: Connection, code: str, now: datetime) -> str | None:
    opened = desk_sessions.redeem(connection, code, now)
    if opened is None:
        return None
    person, token = opened
    welcome = may(members.roles_of(connection, person), Action.FIND)
    outcome = Outcome.DONE if welcome else Outcome.REFUSED
    audit.write(connection, Entry(action="desk_sign_in", actor=person, outcome=outcome), now)
    if not welcome:
        desk_sessions.end(connection, token)
        return None
    return token
