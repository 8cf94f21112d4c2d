"""What is imported only once it is needed: the first page does not wait for what it does not use."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, Router
from starlette.types import Receive, Scope, Send


def late(place: str) -> Callable[..., Any]:
    """The function at `module:name`. A test imports every one of them."""
    module, _, name = place.partition(":")

    @cache
    def found() -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(import_module(module), name)
        return function

    def call(*values: Any, **named: Any) -> Any:
        return found()(*values, **named)

    return call


class LateRoutes(BaseRoute):
    """Routes under the prefixes, made when the first of them is asked for."""

    def __init__(self, prefixes: tuple[str, ...], make: Callable[[], Sequence[BaseRoute]]) -> None:
        self._prefixes = prefixes
        self._router = cache(lambda: Router(routes=make()))

    def prepare(self) -> None:
        """Makes them now."""
        self._router()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is under one of the prefixes."""
        first = "/" + scope["path"].removeprefix("/").partition("/")[0]
        ours = scope["type"] == "http" and first in self._prefixes
        return (Match.FULL, {}) if ours else (Match.NONE, {})

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """As any route's."""
        return self._router().url_path_for(name, **path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands over to the routes."""
        await self._router()(scope, receive, send)
