"""What tests of the emulator send through it."""

import struct

import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import HTTPXRequest

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\0" * 400


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"d:{label}")] for label in labels])


async def newest(bot: telegram.Bot) -> telegram.Update:
    """The newest update, all others confirmed."""
    updates = await bot.get_updates(offset=-1, timeout=10)
    return updates[-1]


def plain_request() -> HTTPXRequest:
    """An HTTP client for the emulator: no certificates to load, which takes 0.1 s a client."""
    return HTTPXRequest(httpx_kwargs={"verify": False})
