"""Going on with another device: a link that hands the session over once."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.errors import FileTooLargeError
from bot.web import forms
from bot.web.language import preferred
from bot.web.mailbox import Mailbox
from bot.web.page import Frame, Pages
from bot.web.sessions import RESUME_LASTS, Session, Sessions
from domain.vocabulary import Language

_PRIVATE = {"Cache-Control": "no-store"}


class Resume:
    """Makes the link and takes it. `address` is the public one, without a slash at the end."""

    def __init__(self, *, mailbox: Mailbox, sessions: Sessions, pages: Pages, address: str) -> None:
        self._mailbox = mailbox
        self._sessions = sessions
        self._pages = pages
        self._address = address

    def routes(self) -> list[BaseRoute]:
        """Everything under `/resume`."""
        return [
            Route("/resume", self.offer, methods=["GET"]),
            Route("/resume/{token}", self.ask, methods=["GET"]),
            Route("/resume/{token}", self.take, methods=["POST"]),
        ]

    async def offer(self, request: Request) -> Response:
        """Shows the link, to whoever has something to go on with."""
        session = self._sessions.of(request)
        frame = self._frame(request, session)
        if await self._mailbox.transcript(session.id) is None:
            return HTMLResponse(self._pages.note(frame, "web.nothing_to_resume"), headers=_PRIVATE)
        link = f"{self._address}/resume/{self._sessions.resume_token(session)}"
        return HTMLResponse(self._pages.resume(frame, link), headers=_PRIVATE)

    async def ask(self, request: Request) -> Response:
        """A link that a messenger looks at for its preview must not be used up by that: a press on a button does."""
        token = request.path_params["token"]
        session = self._sessions.of(request)
        frame = self._frame(request, session)
        if self._sessions.resumed(token) is None:
            return HTMLResponse(self._pages.note(frame, "web.resume_used"), status_code=410, headers=_PRIVATE)
        response = HTMLResponse(self._pages.resume_here(frame, token), headers=_PRIVATE)
        self._sessions.keep(session, response)
        return response

    async def take(self, request: Request) -> Response:
        """Hands the session over."""
        token = request.path_params["token"]
        here = self._sessions.of(request)
        try:
            form = await forms.read_form(request)
        except FileTooLargeError:
            form = {}
        handed = self._sessions.resumed(token)
        ours = self._sessions.form_is_ours(here, form.get("csrf", ""))
        if handed is None or not ours or not await self._mailbox.use(token, RESUME_LASTS):
            note = self._pages.note(self._frame(request, here), "web.resume_used")
            return HTMLResponse(note, status_code=410, headers=_PRIVATE)
        response = RedirectResponse("/", status_code=303, headers=_PRIVATE)
        self._sessions.keep(handed, response)
        return response

    def _frame(self, request: Request, session: Session) -> Frame:
        language = preferred(request.headers.get("accept-language", "")) or Language.ZH
        return Frame(
            language=language,
            form_token=self._sessions.form_token(session),
            nonce="",
            mark=session.mark,
            large=request.cookies.get("size") == "large",
            download=lambda _: "",
        )
