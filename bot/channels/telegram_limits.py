"""Telegram's limits, each with its unit and source; no other module holds a number of Telegram's.

Sources: Bot API manual (core.telegram.org/bots/api), bot FAQ, server source (tdlib/telegram-bot-api).
"""

TEXT_UNITS = 4096
"""UTF-16 code units a message's text may have (manual, sendMessage)."""
CAPTION_UNITS = 1024
"""UTF-16 code units a document's caption may have (manual, sendDocument)."""
CALLBACK_DATA_BYTES = 64
"""Bytes of a button's callback data (manual, InlineKeyboardButton)."""
KEYBOARD_BUTTONS = 100
"""Buttons an inline keyboard may have (undocumented, observed)."""
KEYBOARD_COLUMNS = 8
"""Buttons a row of it may have (undocumented, observed)."""
COMMAND_DESCRIPTION = 256
"""Characters a command's description may have, at least one (manual, BotCommand)."""

UPLOAD_BYTES = 50_000_000
"""Bytes of a document that a bot may send (manual, sending files)."""
DOWNLOAD_BYTES = 20_000_000
"""Bytes of a file that getFile hands over (manual, getFile)."""

UPDATES_PER_POLL = 100
"""Updates that one getUpdates returns at most (manual)."""
POLL_SECONDS = 50
"""Seconds that the server holds a long poll at most (server source, Client.cpp)."""
WEBHOOK_CONNECTIONS = 100
"""Connections the server may open to a webhook at most; 40 where nothing is said (manual, setWebhook)."""
SECRET_CHARACTERS = 256
"""Characters a webhook's secret token may have, of A-Z a-z 0-9 _ - (manual, setWebhook)."""
UPDATE_BYTES = 1_000_000
"""Bytes of an update that are read; ours to choose. Real ones stay below a tenth of it."""

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update that are asked for (manual, Update)."""


def text_units(text: str) -> int:
    """The text's length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
