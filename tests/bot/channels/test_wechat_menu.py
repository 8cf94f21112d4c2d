from bot.channels.wechat_limits import MENU_BUTTONS, MENU_LABEL_BYTES, SUBMENU_BUTTONS, SUBMENU_LABEL_BYTES
from bot.channels.wechat_menu import command_of_button, drawn, menu
from dialogs.cards import Line
from dialogs.events import Commanded
from dialogs.texts import catalogue
from domain.permissions import action_of_command
from domain.vocabulary import Language


def test_the_menu_offers_what_people_come_for() -> None:
    labels = {catalogue().say(Line(key=f"wechat.menu.{each.id}"), Language.ZH) for each in menu().buttons()}

    assert {"申请", "进度", "问答", "宣讲会"} <= labels


def test_the_menu_keeps_the_platforms_limits_in_both_languages() -> None:
    for language in Language:
        buttons: list[dict[str, object]] = drawn(language)["button"]  # type: ignore[assignment]
        assert 1 <= len(buttons) <= MENU_BUTTONS
        for button in buttons:
            below: list[dict[str, str]] = button.get("sub_button", [])  # type: ignore[assignment]
            assert len(str(button["name"]).encode()) <= MENU_LABEL_BYTES
            assert len(below) <= SUBMENU_BUTTONS
            assert all(len(each["name"].encode()) <= SUBMENU_LABEL_BYTES for each in below)


def test_every_button_is_a_command_that_exists() -> None:
    commands = [command_of_button(each.id) for each in menu().buttons()]

    assert all(command and action_of_command(f"/{command.name}") for command in commands)


def test_keys_are_unlike() -> None:
    keys = [each.id for each in menu().buttons()]

    assert len(keys) == len(set(keys))
    assert command_of_button("briefing") == Commanded("ask", "宣讲会")
    assert command_of_button("gone") is None
