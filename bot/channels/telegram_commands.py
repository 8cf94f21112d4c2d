"""The menu of commands that Telegram shows beside the input field."""

from bot.channels.telegram_api import TelegramApi
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.vocabulary import Language

MENU = ("start", "status", "edit", "back", "cancel", "help", "lang", "privacy", "mydata", "forget", "join")
"""Commands for everybody, in the order shown. The secretariat's are not advertised to strangers."""


async def publish_commands(api: TelegramApi) -> None:
    """Sets the menu: Chinese for everyone, English for who uses Telegram in English.

    Raises ApiError, NotWrittenError, NoAnswerError.
    """
    for language, code in ((Language.ZH, ""), (Language.EN, "en")):
        commands = [
            {"command": name, "description": catalogue().say(Line(key=f"commands.{name}"), language)} for name in MENU
        ]
        await api.call("setMyCommands", {"commands": commands, "language_code": code})
