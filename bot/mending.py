"""`hurentong doctor --fix`: what the program can set right by itself."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_menu import menu, publish_menu
from bot.doctor import Finding, Grade
from bot.settings import Settings
from bot.wechat import api_of
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.errors import HurentongError
from domain.vocabulary import Language


def mend(settings: Settings) -> Iterator[Finding]:
    """Sets right what can be, and says how each went. Today that is WeChat's custom menu; safe to repeat."""
    if not settings.wechat_app_id:
        yield Finding(Grade.NOTE, "WeChat is off: there is no menu to set")
        return
    try:
        asyncio.run(_publish(api_of(settings, lambda: datetime.now(UTC))))
    except HurentongError as error:
        yield Finding(Grade.MEND, f"the WeChat menu could not be set: {error}")
        return
    labels = (catalogue().say(Line(key=f"wechat.menu.{each.id}"), Language.ZH) for each in menu().buttons())
    yield Finding(Grade.OK, f"the WeChat menu is set: {', '.join(labels)}")


async def _publish(api: WeChatApi) -> None:
    try:
        await publish_menu(api)
    finally:
        await api.close()
