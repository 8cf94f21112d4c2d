"""Plays transcripts on Telegram: a person's phone, the emulated Bot API server, the real program behind it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.base import ChannelName
from dialogs.conversation import Value
from dialogs.press import option_code, unseal
from dialogs.rendering import render
from dialogs.transcripts import Entry
from domain.vocabulary import Language, Role
from tests.peers.telegram_people import Person
from tests.peers.telegram_server import TelegramServer
from tests.transcripts.beside import Beside
from tests.transcripts.clocked_program import ClockedProgram

PHOTO = b"\xff\xd8\xff\xe0 a photo"


@dataclass
class TelegramPlayer:
    """One person; choices are pressed on the newest message that shows them, also on one far up in the chat."""

    server: TelegramServer
    person: Person
    program: ClockedProgram
    beside: Beside
    channel: ChannelName = ChannelName.TELEGRAM
    stage: str = ""
    done: int = 0
    """Messages and presses so far."""
    seen: set[int] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        return self.program.now

    async def begin(self, roles: frozenset[Role], stage: str) -> None:
        self.stage = stage
        await asyncio.to_thread(self._begin, roles)

    def _begin(self, roles: frozenset[Role]) -> None:
        self._says("/start")
        for role in roles - {Role.CANDIDATE}:
            self._says(f"/join {self.beside.code(role, self.now)}")

    async def act(self, entry: Entry) -> str:
        return await asyncio.to_thread(self._act, entry)

    def _act(self, entry: Entry) -> str:
        if entry.press is not None:
            self._press(entry.press)
        elif entry.shares is not None:
            self.person.share_contact(entry.shares)
        elif entry.sends is not None:
            self._send(entry.sends)
        else:
            self.person.say(entry.words or "")
        return self._shown()

    async def wait(self, hours: float) -> None:
        self.program.wait(hours)

    async def record(self) -> Mapping[str, Value]:
        return await asyncio.to_thread(self.beside.record, self.channel, str(self.person.id))

    def _says(self, text: str) -> None:
        self.person.say(text)
        self._shown()

    def _shown(self) -> str:
        """What the phone shows that it did not show before."""
        self.done += 1
        self.beside.wait_until_answered(self.channel, str(self.person.id), self.done)
        if self.stage:
            self.beside.bring_to(self.channel, str(self.person.id), self.stage, self.now)
        new = [each for each in self.person.received if each.message_id not in self.seen]
        self.seen |= {each.message_id for each in new}
        return "\n".join(each.text for each in new)

    def _press(self, option: str) -> None:
        for message in reversed(self.person.received):
            for button in message.buttons:
                press = unseal(button.data, self.beside.press_key) if button.data else None
                if press is not None and press.option == option_code(option):
                    self.person.press_data(button.data, message.message_id)
                    return
        card = self.beside.newest_card(self.channel, str(self.person.id))
        words = next(each.label for each in render(card, Language.ZH).options if each.id == option)
        self.person.press(words)  # on the keyboard that stands in place of the phone's own

    def _throws_dice(self) -> None:
        """Something that the program does not know of: the server hands over all that the app can send."""
        me = {"id": self.person.id, "is_bot": False, "first_name": "王芳"}
        chat = {"id": self.person.id, "type": "private", "first_name": "王芳"}
        dice = {"emoji": "🎲", "value": 4}
        content = {"message_id": 900_000 + self.done, "from": me, "chat": chat, "date": 1743480000, "dice": dice}
        arguments = {"kind": "message", "content": content, "owner": self.person.id}
        self.server.call("raw_update", token=self.server.token, **arguments)

    def _send(self, kind: str) -> None:
        match kind:
            case "file":
                self.person.send_photo(PHOTO)
            case "sticker":
                self.person.send_sticker()
            case "voice":
                self.person.send_voice()
            case "video":
                self.person.send_video()
            case "location":
                self.person.send_location()
            case "other":
                self._throws_dice()
            case _:
                raise AssertionError(f"nobody can send {kind!r} on Telegram: the transcript must say so")
