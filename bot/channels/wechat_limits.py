"""WeChat's limits, each with its unit and source; no other module holds a number of WeChat's.

Sources: the Official Account manual (developers.weixin.qq.com, 公众号) and what users of it report. The platform
changes them: what it answers (`bot.channels.wechat_errors`) always wins over what stands here.
"""

from datetime import timedelta

TEXT_BYTES = 2048
"""Bytes (UTF-8) of a text message, passive or customer-service (manual, 客服消息)."""
REPLY_SECONDS = 5.0
"""Seconds after which the platform gives a connection up and delivers the message again (manual, 被动回复)."""
DELIVERIES = 3
"""How often a message is delivered in all, where no answer comes (manual, 接收普通消息)."""
DELIVERY_SPREAD = timedelta(seconds=DELIVERIES * REPLY_SECONDS)
"""After this nobody waits for the answer to a message any more."""

CLOCK_WINDOW = timedelta(minutes=5)
"""How far a request's timestamp may be from our clock, either way; ours to choose."""
REQUEST_BYTES = 65_536
"""Bytes of a request that are read; ours to choose. The longest real one stays below a tenth of it."""
ECHO_CHARACTERS = 256
"""Characters of the echo at URL verification that are repeated; real ones have 19."""
SIGNATURE_FIELD = 64
"""Characters that a timestamp, nonce or signature may have; real ones have 10, 10 and 40."""

AES_KEY_CHARACTERS = 43
"""Characters of an EncodingAESKey: 32 bytes as base64 without its padding (manual, 消息加解密)."""
PADDING_BLOCK = 32
"""Bytes that an encrypted message is padded to a multiple of (manual, 消息加解密)."""

MESSAGE_WINDOW = timedelta(hours=48)
MESSAGE_ALLOWANCE = 5
"""Customer-service messages within the window after a person wrote (manual, 客服消息; since June 2023)."""
EVENT_WINDOW = timedelta(minutes=1)
EVENT_ALLOWANCE = 3
"""The same after a menu click, a subscription or a scan (manual, 客服消息; since June 2023)."""

TOKEN_CACHE = timedelta(minutes=5)
"""How long an access token is used before it is asked for again: the platform announces its renewal that long
before the end (manual, stable_token)."""

MENU_BUTTONS = 3
"""Buttons of the custom menu's first level (manual, 自定义菜单)."""
MENU_LABEL_BYTES = 16
"""Bytes of a label there."""
SUBMENU_BUTTONS = 5
"""Buttons under one of them."""
SUBMENU_LABEL_BYTES = 60
"""Bytes of a label there."""
SCENE_CHARACTERS = 64
"""Characters of a QR code's scene (manual, 带参数的二维码)."""
SCENE_SECONDS = 30 * 24 * 3600
"""Seconds that a temporary QR code lasts at most (manual, 带参数的二维码)."""

TEMPLATE_THING_CHARACTERS = 20
"""Characters of a `thing` field of a template message (manual, 模板消息)."""
TEMPLATE_FIELD_CHARACTERS = 200
"""Characters of a field of the older kinds (manual names no limit; long ones are cut on phones)."""

MEDIA_BYTES = 20 * 1024 * 1024
"""Bytes of a picture that are fetched; the platform's own limit for pictures is 10 MB (manual, 临时素材)."""


def text_bytes(text: str) -> int:
    """The text's length as WeChat counts it."""
    return len(text.encode())
