"""The one door of the desk: session, role and form are checked here for every page, before its own code runs."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.desk.fields import read_fields
from bot.desk.pages import DeskPages
from bot.desk.visit import PRIVATE, Visit
from bot.store import audit, desk_sessions, members
from bot.store.audit import Entry, Outcome
from bot.store.desk_sessions import SESSION_LASTS
from bot.store.store import Store
from bot.store.tables import conversation
from bot.web.sessions import Session, Sessions
from domain.permissions import action_of_page, may
from domain.vocabulary import Language, Role

Handler = Callable[[Visit], Awaitable[Response]]
ENTRANCE = "/enter"


@dataclass(frozen=True, slots=True)
class _Known:
    person: int
    roles: frozenset[Role]
    language: Language


class Guard:
    """Opens a page to whoever may see it. A refusal is audited, and the same for pages that do not exist."""

    def __init__(
        self,
        store: Store,
        pages: DeskPages,
        secrets: Sequence[str],
        *,
        secure: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._pages = pages
        self._forms = Sessions(secrets, secure=secure, now=now)
        self._secure = secure
        self._now = now
        self.cookie = "__Host-desk" if secure else "desk"

    def __call__(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of a page."""

        async def endpoint(request: Request) -> Response:
            visit = await self._admit(request)
            return visit if isinstance(visit, Response) else await handler(visit)

        return endpoint

    async def _admit(self, request: Request) -> Visit | Response:
        token, now = request.cookies.get(self.cookie, ""), self._now()
        known = await self._store.read(lambda connection: _known(connection, token, now))
        if known is None:
            return RedirectResponse(ENTRANCE, status_code=303, headers=PRIVATE)
        action = action_of_page(request.scope["path"])
        if action is None or not may(known.roles, action):
            entry = Entry(action=action or "desk", actor=known.person, outcome=Outcome.REFUSED, detail=request.method)
            await self._store.write(lambda connection: audit.write(connection, entry, now))
            return self.refusal("desk.refused", known.language)
        visit = Visit(
            request=request, token=token, person=known.person, roles=known.roles, language=known.language, now=now
        )
        if request.method == "GET":
            return visit
        fields = await read_fields(request)
        if not from_here(request) or not self._forms.form_is_ours(_as_session(token), fields.get("csrf", "")):
            return self.refusal("desk.form_expired", known.language)
        return Visit(
            request=request,
            token=token,
            person=known.person,
            roles=known.roles,
            language=known.language,
            now=now,
            fields=fields,
        )

    def refusal(self, key: str, language: Language) -> HTMLResponse:
        """A page that says no, and nothing of what stands behind it."""
        return HTMLResponse(self._pages.note(key, language), status_code=403, headers=PRIVATE)

    def form_token(self, token: str) -> str:
        """What every form of this session carries."""
        return self._forms.form_token(_as_session(token))

    def keep(self, response: Response, token: str) -> None:
        """Hands the browser its session: out of reach of scripts and of other sites."""
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(SESSION_LASTS.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )

    def drop(self, response: Response) -> None:
        """Takes it back."""
        response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="strict")


def from_here(request: Request) -> bool:
    """Whether a form was sent from a page of ours, as far as the browser tells.

    Our pages send no referrer, for which browsers give the origin of their forms as "null".
    """
    origin = request.headers.get("origin", "")
    same_site = request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return same_site and (origin in ("", "null") or urlsplit(origin).netloc == request.headers.get("host", ""))


def _as_session(token: str) -> Session:
    return Session(token, fresh=False)


def _known(connection: Connection, token: str, now: datetime) -> _Known | None:
    session = desk_sessions.find(connection, token, now) if token else None
    if session is None:
        return None
    spoken = select(conversation.c.language).where(conversation.c.person_id == session.person)
    language = connection.execute(spoken).scalar_one_or_none() or Language.ZH
    return _Known(session.person, members.roles_of(connection, session.person), language)
