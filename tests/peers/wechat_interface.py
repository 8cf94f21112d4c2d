"""The platform's interface as the account calls it: every error in an HTTP 200, as the real one does it."""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.peers.wechat_people import Follower, Seen

TEXT_BYTES = 2048
THING = 20


class RefusedError(Exception):
    def __init__(self, code: int, wording: str = "refused") -> None:
        super().__init__(wording)
        self.code = code
        self.wording = wording


@dataclass
class Interface:
    """The calls. `faults`: errcodes that the next calls of a path end with; `quota`: custom messages that are left."""

    app_id: str
    secret: str
    now: Callable[[], float]
    followers: dict[str, Follower]
    token_seconds: int = 7200
    quota: int = 500_000
    menus_allowed: bool = True
    custom_allowed: bool = True
    templates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[int]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    forced: int = 0
    menu: Any = None
    scenes: dict[str, str] = field(default_factory=dict)
    _token: str = ""
    _token_until: float = 0.0

    def routes(self) -> list[Route]:
        return [Route("/cgi-bin/{path:path}", self._serve, methods=["GET", "POST"])]

    def expire_token(self) -> None:
        """The token ends before its time, as after a change of the AppSecret's holder."""
        self._token = ""

    async def _serve(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.calls[path] += 1
        body = await request.body()
        try:
            if waiting := self.faults.get(path):
                raise RefusedError(waiting.pop(0))
            said = json.loads(body) if body else {}
            if path == "stable_token":
                return JSONResponse(self._stable_token(said))
            self._check_token(request.query_params.get("access_token", ""))
            if path == "media/get":
                return Response(self._media(request.query_params["media_id"]), media_type="image/jpeg")
            if b"\\u" in body:
                raise RefusedError(47001, "escaped characters are shown to people as they stand")
            return JSONResponse({"errcode": 0, "errmsg": "ok", **_HANDLERS[path](self, said)})
        except RefusedError as refusal:
            return JSONResponse({"errcode": refusal.code, "errmsg": f"{refusal.wording} hint: [x]"})

    def _stable_token(self, said: dict[str, Any]) -> dict[str, Any]:
        if said["appid"] != self.app_id:
            raise RefusedError(40013, "invalid appid")
        if said["secret"] != self.secret:
            raise RefusedError(40125, "invalid appsecret")
        if said.get("force_refresh"):
            self.forced += 1
        if said.get("force_refresh") or self._token_until <= self.now() or not self._token:
            self._token, self._token_until = secrets.token_hex(16), self.now() + self.token_seconds
        return {"access_token": self._token, "expires_in": int(self._token_until - self.now())}

    def _check_token(self, token: str) -> None:
        if not token:
            raise RefusedError(41001, "access_token missing")
        if token != self._token:
            raise RefusedError(40001, "invalid credential, access_token is invalid or not latest")
        if self._token_until <= self.now():
            raise RefusedError(42001, "access_token expired")

    def _media(self, media_id: str) -> bytes:
        if media_id not in self.media:
            raise RefusedError(40007, "invalid media_id")
        return self.media[media_id]

    def _follower(self, openid: str) -> Follower:
        person = self.followers.get(openid)
        if person is None:
            raise RefusedError(40003, "invalid openid")
        return person

    def custom_send(self, said: dict[str, Any]) -> dict[str, Any]:
        if not self.custom_allowed:
            raise RefusedError(48001, "api unauthorized")
        if self.quota <= 0:
            raise RefusedError(45009, "reach max api daily quota limit")
        person = self._follower(said["touser"])
        kind = said["msgtype"]
        if kind == "msgmenu" and not self.menus_allowed:
            raise RefusedError(40200, "no permission for menu messages")
        seen = _menu(said["msgmenu"]) if kind == "msgmenu" else Seen(_checked(said["text"]["content"]), "custom")
        self._spend(person)
        self.quota -= 1
        person.seen.append(seen)
        return {}

    def _spend(self, person: Follower) -> None:
        if not person.follows:
            raise RefusedError(45015, "response out of time limit or subscription is canceled")
        is_open = [window for window in person.windows if window[0] > self.now()]
        if not is_open:
            raise RefusedError(45015, "response out of time limit or subscription is canceled")
        allowing = [window for window in is_open if window[1] > 0]
        if not allowing:
            raise RefusedError(45047, "out of response count limit")
        min(allowing)[1] -= 1

    def template_send(self, said: dict[str, Any]) -> dict[str, Any]:
        fields = self.templates.get(said["template_id"])
        if fields is None:
            raise RefusedError(40037, "invalid template_id")
        person = self._follower(said["touser"])
        if not person.follows:
            raise RefusedError(43004, "require subscribe")
        values = {name: each["value"] for name, each in said["data"].items()}
        if tuple(values) != fields or any(
            name.startswith("thing") and len(value) > THING for name, value in values.items()
        ):
            raise RefusedError(47003, "argument invalid!")
        person.seen.append(Seen(" ".join(values.values()), "template"))
        return {"msgid": sum(each.way == "template" for each in person.seen) + 400_000}

    def menu_create(self, said: dict[str, Any]) -> dict[str, Any]:
        if not 1 <= len(said["button"]) <= 3:
            raise RefusedError(40016, "invalid button size")
        for button, deep in _buttons(said["button"]):
            if len(button["name"].encode()) > (60 if deep else 16):
                raise RefusedError(40018, "invalid button name size")
        self.menu = said
        return {}

    def qrcode_create(self, said: dict[str, Any]) -> dict[str, Any]:
        scene = said["action_info"]["scene"]["scene_str"]
        if said["action_name"] != "QR_STR_SCENE" or not 1 <= len(scene) <= 64 or said["expire_seconds"] > 2_592_000:
            raise RefusedError(40053, "invalid action info")
        ticket = secrets.token_urlsafe(12) + "=="
        self.scenes[ticket] = scene
        return {"ticket": ticket, "expire_seconds": said["expire_seconds"], "url": f"http://weixin.qq.com/q/{ticket}"}


_HANDLERS: dict[str, Callable[[Interface, dict[str, Any]], dict[str, Any]]] = {
    "message/custom/send": Interface.custom_send,
    "message/template/send": Interface.template_send,
    "menu/create": Interface.menu_create,
    "qrcode/create": Interface.qrcode_create,
}


def _checked(text: str) -> str:
    if not text:
        raise RefusedError(44004, "empty content")
    if len(text.encode()) > TEXT_BYTES:
        raise RefusedError(45002, "content size out of limit")
    return text


def _menu(said: dict[str, Any]) -> Seen:
    entries = tuple((each["id"], each["content"]) for each in said["list"])
    whole = "\n".join([said["head_content"], *(content for _, content in entries), said["tail_content"]])
    return Seen(_checked(whole), "menu", entries)


def _buttons(buttons: list[dict[str, Any]], deep: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    for button in buttons:
        yield button, deep
        below = button.get("sub_button", [])
        if len(below) > 5:
            raise RefusedError(40023, "invalid sub button size")
        yield from _buttons(below, True)
