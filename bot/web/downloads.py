"""Files for the person: links that are signed, bound to the session, short-lived, and work once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_bytes
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.language import preferred
from bot.web.mailbox import Mailbox
from bot.web.page import Frame, Pages
from bot.web.sessions import Session, Sessions
from bot.web.signing import Signer
from domain.vocabulary import Language

LASTS = timedelta(hours=1)
_NONCE_BYTES = 6
_SAFE_TYPES = ("application/", "text/plain", "text/csv", "text/calendar", "image/png", "image/jpeg")


class Downloads:
    """Makes the links and serves what they lead to."""

    def __init__(
        self, *, mailbox: Mailbox, sessions: Sessions, signer: Signer, pages: Pages, now: Callable[[], datetime]
    ) -> None:
        self._mailbox = mailbox
        self._sessions = sessions
        self._signer = signer
        self._pages = pages
        self._now = now

    def link(self, session: Session, reference: str) -> str:
        """A fresh link to a file for this session."""
        content = token_bytes(_NONCE_BYTES) + f"{session.id}:{reference}".encode()
        return f"/file/{self._signer.sign(content, self._now())}"

    def routes(self) -> list[BaseRoute]:
        """Everything under `/file`."""
        return [Route("/file/{token}", self.fetch, methods=["GET"])]

    async def fetch(self, request: Request) -> Response:
        """The file, as an attachment; a page that says how to get a new link where this one is over."""
        token = request.path_params["token"]
        session = self._sessions.of(request)
        opened = self._signer.open(token, self._now(), LASTS)
        if opened is None:
            return self._gone(request, session)
        owner, _, reference = opened[0][_NONCE_BYTES:].decode().partition(":")
        if owner != session.id:
            return self._gone(request, session)
        file = await self._mailbox.file(session.id, reference)
        if file is None or not await self._mailbox.use(token, LASTS):
            return self._gone(request, session)
        media_type = file.media_type if file.media_type.startswith(_SAFE_TYPES) else "application/octet-stream"
        return Response(
            file.content,
            media_type=media_type,
            headers={
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
                "Cache-Control": "no-store",
            },
        )

    def _gone(self, request: Request, session: Session) -> Response:
        language = preferred(request.headers.get("accept-language", "")) or Language.ZH
        frame = Frame(
            language=language, form_token=self._sessions.form_token(session), nonce="", mark="", download=lambda _: ""
        )
        return HTMLResponse(
            self._pages.note(frame, "web.link_used"), status_code=410, headers={"Cache-Control": "no-store"}
        )
