"""The Telegram account of the settings, put together."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from starlette.routing import Route

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_commands import publish_commands
from bot.channels.telegram_polling import TelegramPoller
from bot.channels.telegram_webhook import set_webhook, webhook_route, webhook_secret
from bot.ingest import Ingest
from bot.keys import purpose_key
from bot.leading import lead
from bot.settings import Settings, TelegramMode
from bot.store.store import Store
from domain.errors import HurentongError

PATH = "/telegram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telegram:
    """The account, where one is configured."""

    api: TelegramApi
    channel: TelegramChannel
    mode: TelegramMode
    secret: str
    address: str

    def webhooks(self, take_in: Ingest) -> list[Route]:
        """The webhook, in webhook mode."""
        return [webhook_route(PATH, self.secret, take_in)] if self.mode is TelegramMode.WEBHOOK else []

    async def receive(self, store: Store, take_in: Ingest, stop: asyncio.Event) -> None:
        """Tells Telegram how updates shall come, then polls where that is the way; one process at a time."""
        with suppress(HurentongError):
            await publish_commands(self.api)
        if self.mode is TelegramMode.WEBHOOK:
            await set_webhook(self.api, f"{self.address}{PATH}", self.secret)
            await stop.wait()
            return
        poller = TelegramPoller(self.api, take_in, self.channel.acknowledge)
        await lead(store, "telegram-poller", poller.run, stop)


def telegram_of(settings: Settings, *, signing: str) -> Telegram | None:
    """None without a token. `signing` is the secret that links and buttons are signed with."""
    if settings.telegram_token is None:
        return None
    api = TelegramApi(settings.telegram_token.get_secret_value(), settings.telegram_base_url)
    return Telegram(
        api=api,
        channel=TelegramChannel(api, purpose_key(signing, "press")),
        mode=settings.telegram_mode,
        secret=webhook_secret(signing.encode()),
        address=settings.address,
    )
