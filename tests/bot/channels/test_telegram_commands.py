import re

import pytest

from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_commands import MENU, publish_commands
from bot.channels.telegram_limits import COMMAND_DESCRIPTION
from dialogs.texts import catalogue
from domain.vocabulary import Language


@pytest.mark.parametrize("name", MENU)
@pytest.mark.parametrize("language", Language)
def test_every_command_of_the_menu_is_described(name: str, language: Language) -> None:
    assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
    assert 1 <= len(catalogue()[f"commands.{name}"][language]) <= COMMAND_DESCRIPTION


async def test_the_menu_is_chinese_and_english_for_who_uses_telegram_in_english(api: TelegramApi) -> None:
    await publish_commands(api)

    for code, language in (("", Language.ZH), ("en", Language.EN)):
        menu = await api.call("getMyCommands", {"language_code": code})
        assert isinstance(menu, list)
        assert [command["command"] for command in menu] == list(MENU)
        assert menu[0]["description"] == catalogue()["commands.start"][language]
