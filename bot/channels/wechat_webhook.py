"""The route that WeChat posts messages to: checked, stored, and answered by what the turn says, if it is quick.

Anything that is not WeChat's is refused before a byte of it is stored.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from secrets import token_hex
from time import perf_counter

import structlog
from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.channels.base import Arrival
from bot.channels.wechat_envelope import Envelope, UnopenableError, opened
from bot.channels.wechat_limits import ECHO_CHARACTERS, REQUEST_BYTES
from bot.channels.wechat_message import Fields, arrival, trigger
from bot.channels.wechat_options import Mode
from bot.channels.wechat_signature import ForgedError, Seals, signature
from bot.channels.wechat_xml import UnreadableError, encrypted_reply, fields, text_reply
from bot.errors import StoreDownError
from bot.passive import PassiveReplies, Reply
from bot.store.passive import Ticket

TURN_SECONDS = 2.0
"""How long after a request began it waits for its turn. The platform waits five; the rest is for the network."""
_NOTHING = b""
"""An empty answer: understood, and no reply to show (manual, 被动回复)."""

_log = structlog.get_logger(__name__)


class Fate(StrEnum):
    """What became of a request."""

    ANSWERED = "answered"
    """Stored, and the turn's cards went back in the answer."""
    TO_BE_SENT = "to_be_sent"
    """Stored, answered by nothing: there is nothing to say, or it follows as a message."""
    CUT = "cut"
    """Stored, but the connection was gone."""
    NOTHING = "nothing"
    """Genuine, and of no interest."""
    VERIFIED = "verified"
    FORGED = "forged"
    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    STORE_DOWN = "store_down"


