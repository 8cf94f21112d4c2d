"""People in front of their phones: they write, press, send papers, and see what the bot sent."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from tests.peers.telegram_screen import SeenMessage, Toast, seen

_albums = itertools.count(13_800_000_000_000_001)


class Control(Protocol):
    """Carries an action to the emulator: in this process or over HTTP."""

    def call(self, action: str, **arguments: Any) -> Any:
        """Carry out an action of `telegram_actions.Actions`."""


class NothingCameError(AssertionError):
    """What a person waited for did not appear; the message says what is on the screen instead."""


class NoSuchButtonError(AssertionError):
    """A person cannot press what is not on the screen."""


@dataclass(slots=True, frozen=True)
class Attachment:
    """One file of an album; `kind` is photo, document or video."""

    kind: str
    data: bytes
    name: str = "photo.jpg"
    caption: str = ""


class Person:
    """One person and their chat with the bot. The waiting methods block: in a coroutine use `asyncio.to_thread`."""

    def __init__(self, control: Control, user_id: int, token: str) -> None:
        self.id = user_id
        self._control = control
        self._token = token
        self._read: set[int] = set()

    def say(self, text: str, reply_to: int = 0) -> int:
        """Write a message; its id."""
        return int(self._call("say", user_id=self.id, chat_id=self.id, text=text, reply_to=reply_to))

    def edit(self, message_id: int, text: str) -> None:
        """Correct an own message."""
        self._call("edit", user_id=self.id, message_id=message_id, text=text)

    def press(self, label: str, message_id: int = 0) -> str:
        """Press a button by text or data, on the newest message that has it or on the one named; the query's id. A
        reply keyboard's button writes its text or shares the contact, and the id is empty."""
        messages = self.messages
        for message in reversed(messages):
            button = message.button(label) if message_id in (0, message.message_id) else None
            if button is not None and button.data:
                return self.press_data(button.data, message.message_id)
        latest = next((message for message in reversed(messages) if message.keyboard), None)
        for button in itertools.chain.from_iterable(latest.keyboard if latest else ()):
            if button.text == label:
                if button.asks_contact:
                    self.share_contact()
                else:
                    self.say(label)
                return ""
        raise NoSuchButtonError(f"no button {label!r}; on the screen: {self.screen()}")

    def press_data(self, data: str, message_id: int) -> str:
        """Press what may be gone by now (an old screen, a forged button); the query's id."""
        return str(self._call("press", user_id=self.id, chat_id=self.id, message_id=message_id, data=data))

    def repeat_press(self, query_id: str, data: str, message_id: int) -> None:
        """The app sends an unacknowledged press again: same query, another update."""
        self._call("repeat_press", query_id=query_id, message_id=message_id, data=data)

    def share_contact(self, phone: str = "", of: int | None = None) -> int:
        """Share a contact: one's own, or with `of` somebody else's (0: of nobody at Telegram)."""
        return int(self._call("contact", user_id=self.id, phone=phone, of=self.id if of is None else of))

    def send_document(self, data: bytes, name: str, mime_type: str = "", caption: str = "") -> int:
        """Send a file as it is."""
        return self._media("document", data, name, mime_type=mime_type, caption=caption)

    def send_photo(self, data: bytes, caption: str = "") -> int:
        """Send a picture (PNG, JPEG)."""
        return self._media("photo", data, "photo.jpg", mime_type="image/jpeg", caption=caption)

    def send_voice(self, data: bytes = b"OggS" * 1000) -> int:
        """Send a voice message."""
        return self._media("voice", data, "voice.oga", mime_type="audio/ogg")

    def send_video(self, data: bytes = b"\0\0\0\x18ftypmp42" * 100, caption: str = "") -> int:
        """Send a video."""
        return self._media("video", data, "video.mp4", mime_type="video/mp4", caption=caption)

    def send_sticker(self) -> int:
        """Send a sticker."""
        return self._media("sticker", b"RIFF0000WEBP", "sticker.webp", mime_type="image/webp")

    def send_location(self) -> int:
        """Send where one is."""
        return self._media("location", b"-", "location")

    def album(self, *attachments: Attachment) -> list[int]:
        """Send 2 to 10 files as one album: as many messages with one `media_group_id`."""
        group = str(next(_albums))
        return [self._media(a.kind, a.data, a.name, caption=a.caption, group=group) for a in attachments]

    def block_bot(self) -> None:
        """Stop the bot in the app."""
        self._call("membership", user_id=self.id, blocked=True)

    def unblock_bot(self) -> None:
        """Restart it."""
        self._call("membership", user_id=self.id, blocked=False)

    def deactivate(self) -> None:
        """Delete the account."""
        self._control.call("deactivate", user_id=self.id)

    @property
    def messages(self) -> list[SeenMessage]:
        """The whole chat in order, own messages too, without deleted ones."""
        return self._view(-1, 0)[1]

    @property
    def received(self) -> list[SeenMessage]:
        """Only what the bot sent."""
        return [message for message in self.messages if message.from_bot]

    @property
    def toasts(self) -> list[Toast]:
        """What popped up after this person's presses, in order; an acknowledgement without text has an empty one."""
        view = self._call("view", chat_id=self.id, since=-1, within=0)
        return [Toast(t["text"], t["show_alert"], t["query_id"]) for t in view["toasts"] if t["user_id"] == self.id]

    def download(self, message: SeenMessage) -> bytes:
        """Open the file in a message."""
        return base64.b64decode(self._control.call("file", file_id=message.file_id))

    def wait_for_message(self, timeout: float = 5.0) -> SeenMessage:
        """The next message of the bot that no earlier call gave back."""
        message = self.wait_for(lambda message: message.from_bot and message.message_id not in self._read, timeout)
        self._read.add(message.message_id)
        return message

    def wait_for(self, wanted: Callable[[SeenMessage], bool], timeout: float = 5.0) -> SeenMessage:
        """The first message on the screen, now or later, edited or not, that is wanted; raises NothingCameError."""
        deadline = time.monotonic() + timeout
        revision = -1
        while True:
            left = max(0.0, deadline - time.monotonic())
            revision, messages = self._view(revision, left)
            for message in messages:
                if wanted(message):
                    return message
            if left == 0:
                raise NothingCameError(f"nothing came in {timeout} s; on the screen: {self.screen()}")

    def wait_for_text(self, part: str, timeout: float = 5.0) -> SeenMessage:
        """The first message of the bot that contains the text."""
        return self.wait_for(lambda message: message.from_bot and part in message.text, timeout)

    def wait_quiet(self, quiet: float = 0.3, timeout: float = 10.0) -> None:
        """Until all this person did was fetched and nothing moved in the chat for `quiet` seconds."""
        if not self._call("wait_quiet", chat_id=self.id, quiet=quiet, within=timeout):
            raise NothingCameError(f"no quiet in {timeout} s; on the screen: {self.screen()}")

    def screen(self) -> str:
        """The chat as text, for messages of failed tests."""
        return "\n".join(
            f"{'bot' if m.from_bot else 'me'} {m.message_id}: {m.text!r} {[b.text for b in m.buttons]}"
            for m in self.messages
        )

    def _media(
        self, kind: str, data: bytes, name: str, *, mime_type: str = "", caption: str = "", group: str = ""
    ) -> int:
        encoded = base64.b64encode(data).decode()
        return int(
            self._call(
                "media",
                user_id=self.id,
                kind=kind,
                data=encoded,
                name=name,
                mime_type=mime_type,
                caption=caption,
                group=group,
            )
        )

    def _view(self, since: int, timeout: float) -> tuple[int, list[SeenMessage]]:
        view = self._call("view", chat_id=self.id, since=since, within=timeout)
        return view["revision"], [seen(body) for body in view["messages"]]

    def _call(self, action: str, **arguments: Any) -> Any:
        return self._control.call(action, token=self._token, **arguments)


class Group:
    """A group the bot is in."""

    def __init__(self, control: Control, chat_id: int, token: str) -> None:
        self.id = chat_id
        self._control = control
        self._token = token

    def say(self, person: Person, text: str) -> int:
        """A member writes."""
        return int(self._control.call("say", user_id=person.id, chat_id=self.id, text=text, token=self._token))

    def press(self, person: Person, data: str, message_id: int) -> str:
        """A member presses."""
        arguments = {"user_id": person.id, "chat_id": self.id, "message_id": message_id, "data": data}
        return str(self._control.call("press", token=self._token, **arguments))

    def migrate(self, new_chat_id: int, by: Person) -> None:
        """Turn into a supergroup with another id."""
        self._control.call("migrate", chat_id=self.id, new_chat_id=new_chat_id, user_id=by.id, token=self._token)

    def kick_bot(self) -> None:
        """Remove the bot."""
        self._control.call("kick", chat_id=self.id, token=self._token)

    @property
    def messages(self) -> list[SeenMessage]:
        """The whole chat in order."""
        view = self._control.call("view", chat_id=self.id, since=-1, within=0, token=self._token)
        return [seen(body) for body in view["messages"]]
