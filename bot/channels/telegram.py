"""The Telegram channel: reads updates, sends cards, fetches files."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from bot.channels import telegram_update
from bot.channels.base import ChannelName, Message, Refused, RemoteFile, Result, Sent, Shipment
from bot.channels.telegram_api import TelegramApi, Upload
from bot.channels.telegram_card import Drawing, draw, parts
from bot.channels.telegram_connections import NoAnswerError, NotWrittenError, TooLongError
from bot.channels.telegram_errors import ApiError, outcome
from bot.channels.telegram_limits import DOWNLOAD_BYTES
from bot.errors import FileGoneError, FileTooLargeError
from dialogs.cards import Card
from domain.errors import HurentongError
from domain.vocabulary import Language

_ACKNOWLEDGE_SECONDS = 5.0
_FETCH_PAUSES = (0.5, 2.0)
"""Seconds between the attempts to fetch a file; asking twice does no harm."""


class TelegramChannel:
    """One bot account on Telegram; `key` seals the buttons' tokens."""

    name = ChannelName.TELEGRAM

    def __init__(self, api: TelegramApi, key: bytes) -> None:
        self._api = api
        self._key = key

    def read(self, payload: bytes) -> Message:
        """What an update says; never raises."""
        return telegram_update.read(payload)

    def parts(self, card: Card, language: Language) -> list[Card]:
        """The card as cards that each fit one message: one outbox row each."""
        return parts(card, language)

    async def send(self, shipment: Shipment) -> Result:
        """Sends or edits one message; every failure is a Result."""
        card = shipment.card
        if card.document is not None and shipment.file is None:
            return Refused(f"the content of {card.document.name} is missing")
        drawing = draw(card, shipment.language, shipment.conversation, self._key)
        try:
            if shipment.edits and card.document is None and not card.ask_contact:
                return await self._edit(shipment, drawing)
            return await self._post(shipment, drawing)
        except HurentongError as error:
            return outcome(error)

    async def acknowledge(self, press_id: str) -> None:
        """Stops the clock on the pressed button. Once, and whether it worked is nobody's concern: after 150 s the
        server has forgotten the press.
        """
        with suppress(HurentongError):
            await self._api.call("answerCallbackQuery", {"callback_query_id": press_id}, seconds=_ACKNOWLEDGE_SECONDS)

    async def fetch(self, file: RemoteFile, limit: int) -> bytes:
        """The file's content, at most `limit` bytes; raises FileTooLargeError, FileGoneError."""
        limit = min(limit, DOWNLOAD_BYTES)
        if (file.size or 0) > limit:
            raise FileTooLargeError(f"{file.size} bytes, {limit} are taken")
        for pause in _FETCH_PAUSES:
            try:
                return await self._fetch(file, limit)
            except (NotWrittenError, NoAnswerError):
                await asyncio.sleep(pause)
        try:
            return await self._fetch(file, limit)
        except (NotWrittenError, NoAnswerError) as error:
            raise FileGoneError(str(error)) from error

    async def _fetch(self, file: RemoteFile, limit: int) -> bytes:
        try:
            found = await self._api.call("getFile", {"file_id": file.id})
            path = found.get("file_path") if isinstance(found, Mapping) else None
            if not isinstance(path, str):
                raise FileGoneError("Telegram names no place for the file")
            return await self._api.download(path, limit)
        except TooLongError as error:
            raise FileTooLargeError(f"more than the {limit} bytes that are taken") from error
        except ApiError as error:
            if error.too_big:
                raise FileTooLargeError(f"larger than the {DOWNLOAD_BYTES} bytes that Telegram hands over") from error
            raise FileGoneError(str(error)) from error

    async def close(self) -> None:
        """Closes the connections."""
        await self._api.close()

    async def _edit(self, shipment: Shipment, drawing: Drawing) -> Result:
        """Edits in place. An edit that was refused for good becomes a new message; repeating one does no harm."""
        parameters = _text_parameters(shipment, drawing) | {"message_id": int(shipment.edits)}
        if (inline := drawing.inline) is not None:
            parameters["reply_markup"] = inline
        try:
            await self._api.call("editMessageText", parameters)
        except ApiError as error:
            if error.uneditable:
                return await self._post(shipment, drawing)
            if not error.unchanged:
                return outcome(error, repeatable=True)
        except HurentongError as error:
            return outcome(error, repeatable=True)
        return Sent(shipment.edits)

    async def _post(self, shipment: Shipment, drawing: Drawing) -> Result:
        card = shipment.card
        if card.document is None or shipment.file is None:
            method, upload = "sendMessage", None
            parameters = _text_parameters(shipment, drawing)
        else:
            method = "sendDocument"
            parameters = {"chat_id": _chat(shipment), "caption": drawing.text}
            upload = Upload("document", card.document.name, card.document.media_type, shipment.file)
        if drawing.markup is not None:
            parameters["reply_markup"] = drawing.markup
        message = await self._api.call(method, parameters, upload=upload)
        identity = message.get("message_id") if isinstance(message, Mapping) else None
        return Sent(str(identity or ""))


def _text_parameters(shipment: Shipment, drawing: Drawing) -> dict[str, object]:
    return {
        "chat_id": _chat(shipment),
        "text": drawing.text,
        "link_preview_options": {"is_disabled": True},
    }


def _chat(shipment: Shipment) -> int:
    return int(shipment.address)
