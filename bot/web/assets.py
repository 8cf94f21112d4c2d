"""The static files, compressed once at start, under names that change with their content."""

import gzip
import json
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dialogs.texts import catalogue
from domain.vocabulary import Language

_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
LOCALES = {Language.ZH: "zh-Hans", Language.EN: "en"}
"""What the page's `lang` says."""
SCRIPT_WORDS = ("you", "pending", "queued", "failed", "retry", "discard", "offline", "counter", "counter_over")
"""Texts `web.<name>` that the script shows. They travel with the script, which browsers keep, not with every page."""
_WORDS = b'"@words@"'
_COMPRESSED = frozenset({"css", "js", "svg"})


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its address, and its content plain and (where that helps) gzipped."""

    path: str
    media_type: str
    plain: bytes = field(repr=False)
    packed: bytes | None = field(repr=False)


class Assets:
    """All files of `bot/web/static`."""

    def __init__(self) -> None:
        self._by_name = {
            each.name: _asset(each.name, each.read_bytes()) for each in files("bot.web").joinpath("static").iterdir()
        }
        self._by_path = {each.path: each for each in self._by_name.values()}

    def path(self, name: str) -> str:
        """The address of the file with that plain name; KeyError where there is none."""
        return self._by_name[name].path

    def route(self) -> Route:
        """Serves them."""
        return Route("/static/{name}", self._serve, methods=["GET"])

    async def _serve(self, request: Request) -> Response:
        asset = self._by_path.get(request.scope["path"])
        if asset is None:
            return Response(status_code=404)
        headers = {"Cache-Control": _FOREVER, "Content-Type": asset.media_type}
        if asset.packed is None:
            return Response(asset.plain, headers=headers)
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, headers=headers | {"Content-Encoding": "gzip"})
        return Response(asset.plain, headers=headers)


def _asset(name: str, content: bytes) -> Asset:
    content = content.replace(_WORDS, _words())
    stem, _, kind = name.rpartition(".")
    return Asset(
        path=f"/static/{stem}.{sha256(content).hexdigest()[:10]}.{kind}",
        media_type=_TYPES[kind],
        plain=content,
        packed=gzip.compress(content, 9, mtime=0) if kind in _COMPRESSED else None,
    )


def _words() -> bytes:
    texts = catalogue()
    words = {LOCALES[each]: {name: texts[f"web.{name}"][each] for name in SCRIPT_WORDS} for each in Language}
    return json.dumps(words, ensure_ascii=False).encode()
