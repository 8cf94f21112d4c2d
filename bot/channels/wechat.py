"""The WeChat channel: reads messages, sends cards by whichever way is open, fetches pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.channels import wechat_message
from bot.channels.base import (
    ChannelName,
    Later,
    Message,
    RemoteFile,
    Result,
    Sent,
    Shipment,
    Unknown,
    WindowClosed,
)
from bot.channels.telegram_connections import NoAnswerError, NotWrittenError, TooLongError
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_card import Letter, Pen, draw, menu_message, one_reply, parts
from bot.channels.wechat_errors import ApiError, Meaning, outcome
from bot.channels.wechat_limits import MEDIA_BYTES
from bot.channels.wechat_template import Template
from bot.channels.wechat_windows import CUSTOM, TEMPLATE, Window
from bot.errors import FileGoneError, FileTooLargeError
from dialogs.cards import Card
from domain.errors import HurentongError
from domain.vocabulary import Language


class Windows(Protocol):
    """What is known of people's reply windows."""

    async def of(self, address: str) -> Window | None:
        """The window of that person; None where nothing is known."""

    async def spent(self, address: str) -> None:
        """A customer-service message went there."""

    async def closed(self, address: str) -> None:
        """WeChat said that it is closed or used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatChannel:
    """One Official Account. `template`: what goes to people whose window is closed; None where none is set up."""

    api: WeChatApi
    pen: Pen
    windows: Windows
    now: Callable[[], datetime]
    template: Template | None = None
    name: ChannelName = ChannelName.WECHAT

    def read(self, payload: bytes) -> Message:
        """What a stored message says; never raises."""
        return wechat_message.read(payload)

    def parts(self, card: Card, language: Language) -> list[Card]:
        """The card as cards that each fit one message: one outbox row each."""
        return parts(card, Letter(_SOMEBODY, _SOME_CONVERSATION, language), self.pen)

    def compose(self, shipments: Sequence[Shipment]) -> tuple[str, int]:
        """One passive reply of as many of the cards as fit, from the first on, and how many those are."""
        return one_reply([(each.card, draw(each.card, _letter(each), self.pen)) for each in shipments])

    async def send(self, shipment: Shipment) -> Result:
        """Sends by customer-service message, or by template message where the window is closed.

        Every failure is a Result; where neither way is open it is WindowClosed, and the person is not reached.
        """
        window = await self.windows.of(shipment.address)
        if window is not None and window.until <= self.now():
            return await self._notify(shipment, WindowClosed("the person has not written within 48 hours"))
        result = await self._serve(shipment)
        if isinstance(result, WindowClosed):
            await self.windows.closed(shipment.address)
            return await self._notify(shipment, result)
        return result

    async def fetch(self, file: RemoteFile, limit: int) -> bytes:
        """The picture's content, at most `limit` bytes; raises FileTooLargeError, FileGoneError."""
        limit = min(limit, MEDIA_BYTES)
        try:
            return await self.api.media(file.id, limit)
        except TooLongError as error:
            raise FileTooLargeError(f"more than the {limit} bytes that are taken") from error
        except (ApiError, NotWrittenError, NoAnswerError) as error:
            raise FileGoneError(str(error)) from error

    async def close(self) -> None:
        """Closes the connections."""
        await self.api.close()

    async def _serve(self, shipment: Shipment) -> Result:
        """Sends the card's parts one after another; usually it is one."""
        cards = parts(shipment.card, _letter(shipment), self.pen)
        for number, card in enumerate(cards):
            result = await self._post(card, _letter(shipment))
            if isinstance(result, Sent):
                await self.windows.spent(shipment.address)
            elif number == 0:
                return result
            else:
                return Unknown(f"part {number} of {len(cards)} arrived, the next did not: {_why(result)}")
        return Sent(CUSTOM)

    async def _post(self, card: Card, letter: Letter) -> Result:
        menu = menu_message(card, letter, self.pen)
        if menu is not None:
            result, refused = await self._call(letter.address, "msgmenu", menu)
            if not refused:
                return result
        result, _ = await self._call(letter.address, "text", {"content": draw(card, letter, self.pen)})
        return result

    async def _call(self, address: str, kind: str, content: Mapping[str, object]) -> tuple[Result, bool]:
        """How it ended, and whether WeChat takes no message of this kind (so that another may be tried)."""
        try:
            await self.api.call("message/custom/send", {"touser": address, "msgtype": kind, kind: content})
        except HurentongError as error:
            refused = isinstance(error, ApiError) and error.meaning in (Meaning.NOT_ALLOWED, Meaning.REFUSED)
            return outcome(error), refused
        return Sent(CUSTOM), False

    async def _notify(self, shipment: Shipment, closed: WindowClosed) -> Result:
        if self.template is None:
            return closed
        try:
            answer = await self.api.call("message/template/send", self.template.message(shipment))
        except HurentongError as error:
            result = outcome(error)
            return WindowClosed(f"{closed.reason}; {result.reason}") if isinstance(result, WindowClosed) else result
        return Sent(f"{TEMPLATE}{answer.get('msgid', '')}")


_SOMEBODY = "o" * 28
_SOME_CONVERSATION = "0" * 16
"""Stand for the real ones where only lengths count: an openid has 28 characters, a conversation 16 digits."""


def _letter(shipment: Shipment) -> Letter:
    return Letter(shipment.address, shipment.conversation, shipment.language)


def _why(result: Result) -> str:
    return "to be tried later" if isinstance(result, Later) else str(getattr(result, "reason", result))
