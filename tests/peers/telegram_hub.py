"""Where calls, state and the receivers of updates meet; `setWebhook` and its kin."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.peers.telegram_arguments import Arguments
from tests.peers.telegram_errors import ApiError, bad_request, too_many_requests
from tests.peers.telegram_methods import METHODS
from tests.peers.telegram_polling import SET_WEBHOOK, Polling
from tests.peers.telegram_state import BotAccount, Json, RequestRecord, Telegram, WebhookSettings
from tests.peers.telegram_webhook import WebhookDelivery

_LOCAL = ("http://127.0.0.1", "http://localhost", "http://[::1]")


class Hub:
    """Routes calls to the state and updates to whoever receives them."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.polling = {bot.token: Polling(bot, telegram.clock) for bot in telegram.bots.values()}
        self.deliveries: dict[str, WebhookDelivery] = {}
        self._webhook_set_at: dict[str, float] = {}

    def wake(self, bot: BotAccount) -> None:
        """Tell the receiver of a bot's updates that there are some."""
        delivery = self.deliveries.get(bot.token)
        if delivery is not None:
            delivery.wake()
        else:
            self.polling[bot.token].wake()

    def shut(self) -> None:
        """End all long polls, so that the server can stop."""
        for polling in self.polling.values():
            polling.wake()

    async def close(self) -> None:
        """Stop all deliveries."""
        for delivery in self.deliveries.values():
            await delivery.close()

    async def call(self, bot: BotAccount, method: str, arguments: Arguments) -> bytes:
        """Carry out a method; the JSON body of its success. Raises ApiError."""
        plain = METHODS.get(method)
        if plain is not None:
            result = plain(self.telegram, bot, arguments)
        elif method == "getupdates":
            updates = await self.polling[bot.token].get_updates(arguments)
            return b'{"ok":true,"result":[' + ",".join(update.body for update in updates).encode() + b"]}"
        elif method == "setwebhook":
            result = await self._set_webhook(bot, arguments)
        elif method == "deletewebhook":
            result = await self._delete_webhook(bot, arguments)
        elif method == "getwebhookinfo":
            result = self._webhook_info(bot)
        else:
            raise ApiError(404, "Not Found: method not found")
        return json.dumps({"ok": True, "result": result}).encode()

    def call_from_webhook(self, bot: BotAccount, method: str, values: dict[str, Any]) -> None:
        """Carry out the call in a webhook's answer and tell nobody how it went."""
        arguments = Arguments(values)
        status = 200
        try:
            METHODS[method](self.telegram, bot, arguments)
        except KeyError:
            status = 404
        except ApiError as error:
            status = error.code
        chat_id = arguments.integer("chat_id", 0) or None
        self.telegram.record(RequestRecord(time.monotonic(), bot.id, method, chat_id, status, "webhook answer"))

    async def _set_webhook(self, bot: BotAccount, arguments: Arguments) -> bool:
        url = arguments.text("url").strip()
        if not url:
            return await self._delete_webhook(bot, arguments)
        now = self.telegram.clock.now()
        if now < self._webhook_set_at.get(bot.token, float("-inf")) + 1:
            raise too_many_requests(1)
        self._webhook_set_at[bot.token] = now
        if not url.startswith(("https://", *_LOCAL)):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = arguments.text("secret_token")
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in secret):
            raise bad_request("secret token contains unallowed characters")
        self.polling[bot.token].abort(SET_WEBHOOK)
        await self._stop(bot)
        if arguments.flag("drop_pending_updates"):
            bot.queue.clear()
        allowed = arguments.strings("allowed_updates")
        if allowed is not None:
            bot.queue.allow(allowed)
        settings = WebhookSettings(url, secret, arguments.integer("max_connections", 40, 1, 100))
        bot.webhook = settings
        self.deliveries[bot.token] = WebhookDelivery(
            self.telegram, bot, settings, lambda method, values: self.call_from_webhook(bot, method, values)
        )
        return True

    async def _delete_webhook(self, bot: BotAccount, arguments: Arguments) -> bool:
        await self._stop(bot)
        if arguments.flag("drop_pending_updates"):
            bot.queue.clear()
        return True

    async def _stop(self, bot: BotAccount) -> None:
        bot.webhook = None
        delivery = self.deliveries.pop(bot.token, None)
        if delivery is not None:
            await delivery.close()

    def _webhook_info(self, bot: BotAccount) -> Json:
        settings = bot.webhook
        info: Json = {
            "url": settings.url if settings else "",
            "has_custom_certificate": False,
            "pending_update_count": len(bot.queue),
        }
        if settings:
            info["max_connections"] = settings.max_connections
            info["ip_address"] = settings.ip_address
            info["allowed_updates"] = sorted(kind.value for kind in bot.queue.allowed)
            if settings.last_error_at:
                info["last_error_date"] = settings.last_error_at
                info["last_error_message"] = settings.last_error
        return info
