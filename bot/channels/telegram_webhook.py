"""The webhook: an update is answered 200 only after it is committed to the inbox."""

import hmac
import json
from base64 import urlsafe_b64encode
from enum import StrEnum
from http import HTTPStatus

import structlog
from prometheus_client import Counter
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_limits import ALLOWED_UPDATES, UPDATE_BYTES
from bot.channels.telegram_polling import TakeIn
from bot.channels.telegram_update import Json, arrival, parsed, press_id
from bot.errors import StoreDownError

_SECRET_HEADER = b"x-telegram-bot-api-secret-token"
_JSON = (b"content-type", b"application/json")
_RETRY_SECONDS = 5
"""The server would try again after 60 to 120 s by itself, and drops a press after 150 (WebhookActor.cpp)."""

_log = structlog.get_logger(__name__)


class Fate(StrEnum):
    """What became of a webhook request."""

    STORED = "stored"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    STORE_DOWN = "store_down"


REQUESTS = Counter("hurentong_telegram_webhook_requests", "Requests to the Telegram webhook by their fate.", ["fate"])
_COUNTS = {fate: REQUESTS.labels(fate) for fate in Fate}


def webhook_secret(secret_key: bytes) -> str:
    """The secret token of this installation's webhook, 43 characters; the same in every process."""
    return urlsafe_b64encode(hmac.digest(secret_key, b"telegram webhook", "sha256")).rstrip(b"=").decode()


def webhook_route(path: str, secret: str, take_in: TakeIn) -> Route:
    """The route that Telegram posts updates to; `secret` is what setWebhook was given."""
    return Route(path, Webhook(secret, take_in), methods=["POST"])


class Webhook:
    """What answers Telegram. Plain ASGI: request and response objects would cost as much as all the rest of it."""

    def __init__(self, secret: str, take_in: TakeIn) -> None:
        self._secret = secret.encode()
        self._take_in = take_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        given = next((value for name, value in scope["headers"] if name == _SECRET_HEADER), b"")
        if not hmac.compare_digest(given, self._secret):
            await _end(send, Fate.FOREIGN, HTTPStatus.FORBIDDEN)
            return
        payload = await _body(receive)
        if payload is None:
            await _end(send, Fate.TOO_LONG)
            return
        update = parsed(payload)
        found = arrival(update, payload) if update is not None else None
        if update is None or found is None:
            # Anything but 2xx would bring it back for a day (WebhookActor.cpp), no more readable than now.
            await _end(send, Fate.UNREADABLE)
            return
        try:
            await self._take_in([found])
        except StoreDownError as error:
            _log.warning("telegram.store_down", why=str(error))
            retry = (b"retry-after", str(_RETRY_SECONDS).encode())
            await _end(send, Fate.STORE_DOWN, HTTPStatus.SERVICE_UNAVAILABLE, retry)
            return
        await _end(send, Fate.STORED, body=_reply(update))


async def set_webhook(api: TelegramApi, url: str, secret: str, *, connections: int = 40) -> None:
    """Has Telegram post updates to `url` (HTTPS, port 443, 80, 88 or 8443); what waits there is kept.

    Raises ApiError, NotWrittenError, NoAnswerError.
    """
    await api.call(
        "setWebhook",
        {
            "url": url,
            "secret_token": secret,
            "max_connections": connections,
            "allowed_updates": ALLOWED_UPDATES,
            "drop_pending_updates": False,
        },
    )


def _reply(update: Json) -> bytes:
    """The body may carry one call of a method, whose result is not seen (manual, making requests when getting
    updates): a press is acknowledged that way, at no cost.
    """
    if pressed := press_id(update):
        return json.dumps({"method": "answerCallbackQuery", "callback_query_id": pressed}).encode()
    return b""


async def _body(receive: Receive) -> bytes | None:
    """The body, empty where the sender broke off; None where it is longer than any update."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > UPDATE_BYTES:
            return None
    return body


async def _end(
    send: Send, fate: Fate, status: HTTPStatus = HTTPStatus.OK, *headers: tuple[bytes, bytes], body: bytes = b""
) -> None:
    _COUNTS[fate].inc()
    described = [_JSON] if body else []
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status.value, "headers": [length, *described, *headers]})
    await send({"type": "http.response.body", "body": body})