REQUESTS = Counter("hurentong_wechat_webhook_requests", "Requests to the WeChat webhook by their fate.", ["fate"])
SECONDS = Histogram(
    "hurentong_wechat_answer_seconds",
    "From a message's arrival to its passive reply.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A genuine request's message; `envelope` where it came encrypted."""

    said: Fields
    payload: bytes
    envelope: Envelope | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Tells WeChat's requests from all others. Of tokens and envelopes the first is the current one."""

    tokens: tuple[str, ...]
    envelopes: tuple[Envelope, ...]
    mode: Mode
    seals: Seals
    now: Callable[[], datetime]

    def echo(self, query: Mapping[str, str]) -> str:
        """What a URL verification wants to hear back; raises ForgedError, UnreadableError."""
        self.seals.check(query, self.now())
        echo = query.get("echostr", "")
        if not echo.isprintable() or not 0 < len(echo) <= ECHO_CHARACTERS:
            raise UnreadableError("no echostr")
        return echo

    def open(self, query: Mapping[str, str], body: bytes) -> Opened:
        """The message in a request; raises ForgedError, UnreadableError, UnopenableError."""
        if "msg_signature" in query or query.get("encrypt_type", "raw") != "raw":
            # In compatible mode the plain text stands beside the encrypted one; only this is covered by a signature.
            encrypted = fields(body).get("Encrypt", "")
            self.seals.check_encrypted(query, encrypted, self.now())
            self.seals.encrypted_came(query)
            payload, envelope = opened(self.envelopes, encrypted)
            return Opened(fields(payload), payload, envelope)
        self.seals.check(query, self.now())
        if self.mode is Mode.SAFE:
            raise UnopenableError("a plain message, but HURENTONG_WECHAT_MODE is safe; switch safe mode on at WeChat")
        self.seals.check_body(query, body)
        return Opened(fields(body), body, None)

    def answer(self, said: Fields, text: str, envelope: Envelope | None) -> bytes:
        """The passive reply, encrypted the way the message was."""
        at = int(self.now().timestamp())
        plain = text_reply(said.get("FromUserName", ""), said.get("ToUserName", ""), at, text)
        if envelope is None:
            return plain
        encrypted, nonce = envelope.seal(plain), token_hex(8)
        return encrypted_reply(encrypted, signature(self.tokens[0], str(at), nonce, encrypted), at, nonce)


class _Line:
    """Whether the platform is still there to hear the answer. Listening once is cheaper than asking each time."""

    def __init__(self, request: Request) -> None:
        """The request's body must have been read: all that can come then is that the other side has gone."""
        self._hears = asyncio.ensure_future(request.receive())

    def is_cut(self) -> bool:
        """Whether the connection is closed."""
        return self._hears.done()

    def close(self) -> None:
        """Ends the listening."""
        self._hears.cancel()


class _Answer(Response):
    """Writes the body unless nobody is there any more, and notes which it was."""

    media_type = "text/xml"

    def __init__(self, body: bytes, line: _Line, replies: PassiveReplies, ticket: Ticket, reply: Reply | None) -> None:
        super().__init__(body)
        self._line = line
        self._replies = replies
        self._ticket = ticket
        self._reply = reply

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cut = self._line.is_cut()
        self._line.close()
        if cut:
            await _note(self._replies.cut, self._ticket, self._reply)
            REQUESTS.labels(Fate.CUT).inc()
            return
        try:
            await super().__call__(scope, receive, send)
        except OSError:  # a server that says so (ASGI 2.4)
            await _note(self._replies.cut, self._ticket, self._reply)
            REQUESTS.labels(Fate.CUT).inc()
            return
        await _note(self._replies.written, self._ticket, self._reply)
        REQUESTS.labels(Fate.ANSWERED if self._reply else Fate.TO_BE_SENT).inc()


def webhook_route(path: str, gate: Gate, replies: PassiveReplies, *, turn_seconds: float = TURN_SECONDS) -> Route:
    """The route that WeChat verifies (GET) and posts messages to (POST)."""

    async def receive(request: Request) -> Response:
        began = perf_counter()
        query = request.query_params
        try:
            if request.method != "POST":
                return _ended(Fate.VERIFIED, HTTPStatus.OK, gate.echo(query).encode())
            body = await _body(request)
            if body is None:
                return _ended(Fate.TOO_LONG, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            message = gate.open(query, body)
        except ForgedError as error:
            _log.warning("wechat.forged", why=str(error))
            return _ended(Fate.FORGED, HTTPStatus.FORBIDDEN)
        except (UnreadableError, UnopenableError) as error:
            _log.warning("wechat.unreadable", why=str(error))
            return _ended(Fate.UNREADABLE, HTTPStatus.BAD_REQUEST)
        found = arrival(message.said, message.payload)
        if found is None:
            return _ended(Fate.NOTHING, HTTPStatus.OK)
        return await _answer(request, message, found, began)

    async def _answer(request: Request, message: Opened, found: Arrival, began: float) -> Response:
        try:
            ticket = await replies.take_in(found, trigger(message.said), turn_seconds)
        except StoreDownError as error:
            _log.warning("wechat.store_down", why=str(error))
            return _ended(Fate.STORE_DOWN, HTTPStatus.SERVICE_UNAVAILABLE)
        line, reply = _Line(request), None
        try:
            reply = await replies.reply_to(ticket, turn_seconds - (perf_counter() - began), line.is_cut)
        except StoreDownError as error:  # the message is stored: what it comes to will be sent
            _log.warning("wechat.store_down", why=str(error))
        body = gate.answer(message.said, reply.text, message.envelope) if reply else _NOTHING
        SECONDS.observe(perf_counter() - began)
        return _Answer(body, line, replies, ticket, reply)

    return Route(path, receive, methods=["GET", "POST"])


async def _note(note: Callable[[Ticket, Reply | None], Awaitable[None]], ticket: Ticket, reply: Reply | None) -> None:
    try:
        await note(ticket, reply)
    except StoreDownError as error:  # then it stays `uncertain`, which is what it is
        _log.warning("wechat.not_noted", why=str(error))


async def _body(request: Request) -> bytes | None:
    """The body, empty where the sender broke off; None where it is longer than any message."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > REQUEST_BYTES:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _ended(fate: Fate, status: HTTPStatus, body: bytes = _NOTHING) -> Response:
    REQUESTS.labels(fate).inc()
    return Response(body, status_code=status, media_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})
