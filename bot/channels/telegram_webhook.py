"""The webhook: an update is answered 200 only after it is committed to the inbox."""

import hmac
from base64 import urlsafe_b64encode
from enum import StrEnum
from http import HTTPStatus

import structlog
from prometheus_client import Counter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_limits import ALLOWED_UPDATES, UPDATE_BYTES
from bot.channels.telegram_polling import TakeIn
from bot.channels.telegram_update import Json, arrival, parsed, press_id
from bot.errors import StoreDownError

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
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


def webhook_secret(secret_key: bytes) -> str:
    """The secret token of this installation's webhook, 43 characters; the same in every process."""
    return urlsafe_b64encode(hmac.digest(secret_key, b"telegram webhook", "sha256")).rstrip(b"=").decode()


def webhook_route(path: str, secret: str, take_in: TakeIn) -> Route:
    """The route that Telegram posts updates to; `secret` is what setWebhook was given."""
    expected = secret.encode()

    async def receive(request: Request) -> Response:
        given = request.headers.get(_SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, expected):
            return _ended(Fate.FOREIGN, HTTPStatus.FORBIDDEN)
        payload = await _body(request)
        if payload is None:
            return _ended(Fate.TOO_LONG)
        update = parsed(payload)
        found = arrival(update, payload) if update is not None else None
        if update is None or found is None:
            # Anything but 2xx would bring it back for a day (WebhookActor.cpp), no more readable than now.
            return _ended(Fate.UNREADABLE)
        try:
            await take_in([found])
        except StoreDownError as error:
            _log.warning("telegram.store_down", why=str(error))
            return _ended(Fate.STORE_DOWN, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(_RETRY_SECONDS)})
        REQUESTS.labels(Fate.STORED).inc()
        return _reply(update)

    return Route(path, receive, methods=["POST"])


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


def _reply(update: Json) -> Response:
    """The body may carry one call of a method, whose result is not seen (manual, making requests when getting
    updates): a press is acknowledged that way, at no cost.
    """
    if pressed := press_id(update):
        return JSONResponse({"method": "answerCallbackQuery", "callback_query_id": pressed})
    return Response(status_code=HTTPStatus.OK)


async def _body(request: Request) -> bytes | None:
    """The body, empty where the sender broke off; None where it is longer than any update."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > UPDATE_BYTES:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _ended(fate: Fate, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None) -> Response:
    REQUESTS.labels(fate).inc()
    return Response(status_code=status, headers=headers)
