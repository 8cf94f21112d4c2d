"""The chat page's routes: GET shows, POST says; with a script the same addresses hand over only what is new."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_urlsafe

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web import Post
from bot.errors import FileTooLargeError, UnknownFileError
from bot.store.transcripts import Said, Shown, Transcript
from bot.web import forms
from bot.web.bubbles import Bubbles, View
from bot.web.downloads import Downloads
from bot.web.language import preferred
from bot.web.mailbox import Mailbox
from bot.web.page import Frame, Pages
from bot.web.sessions import Session, Sessions
from bot.web.uploads import Upload, is_upload, read_upload
from dialogs.cards import Card
from domain.vocabulary import Language

TURN_SECONDS = 10.0
"""How long an answer to a message is waited for; after that the page asks again by itself."""
SCRIPTED = "x-chat"
"""The header by which the page's script says that it wants only what is new."""
_PRIVATE = {"Cache-Control": "no-store"}
_LARGE = "large"
_DIGITS = 18
"""Of a row number; more would not fit the database's integers."""


INVITATION = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""A start parameter, as Telegram's deep links have it."""


class Chat:
    """The page of one conversation a browser. `greeting` makes the first card, before anybody said anything."""

    def __init__(
        self,
        *,
        mailbox: Mailbox,
        sessions: Sessions,
        bubbles: Bubbles,
        pages: Pages,
        downloads: Downloads,
        greeting: Callable[[Language], Card],
        turn_seconds: float = TURN_SECONDS,
    ) -> None:
        self._mailbox = mailbox
        self._sessions = sessions
        self._bubbles = bubbles
        self._pages = pages
        self._downloads = downloads
        self._greeting = greeting
        self._turn_seconds = turn_seconds

    def routes(self) -> list[BaseRoute]:
        """Everything under `/`."""
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/", self.say, methods=["POST"]),
            Route("/news", self.news, methods=["GET"]),
            Route("/look", self.look, methods=["POST"]),
            Route("/manifest.webmanifest", self.manifest, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """The page with the last messages and the question that waits."""
        session = self._sessions.of(request)
        before = _moment(request.query_params.get("before", ""))
        code = request.query_params.get("start", "")
        if INVITATION.fullmatch(code):
            # Looking at a page does nothing by itself: the person sends it.
            return await self._page(request, session, draft=f"/start {code}", notice="web.invited")
        return await self._page(request, session, before=before)

    async def say(self, request: Request) -> Response:
        """Takes a message, waits for its answer, shows it."""
        session = self._sessions.of(request)
        scripted = SCRIPTED in request.headers
        upload = None
        try:
            if is_upload(request):
                form, upload = await read_upload(request)
            else:
                form = await forms.read_form(request)
        except FileTooLargeError:
            return self._note(request, session, "web.too_large", 413)
        except UnknownFileError:
            return self._note(request, session, "web.unknown_file", 415)
        message = forms.said(form, upload is not None, scripted=scripted)
        if message is None:
            return self._note(request, session, "web.not_understood", 400)
        if not self._sessions.form_is_ours(session, form.get("csrf", "")):
            if scripted:
                return Response(status_code=403, headers=_PRIVATE)
            return await self._page(request, session, draft=message.text, notice="web.form_expired", status=403)
        await self._take(request, session, message, upload)
        if scripted:
            return await self._news(request, session, form.get("after", ""))
        response = RedirectResponse("/", status_code=303, headers=_PRIVATE)
        self._sessions.keep(session, response)
        return response

    async def _take(self, request: Request, session: Session, message: forms.Said, upload: Upload | None) -> None:
        """Makes the message durable and gives it its turn."""
        post = Post(
            session=session.id,
            id=message.id,
            text=message.text,
            press=message.press,
            language=preferred(request.headers.get("accept-language", "")),
        )
        if upload is not None and not await self._mailbox.knows(post):
            post = replace(post, files=(await self._mailbox.keep(session.id, upload),))
        await self._mailbox.put(post)
        await self._mailbox.turn_of(post, self._turn_seconds)

    async def news(self, request: Request) -> Response:
        """What is new since the page was last told, or nothing at all."""
        after = request.query_params.get("after", "")
        session = self._sessions.of(request)
        if not self._sessions.has_one(request) or not await self._mailbox.has_news(session.id, _cursor(after)[0]):
            return Response(status_code=204, headers=_PRIVATE)
        return await self._news(request, session, after)

    async def look(self, request: Request) -> Response:
        """Big or normal letters, kept in a cookie."""
        session = self._sessions.of(request)
        try:
            form = await forms.read_form(request)
        except FileTooLargeError:
            form = {}
        response = RedirectResponse("/", status_code=303, headers=_PRIVATE)
        if self._sessions.form_is_ours(session, form.get("csrf", "")):
            size = _LARGE if form.get("size") == _LARGE else "normal"
            response.set_cookie("size", size, max_age=31536000, httponly=True, samesite="lax")
        return response

    async def manifest(self, request: Request) -> Response:
        """The web app manifest, in the browser's language."""
        content = self._pages.manifest(_hint(request))
        headers = {"Cache-Control": "public, max-age=86400", "Vary": "Accept-Language"}
        return JSONResponse(content, headers=headers, media_type="application/manifest+json")

    async def _page(
        self,
        request: Request,
        session: Session,
        *,
        before: datetime | None = None,
        draft: str = "",
        notice: str = "",
        status: int = 200,
    ) -> Response:
        transcript, language = await self._transcript(request, session, before)
        view = self._view(transcript, language)
        earliest = transcript.entries[0].at if transcript and transcript.more else None
        page = self._pages.chat(
            self._frame(request, session, language),
            view,
            earlier=earliest,
            past=before is not None,
            draft=draft,
            notice=notice,
        )
        response = HTMLResponse(page, status_code=status, headers=_PRIVATE)
        self._sessions.keep(session, response)
        return response

    async def _news(self, request: Request, session: Session, after: str) -> Response:
        transcript, language = await self._transcript(request, session, None)
        view = self._view(transcript, language)
        shown, heard = _cursor(after)
        new = {
            f"o{each.id}" if isinstance(each, Shown) else f"i{each.id}"
            for each in (transcript.entries if transcript else ())
            if each.id > (heard if isinstance(each, Said) else shown)
        }
        bubbles = tuple(each for each in view.bubbles if each.key in new)
        page = self._pages.news(self._frame(request, session, language), view, bubbles)
        response = HTMLResponse(page, headers=_PRIVATE)
        self._sessions.keep(session, response)
        return response

    async def _transcript(
        self, request: Request, session: Session, before: datetime | None
    ) -> tuple[Transcript | None, Language]:
        transcript = None
        if self._sessions.has_one(request):
            transcript = await self._mailbox.transcript(session.id, before=before)
        spoken = transcript is not None and transcript.entries
        return transcript, transcript.language if transcript and spoken else _hint(request)

    def _view(self, transcript: Transcript | None, language: Language) -> View:
        if transcript is None:
            transcript = Transcript(account=0, conversation="", language=language, entries=())
        return self._bubbles.view(transcript, self._greeting(language), language)

    def _frame(self, request: Request, session: Session, language: Language) -> Frame:
        return Frame(
            language=language,
            form_token=self._sessions.form_token(session),
            nonce=token_urlsafe(9),
            mark=session.mark,
            large=request.cookies.get("size") == _LARGE,
            download=lambda reference: self._downloads.link(session, reference),
        )

    def _note(self, request: Request, session: Session, key: str, status: int) -> Response:
        page = self._pages.note(self._frame(request, session, _hint(request)), key)
        return HTMLResponse(page, status_code=status, headers=_PRIVATE)


def _hint(request: Request) -> Language:
    return preferred(request.headers.get("accept-language", "")) or Language.ZH


def _cursor(text: str) -> tuple[int, int]:
    """`12.7`: the page has had the cards up to 12, and knows the person's own messages up to 7."""
    shown, _, heard = text.partition(".")
    return _number(shown), _number(heard)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
