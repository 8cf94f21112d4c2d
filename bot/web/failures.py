"""What a person sees where there is no such page, or where the database cannot be reached just now."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.errors import StoreDownError
from bot.web.language import preferred
from bot.web.page import Frame, Pages
from domain.vocabulary import Language

RETRY_SECONDS = 5

Handler = Callable[[Request, Exception], Response]


class Failures:
    """Answers instead of the routes; nothing of these pages needs a session."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    @property
    def handlers(self) -> Mapping[Any, Handler]:
        """For `Starlette(exception_handlers=…)`."""
        return {404: self.not_found, StoreDownError: self.busy}

    def not_found(self, request: Request, _: Exception) -> Response:
        """No such page."""
        return self._note(request, "web.not_found", 404)

    def busy(self, request: Request, _: Exception) -> Response:
        """Nothing was stored; the page's script tries again by itself."""
        response = self._note(request, "web.busy", 503)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response

    def _note(self, request: Request, key: str, status: int) -> Response:
        language = preferred(request.headers.get("accept-language", "")) or Language.ZH
        frame = Frame(language=language, form_token="", nonce="", mark="", download=lambda _: "")
        return HTMLResponse(self._pages.note(frame, key), status_code=status, headers={"Cache-Control": "no-store"})
