"""The Official Account's interface as calls: a path and its parameters in, the answer out, every error raised."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote, urlencode

from bot.channels.telegram_connections import Answer, Connections, NoAnswerError
from bot.channels.wechat_errors import ApiError, Meaning
from bot.channels.wechat_limits import MEDIA_BYTES, SCENE_CHARACTERS, SCENE_SECONDS, TOKEN_CACHE

T = TypeVar("T")

_ANSWER_SECONDS = 10.0
_MEDIA_SECONDS = 60.0
_ANSWER_BYTES = 1_000_000
_JSON = "application/json; charset=utf-8"
_QR_PAGE = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="
_TOKEN_MARGIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code that opens the account: what it holds, and where WeChat shows it as a picture."""

    content: str
    picture: str


@dataclass(frozen=True, slots=True)
class _Token:
    words: str
    until: datetime


class WeChatApi:
    """One account on one server. Token and secret never show in an error or a log line."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        base_url: str,
        *,
        now: Callable[[], datetime],
        connections: int = 16,
    ) -> None:
        scheme, _, place = base_url.rstrip("/").partition("://")
        host, slash, prefix = place.partition("/")
        self._root = f"{slash}{prefix}/cgi-bin/"
        self._app_id = app_id
        self._app_secret = app_secret
        self._now = now
        self._connections = Connections(f"{scheme}://{host}", size=connections)
        self._token: _Token | None = None
        self._asking = asyncio.Lock()

    async def call(self, path: str, parameters: Mapping[str, object] | None = None) -> Mapping[str, object]:
        """The answer to a call; without parameters it is a GET.

        A token that turns out to be no longer good is replaced once. Raises ApiError, NotWrittenError, NoAnswerError.
        """
        body = b"" if parameters is None else _encoded(parameters)

        async def once(token: str) -> Mapping[str, object]:
            target = f"{self._root}{path}?{urlencode({'access_token': token})}"
            return _checked(await self._request(target, body))

        return await self._with_token(once)

    async def media(self, media_id: str, limit: int = MEDIA_BYTES) -> bytes:
        """A picture that a person sent, kept there for three days.

        Raises ApiError, NotWrittenError, NoAnswerError, TooLongError.
        """

        async def once(token: str) -> bytes:
            target = f"{self._root}media/get?{urlencode({'access_token': token, 'media_id': media_id})}"
            answer = await self._connections.request(target, seconds=_MEDIA_SECONDS, limit=limit)
            if answer.body.lstrip()[:1] == b"{":  # errors come as JSON, with status 200 like the pictures
                _checked(answer)
            elif answer.status != HTTPStatus.OK:
                raise NoAnswerError(f"WeChat's server answered HTTP {answer.status}")
            return answer.body

        return await self._with_token(once)

    async def qr_code(self, scene: str, seconds: int = SCENE_SECONDS) -> QrCode:
        """A code that opens the account with the scene as its message: an invitation's code, 1–64 characters.

        Raises ValueError, ApiError, NotWrittenError, NoAnswerError.
        """
        if not 0 < len(scene) <= SCENE_CHARACTERS:
            raise ValueError(f"a scene has 1 to {SCENE_CHARACTERS} characters")
        parameters = {
            "expire_seconds": min(seconds, SCENE_SECONDS),
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        made = await self.call("qrcode/create", parameters)
        return QrCode(content=str(made.get("url", "")), picture=_QR_PAGE + quote(str(made.get("ticket", "")), safe=""))

    async def token(self, *, instead_of: str = "") -> str:
        """An access token that is good now; `instead_of` one that the platform refused.

        Any process may ask: `stable_token` gives all of them the same one and invalidates none. Only where even that
        is the refused one is a new one forced, of which the platform allows 20 a day.
        """
        async with self._asking:
            held = self._token
            if held is not None and held.until > self._now() and held.words != instead_of:
                return held.words
            fresh = await self._ask_token(force=False)
            if fresh.words == instead_of:
                fresh = await self._ask_token(force=True)
            self._token = fresh
            return fresh.words

    @property
    def trouble(self) -> str:
        """Why the last request came to nothing; '' where it was answered."""
        return self._connections.trouble

    async def close(self) -> None:
        """Closes the connections."""
        await self._connections.close()

    async def _with_token(self, once: Callable[[str], Awaitable[T]]) -> T:
        token = await self.token()
        try:
            return await once(token)
        except ApiError as error:
            if error.meaning is not Meaning.TOKEN:
                raise
        return await once(await self.token(instead_of=token))

    async def _request(self, target: str, body: bytes) -> Answer:
        return await self._connections.request(
            target, body=body, content_type=_JSON if body else "", seconds=_ANSWER_SECONDS, limit=_ANSWER_BYTES
        )

    async def _ask_token(self, *, force: bool) -> _Token:
        asked = self._now()
        parameters = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._app_secret,
            "force_refresh": force,
        }
        answer = _checked(await self._request(f"{self._root}stable_token", _encoded(parameters)))
        words, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(words, str) or not words or not isinstance(lasts, int):
            raise NoAnswerError("WeChat gave no access token")
        good_for = max(timedelta(0), timedelta(seconds=lasts) - _TOKEN_MARGIN)
        return _Token(words, asked + min(TOKEN_CACHE, good_for))


def _encoded(parameters: Mapping[str, object]) -> bytes:
    # Escaped Chinese would be shown to people as \uXXXX by some of the calls.
    return json.dumps(parameters, ensure_ascii=False).encode("utf8", "replace")


def _checked(answer: Answer) -> Mapping[str, object]:
    """The answer's JSON; raises ApiError on an errcode, NoAnswerError where it is none of WeChat's."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        # The front server passed the call on before it gave up: it may have been carried out.
        raise NoAnswerError(f"WeChat's server answered HTTP {answer.status}, and not in JSON")
    code = said.get("errcode", 0)
    if not isinstance(code, int) or code != 0:
        raise ApiError(code if isinstance(code, int) else 0, str(said.get("errmsg", ""))[:200])
    return said
