"""Files for people on WeChat, which takes no documents: signed links that expire and work once.

Looking at a link uses nothing up (WeChat's own checks and previews look at every link); only the button does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from secrets import token_bytes
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined, Template
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.base import ChannelName
from bot.store import links, people
from bot.store.links import StoredFile
from bot.store.store import Store
from bot.web.language import preferred
from bot.web.signing import Signer
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.vocabulary import Language

LASTS = timedelta(hours=1)
PATH = "/wechat/file/"
_NONCE_BYTES = 6
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
_LOCALES = {Language.ZH: "zh-Hans", Language.EN: "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLinks:
    """Makes the links and serves what they lead to. `address` is the public one, `stylesheet` the page's."""

    store: Store
    signer: Signer
    address: str
    now: Callable[[], datetime]
    stylesheet: str = ""

    @property
    def minutes(self) -> int:
        """How long a link works."""
        return int(LASTS.total_seconds() // 60)

    def link(self, openid: str, reference: str) -> str:
        """A fresh link to a file of that person."""
        content = token_bytes(_NONCE_BYTES) + f"{openid}:{reference}".encode()
        return f"{self.address}{PATH}{self.signer.sign(content, self.now())}"

    def routes(self) -> list[BaseRoute]:
        """The page with the button, and the file behind it."""
        return [
            Route(PATH + "{token}", self._show, methods=["GET"]),
            Route(PATH + "{token}", self._hand_over, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        token = request.path_params["token"]
        file = await self._file(token)
        used = file is None or await self.store.read(lambda connection: links.is_used(connection, token))
        return self._page(request, None if used else file)

    async def _hand_over(self, request: Request) -> Response:
        token = request.path_params["token"]
        file = await self._file(token)
        now = self.now()
        if file is None or not await self.store.write(
            lambda connection: links.use(connection, token, now, now + LASTS)
        ):
            return self._page(request, None)
        return Response(
            file.content,
            media_type=file.media_type,
            headers={**_PRIVATE, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"},
        )

    async def _file(self, token: str) -> StoredFile | None:
        opened = self.signer.open(token, self.now(), LASTS)
        if opened is None:
            return None
        openid, _, reference = opened[0][_NONCE_BYTES:].decode().partition(":")
        now = self.now()

        def find(connection: Connection) -> StoredFile | None:
            owner = people.find(connection, ChannelName.WECHAT, openid)
            return links.file_of(connection, owner.id, reference, now) if owner else None

        return await self.store.read(find)

    def _page(self, request: Request, file: StoredFile | None) -> Response:
        language = preferred(request.headers.get("accept-language", "")) or Language.ZH

        def say(key: str, **args: str) -> str:
            return catalogue().say(Line(key=f"wechat.download.{key}", args=dict(args)), language)

        page = _template().render(
            locale=_LOCALES[language],
            title=say("button", name=file.name) if file else say("over"),
            said=say("ready") if file else say("over"),
            button=say("button", name=file.name) if file else "",
            stylesheet=self.stylesheet,
        )
        return HTMLResponse(page, status_code=HTTPStatus.OK if file else HTTPStatus.GONE, headers=_PRIVATE)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files("bot.channels").joinpath("wechat_download.html").read_text("utf8"))
