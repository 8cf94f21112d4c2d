"""A Bot API server that does next to nothing, so that what is measured is the bot: messages go to whoever waits for
them, updates come by getUpdates or are posted to the webhook over kept connections.

(The emulator of the tests knows all of Telegram's rules; it would take longer than the bots do.)
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CONNECTIONS = 40
"""To the webhook; Telegram's default for max_connections."""
BOT = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it reaches a person."""

    at: float
    text: str
    markup: Json


class BotApi:
    """The server. `deliver` gets the chat and the message as soon as it is sent."""

    def __init__(self, deliver: Callable[[int, Shown], None], *, latency: float = 0.0, first_update: int = 1) -> None:
        self._deliver = deliver
        self._latency = latency
        self._message_ids = count(1)
        self._update_ids = count(first_update)
        self._pending: deque[Json] = deque()
        self._news = asyncio.Event()
        self.webhook: asyncio.Future[tuple[str, str]] = asyncio.get_running_loop().create_future()
        """Address and secret token, once the bot has set them."""
        self.polled = asyncio.Event()
        """Set once the bot asks for updates."""
        self.calls = 0
        self._idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> int:
        """Listens; returns the port."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _Http(self), "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Ends it."""
        self._server.close()
        for task in self._tasks:
            task.cancel()
        while not self._idle.empty():
            self._idle.get_nowait()[1].close()

    async def connect(self) -> None:
        """Opens the connections to the webhook, which may be set before the bot listens."""
        address, _ = await self.webhook
        port = urlsplit(address).port
        while self._idle.qsize() < CONNECTIONS:
            try:
                self._idle.put_nowait(await asyncio.open_connection("127.0.0.1", port))
            except ConnectionRefusedError:
                await asyncio.sleep(0.1)

    async def send(self, update: Json) -> None:
        """The update reaches the bot: over the webhook (returns when it is answered), else by polling."""
        update["update_id"] = next(self._update_ids)
        if not self.webhook.done():
            self._pending.append(update)
            self._news.set()
            return
        address, secret = self.webhook.result()
        body = json.dumps(update).encode()
        head = (
            f"POST {urlsplit(address).path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        reader, writer = await self._idle.get()
        while True:
            writer.write(head.encode() + body)
            try:
                answer = await reader.readuntil(b"\r\n\r\n")
                break
            except (asyncio.IncompleteReadError, ConnectionError):  # closed while it was idle
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(address).port)
        lines = answer.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        body = await reader.readexactly(length) if length else b""
        self._idle.put_nowait((reader, writer))
        assert lines[0].split()[1] == b"200", answer
        if body.startswith(b"{") and (call := json.loads(body)).get("method"):
            self.do(call["method"], call)

    def do(self, method: str, parameters: Json) -> object:
        """Carries out one method; its result."""
        match method.lower():
            case "sendmessage":
                markup = parameters.get("reply_markup") or {}
                if isinstance(markup, str):
                    markup = json.loads(markup)
                chat = int(parameters["chat_id"])
                self._deliver(chat, Shown(perf_counter(), parameters["text"], markup))
                return {
                    "message_id": next(self._message_ids),
                    "date": 1_700_000_000,
                    "chat": {"id": chat, "type": "private", "first_name": "P"},
                    "from": BOT,
                    "text": parameters["text"],
                }
            case "getme":
                return BOT
            case "setwebhook":
                if not self.webhook.done():
                    self.webhook.set_result((parameters["url"], parameters.get("secret_token", "")))
        return True

    def call(self, method: str, body: bytes, content_type: str, answer: Callable[[object], None]) -> None:
        """One request of the bot; `answer` takes its result."""
        self.calls += 1
        parameters = _parameters(body, content_type)
        if method.lower() == "getupdates":
            task = asyncio.ensure_future(self._updates(parameters, answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif self._latency:
            asyncio.get_running_loop().call_later(self._latency, lambda: answer(self.do(method, parameters)))
        else:
            answer(self.do(method, parameters))

    async def _updates(self, parameters: Json, answer: Callable[[object], None]) -> None:
        offset = int(parameters.get("offset") or 0)
        while self._pending and self._pending[0]["update_id"] < offset:
            self._pending.popleft()
        self.polled.set()
        if not self._pending:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), float(parameters.get("timeout") or 0))
        if self._latency:
            await asyncio.sleep(self._latency)
        limit = int(parameters.get("limit") or 100)
        answer(list(self._pending)[:limit])


class _Http(asyncio.Protocol):
    """Just enough of HTTP/1.1: kept connections, bodies with a length."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._buffer[:end].decode("latin1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            assert "transfer-encoding" not in headers or headers["transfer-encoding"] == "chunked"
            body = self._body(headers, end + 4)
            if body is None:
                return
            method = first.split()[1].rpartition("/")[2].partition("?")[0]
            self._api.call(method, body, headers.get("content-type", ""), self._answer)

    def _body(self, headers: dict[str, str], at: int) -> bytes | None:
        """Takes the request off the buffer; None where it is not all there yet."""
        if "transfer-encoding" not in headers:
            length = int(headers.get("content-length", "0"))
            if len(self._buffer) < at + length:
                return None
            body, self._buffer = self._buffer[at : at + length], self._buffer[at + length :]
            return body
        body = b""
        while True:
            line = self._buffer.find(b"\r\n", at)
            if line < 0:
                return None
            size = int(self._buffer[at:line], 16)
            if len(self._buffer) < line + 2 + size + 2:
                return None
            body += self._buffer[line + 2 : line + 2 + size]
            at = line + 2 + size + 2
            if size == 0:
                self._buffer = self._buffer[at:]
                return body

    def _answer(self, result: object) -> None:
        body = json.dumps({"ok": True, "result": result}).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )


def _parameters(body: bytes, content_type: str) -> Json:
    if not body:
        return {}
    if content_type.startswith("application/json"):
        parsed: Json = json.loads(body)
        return parsed
    if content_type.startswith("multipart/form-data"):
        return _form(body, content_type.partition("boundary=")[2].strip('"').encode())
    return dict(parse_qsl(body.decode()))


def _form(body: bytes, boundary: bytes) -> Json:
    found: Json = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = head.partition(b'name="')[2].partition(b'"')[0].decode()
        found[name] = value.removesuffix(b"\r\n").decode()
    return found
