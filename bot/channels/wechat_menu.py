"""The custom menu below the chat: what its buttons do, and setting it."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from bot.channels.wechat_api import WeChatApi
from dialogs.cards import Line
from dialogs.events import Commanded
from dialogs.texts import catalogue
from domain.vocabulary import Language


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Button(_Model):
    """One button: a command, or others below it."""

    id: str
    command: str = ""
    argument: str = ""
    below: tuple["Button", ...] = ()


class Menu(_Model):
    """The menu."""

    button: tuple[Button, ...]

    def buttons(self) -> Iterator[Button]:
        """Every button that gives a command."""
        for each in self.button:
            yield from each.below or (each,)


@cache
def menu() -> Menu:
    """The menu of `wechat_menu.toml`."""
    text = files("bot.channels").joinpath("wechat_menu.toml").read_text("utf8")
    return Menu.model_validate(tomllib.loads(text))


def command_of_button(key: str) -> Commanded | None:
    """What a click on the button with that key asks for; None for a button of an older menu."""
    return _by_key().get(key)


def drawn(language: Language = Language.ZH) -> dict[str, object]:
    """The menu as `menu/create` takes it."""
    return {"button": [_drawn(each, language) for each in menu().button]}


async def publish_menu(api: WeChatApi) -> None:
    """Sets the menu for everybody; people see it within a day, or at once when they follow anew.

    Raises ApiError, NotWrittenError, NoAnswerError.
    """
    await api.call("menu/create", drawn())


@cache
def _by_key() -> dict[str, Commanded]:
    return {each.id: Commanded(each.command, each.argument) for each in menu().buttons()}


def _drawn(button: Button, language: Language) -> dict[str, object]:
    label = catalogue().say(Line(key=f"wechat.menu.{button.id}"), language)
    if button.below:
        return {"name": label, "sub_button": [_drawn(each, language) for each in button.below]}
    return {"type": "click", "name": label, "key": button.id}
