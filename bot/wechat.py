"""The WeChat account of the settings, put together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.routing import Route

from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_card import Pen
from bot.channels.wechat_envelope import Envelope
from bot.channels.wechat_files import FileLinks
from bot.channels.wechat_limits import DELIVERY_SPREAD
from bot.channels.wechat_options import Mode
from bot.channels.wechat_signature import Seals
from bot.channels.wechat_template import Template
from bot.channels.wechat_webhook import Gate, webhook_route
from bot.errors import SettingsError
from bot.keys import purpose_key
from bot.passive import PassiveReplies
from bot.settings import Settings
from bot.store.store import Store
from bot.web.signing import Signer
from bot.windows import StoredWindows
from bot.workers import Workers

PATH = "/wechat"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChat:
    """The account, where one is configured."""

    api: WeChatApi
    channel: WeChatChannel
    gate: Gate
    files: FileLinks
    store: Store
    now: Callable[[], datetime]

    def webhooks(self, workers: Workers) -> list[Route]:
        """The one webhook, which waits for the turns of these workers."""
        replies = PassiveReplies(
            self.store, workers, compose=self.channel.compose, spread=DELIVERY_SPREAD, now=self.now
        )
        return [webhook_route(PATH, self.gate, replies)]


def wechat_of(
    settings: Settings, store: Store, now: Callable[[], datetime], *, signing: str, stylesheet: str = ""
) -> WeChat | None:
    """None without an AppID; raises SettingsError where something that it needs is missing or wrong.

    `signing` is the secret that links and buttons are signed with.
    """
    if not settings.wechat_app_id:
        return None
    api = api_of(settings, now)
    files = FileLinks(
        store=store,
        signer=Signer([signing], "wechat file"),
        address=settings.address,
        now=now,
        stylesheet=stylesheet,
    )
    channel = WeChatChannel(
        api=api,
        pen=Pen(
            key=purpose_key(signing, "press"),
            file_link=files.link,
            file_minutes=files.minutes,
            choices=settings.wechat_choices,
        ),
        windows=StoredWindows(store, now),
        now=now,
        template=Template.of(settings.wechat_template_id, settings.wechat_template_fields, settings.address, now),
    )
    return WeChat(api=api, channel=channel, gate=_gate(settings, now), files=files, store=store, now=now)


def api_of(settings: Settings, now: Callable[[], datetime]) -> WeChatApi:
    """The interface of the account that is configured; raises SettingsError where its secrets are missing."""
    secret = settings.wechat_app_secret
    if secret is None or settings.wechat_token is None:
        raise SettingsError("HURENTONG_WECHAT_APP_ID needs HURENTONG_WECHAT_APP_SECRET and HURENTONG_WECHAT_TOKEN")
    return WeChatApi(settings.wechat_app_id, secret.get_secret_value(), str(settings.wechat_base_url), now=now)


def _gate(settings: Settings, now: Callable[[], datetime]) -> Gate:
    tokens = tuple(
        each.get_secret_value() for each in (settings.wechat_token, settings.wechat_token_previous) if each is not None
    )
    envelopes = tuple(
        Envelope.of(settings.wechat_app_id, each.get_secret_value())
        for each in (settings.wechat_aes_key, settings.wechat_aes_key_previous)
        if each is not None
    )
    if settings.wechat_mode is Mode.SAFE and not envelopes:
        raise SettingsError("HURENTONG_WECHAT_MODE=safe needs HURENTONG_WECHAT_AES_KEY")
    return Gate(tokens=tokens, envelopes=envelopes, mode=settings.wechat_mode, seals=Seals(tokens), now=now)
