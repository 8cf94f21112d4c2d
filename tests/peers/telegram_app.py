"""The HTTP face: `/bot<token>/<method>` and `/file/bot<token>/<path>` as on api.telegram.org, `/control` for tests.

The Bot API's paths are served as plain ASGI, without a framework's middleware, so that a load test measures the bot.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import time
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from tests.peers.telegram_arguments import Arguments, Upload
from tests.peers.telegram_errors import ApiError, bad_request
from tests.peers.telegram_faults import Fault
from tests.peers.telegram_hub import Hub
from tests.peers.telegram_state import RequestRecord

_GATEWAY_BODY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body>\r\n</html>\r\n"
_NO_LINGER = struct.pack("ii", 1, 0)


class BotApi:
    """ASGI application of the two public path prefixes."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.telegram = hub.telegram

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arrived_at = time.monotonic()
        path: str = scope["path"]
        if path.startswith("/file/bot"):
            await self._download(path.removeprefix("/file/bot"), send)
            return
        token, _, method = path.removeprefix("/bot").partition("/")
        method = method.lower()
        fault = self.telegram.faults.draw(method)
        if fault is Fault.RESET_BEFORE:
            self.telegram.record(RequestRecord(arrived_at, 0, method, None, 0, fault.value))
            await _reset(receive)
            return
        await self._serve(unquote(token), method, fault, (scope, receive, send), arrived_at)

    async def _serve(
        self, token: str, method: str, fault: Fault, asgi: tuple[Scope, Receive, Send], arrived_at: float
    ) -> None:
        scope, receive, send = asgi
        bot_id, arguments = 0, Arguments({})
        try:
            arguments = await _arguments(scope, receive)
            bot = self.telegram.bot_of(token)
            bot_id = bot.id
            if fault in (Fault.SERVER_ERROR, Fault.BAD_GATEWAY):
                raise ApiError(500, "Internal Server Error")
            status, body = 200, await self.hub.call(bot, method, arguments)
        except ApiError as error:
            status, body = error.code, json.dumps(error.body()).encode()
        if fault is Fault.BAD_GATEWAY:
            status, body = 502, _GATEWAY_BODY
        delay = self.telegram.faults.delay()
        if delay:
            await asyncio.sleep(delay)
        chat_id = arguments.integer("chat_id", 0) or None
        met = "" if fault is Fault.NONE else fault.value
        self.telegram.record(RequestRecord(arrived_at, bot_id, method, chat_id, status, met))
        if fault is Fault.RESET_AFTER:
            await _reset(receive)
            return
        await _answer(send, status, body, b"text/html" if fault is Fault.BAD_GATEWAY else b"application/json")

    async def _download(self, rest: str, send: Send) -> None:
        token, _, path = rest.partition("/")
        try:
            self.telegram.bot_of(unquote(token))
        except ApiError as error:
            await _answer(send, error.code, json.dumps(error.body()).encode(), b"application/json")
            return
        for stored in self.telegram.files.values():
            if stored.path == path:
                await _answer(send, 200, stored.data, b"application/octet-stream")
                return
        await _answer(send, 404, b'{"ok":false,"error_code":404,"description":"Not Found"}', b"application/json")


async def _answer(send: Send, status: int, body: bytes, content_type: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _arguments(scope: Scope, receive: Receive) -> Arguments:
    values: dict[str, Any] = dict(parse_qsl(scope["query_string"].decode())) if scope["query_string"] else {}
    content_type = next((value for name, value in scope["headers"] if name == b"content-type"), b"").lower()
    if content_type.startswith(b"multipart/form-data"):
        return await _multipart(values, scope, receive)
    body = await _body(receive)
    if body:
        if content_type.startswith(b"application/json"):
            try:
                values.update(json.loads(body))
            except (ValueError, TypeError):
                raise bad_request("can't parse JSON object") from None
        else:
            values.update(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    return Arguments(values)


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        parts = [body]
        while message.get("more_body"):
            message = await receive()
            parts.append(message.get("body", b""))
        body = b"".join(parts)
    return body


async def _multipart(values: dict[str, Any], scope: Scope, receive: Receive) -> Arguments:
    files: dict[str, Upload] = {}
    async with Request(scope, receive).form(max_part_size=2**20) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = Upload(value.filename or name, await value.read(), value.content_type or "")
            else:
                values[name] = value
    return Arguments(values, files)


async def _reset(receive: Receive) -> None:
    """Cut the client's connection with a TCP reset. uvicorn hands the transport to nobody, hence the look behind it."""
    transport: asyncio.Transport = receive.__self__.transport  # type: ignore[attr-defined]
    connection = transport.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
    for _ in range(3):
        await asyncio.sleep(0)  # uvicorn learns of the loss before it would answer 500 in our place
