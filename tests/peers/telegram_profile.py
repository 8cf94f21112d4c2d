"""Methods that only keep what they are given: commands, descriptions, names, the menu button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.peers.telegram_arguments import Arguments
from tests.peers.telegram_state import BotAccount, Json, Telegram

Method = Callable[[Telegram, BotAccount, Arguments], Any]


def set_profile(name: str) -> Method:
    """A method that only stores its arguments, for the getter of the same name to give back."""

    def method(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> bool:
        bot.profile[f"{name}/{arguments.text('language_code')}"] = dict(arguments.values)
        return True

    return method


def get_my_commands(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> list[Json]:
    stored = bot.profile.get(f"commands/{arguments.text('language_code')}", {})
    commands: list[Json] = Arguments(stored).json("commands", "list of bot commands") or []
    return commands


def delete_my_commands(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> bool:
    bot.profile.pop(f"commands/{arguments.text('language_code')}", None)
    return True


def get_chat_menu_button(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
    stored = Arguments(bot.profile.get("menu_button/", {}))
    button: Json = stored.json("menu_button", "menu button") or {"type": "commands"}
    return button


def get_profile(name: str, field: str) -> Method:
    """The getter of one profile text."""

    def method(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
        stored = bot.profile.get(f"{name}/{arguments.text('language_code')}", {})
        return {field: Arguments(stored).text(field)}

    return method


PROFILE_METHODS: dict[str, Method] = {
    "setmycommands": set_profile("commands"),
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmydescription": set_profile("description"),
    "getmydescription": get_profile("description", "description"),
    "setmyshortdescription": set_profile("short_description"),
    "getmyshortdescription": get_profile("short_description", "short_description"),
    "setmyname": set_profile("name"),
    "getmyname": get_profile("name", "name"),
    "setchatmenubutton": set_profile("menu_button"),
    "getchatmenubutton": get_chat_menu_button,
}
