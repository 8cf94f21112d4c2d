"""The Bot API as calls: a method's name and its parameters in, its result out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import responses
from secrets import token_hex

from bot.channels.telegram_connections import Connections, NoAnswerError
from bot.channels.telegram_errors import ApiError

_ANSWER_SECONDS = 20.0
_UPLOAD_SECONDS = 120.0
_ANSWER_BYTES = 10_000_000
_JSON = "application/json"
_UNQUOTABLE = str.maketrans({'"': "'", "\r": " ", "\n": " ", "\\": "_"})
"""What would end a file's name too soon, and what stands in for it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes along with a call, as the value of `parameter`."""

    parameter: str
    name: str
    media_type: str
    content: bytes = field(repr=False)


class TelegramApi:
    """One bot account at one Bot API server. The token never shows in an error or a log line."""

    def __init__(self, token: str, base_url: str, *, connections: int = 32) -> None:
        """`base_url` is as python-telegram-bot's: it ends in `/bot`, and the token follows it."""
        server, _, path = base_url.rstrip("/").partition("://")
        host, slash, prefix = path.partition("/")
        self._methods = f"{slash}{prefix}{token}/"
        self._files = f"{slash}{prefix.removesuffix('bot')}file/bot{token}/"
        self._connections = Connections(f"{server}://{host}", size=connections)

    async def call(
        self,
        method: str,
        parameters: Mapping[str, object],
        *,
        upload: Upload | None = None,
        seconds: float = _ANSWER_SECONDS,
    ) -> object:
        """The `result` of the call. Raises ApiError, NotWrittenError, NoAnswerError."""
        if upload is None:
            body, content_type = json.dumps(parameters, ensure_ascii=False).encode(), _JSON
        else:
            body, content_type = _multipart(parameters, upload)
            seconds = max(seconds, _UPLOAD_SECONDS)
        answer = await self._connections.request(
            self._methods + method, body=body, content_type=content_type, seconds=seconds, limit=_ANSWER_BYTES
        )
        return _result(answer.status, answer.body)

    async def download(self, path: str, limit: int) -> bytes:
        """The file that getFile gave the path of. Raises ApiError, NotWrittenError, NoAnswerError, TooLongError."""
        answer = await self._connections.request(self._files + path, seconds=_UPLOAD_SECONDS, limit=limit)
        if answer.status != HTTPStatus.OK:
            raise ApiError(answer.status, "file not handed over")
        return answer.body

    @property
    def trouble(self) -> str:
        """Why the last request came to nothing; '' where it was answered."""
        return self._connections.trouble

    async def close(self) -> None:
        """Closes the connections."""
        await self._connections.close()


def _multipart(parameters: Mapping[str, object], upload: Upload) -> tuple[bytes, str]:
    """A form of RFC 7578 and its content type. (httpx would do it, at half a second of import.)"""
    boundary = token_hex(16)
    body = bytearray()
    for name, value in parameters.items():
        words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{words}\r\n'.encode()
    file = upload.name.translate(_UNQUOTABLE)
    body += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{upload.parameter}"; filename="{file}"\r\n'
        f"Content-Type: {upload.media_type}\r\n\r\n"
    ).encode()
    body += upload.content
    body += f"\r\n--{boundary}--\r\n".encode()
    return bytes(body), f"multipart/form-data; boundary={boundary}"


def _result(status: int, body: bytes) -> object:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        if status == HTTPStatus.OK:
            raise NoAnswerError("the answer is not the Bot API's")
        raise ApiError(status, responses.get(status, "no description"))
    if answer.get("ok") is True:
        return answer.get("result")
    parameters = answer.get("parameters") or {}
    raise ApiError(
        int(answer.get("error_code") or status),
        str(answer.get("description", "")),
        retry_after=float(parameters.get("retry_after") or 0),
        migrated_to=str(parameters.get("migrate_to_chat_id") or ""),
    )
