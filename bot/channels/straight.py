"""The short way to a webhook: what a platform posts goes past all that pages need (limits, compression, headers)."""

from starlette.types import ASGIApp, Receive, Scope, Send


class StraightToWebhook:
    """Middleware, to stand before the pages' own."""

    def __init__(self, app: ASGIApp, *, path: str, webhook: ASGIApp) -> None:
        self._app = app
        self._path = path
        self._webhook = webhook

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        posted = scope["type"] == "http" and scope["path"] == self._path and scope["method"] == "POST"
        await (self._webhook if posted else self._app)(scope, receive, send)
