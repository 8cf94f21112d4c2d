"""Turns away, politely and before anything is read, whoever asks for more than people do."""

from collections.abc import Callable, Collection
from http.cookies import CookieError, SimpleCookie
from math import ceil
from time import monotonic

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.limits import ADDRESS, POSTS, SESSION_POSTS, Buckets
from bot.web.language import preferred
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.vocabulary import Language

_HERE = frozenset({"127.0.0.1", "::1", ""})
"""The machine itself; '' is a socket without an address."""


class Limiting:
    """`exempt`: paths of platforms that sign their requests, and of whoever watches the server.

    The machine itself is not limited: nobody else reaches a server that listens on loopback. The address is the
    peer's; behind a proxy it is what that proxy says, if the proxy is named as trusted in the
    settings (uvicorn reads its header then, and no other's).
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        exempt: Collection[str] = (),
        cookies: Collection[str] = (),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._app = app
        self._exempt = frozenset(exempt)
        self._cookies = cookies
        self._requests = Buckets(ADDRESS, clock)
        self._posts = Buckets(POSTS, clock)
        self._sessions = Buckets(SESSION_POSTS, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        wait = self._wait(scope) if scope["type"] == "http" and scope["path"] not in self._exempt else 0.0
        if wait == 0.0:
            await self._app(scope, receive, send)
            return
        language = preferred(Headers(scope=scope).get("accept-language", "")) or Language.ZH
        said = catalogue().say(Line(key="limits.too_fast", args={"seconds": ceil(wait)}), language)
        headers = {"Retry-After": str(ceil(wait)), "Cache-Control": "no-store"}
        await PlainTextResponse(said, status_code=429, headers=headers)(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        address = scope["client"][0] if scope.get("client") else ""
        if address in _HERE:
            return 0.0
        wait = self._requests.take(address)
        if wait == 0.0 and scope["method"] == "POST":
            wait = self._posts.take(address)
            session = self._session(scope)
            if wait == 0.0 and session:
                wait = self._sessions.take(session)
        return wait

    def _session(self, scope: Scope) -> str:
        """The cookie as it came: whether it is ours is for others to say."""
        try:
            found = SimpleCookie(Headers(scope=scope).get("cookie", ""))
        except CookieError:
            return ""
        return next((found[name].value for name in self._cookies if name in found), "")
