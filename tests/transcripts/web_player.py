"""Plays transcripts on the chat page: over HTTP to the real program, with the buttons that its pages hold."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bot.channels.base import ChannelName
from bot.web.greeting import greeting
from dialogs.conversation import Value
from dialogs.press import option_code, unseal
from dialogs.rendering import render
from dialogs.transcripts import Entry
from domain.campaign import campaign
from domain.vocabulary import Language, Role
from tests.transcripts.beside import Beside
from tests.transcripts.clocked_program import ClockedProgram
from tests.web_visitor import Visitor, seen

CURSOR = re.compile(r'data-cursor="([^"]+)"')
_posts = count()
PHOTO = b"\xff\xd8\xff\xe0 a photo"


@dataclass
class WebPlayer:
    """One browser. A button that was on a page once can be pressed from a tab that was left open."""

    program: ClockedProgram
    beside: Beside
    channel: ChannelName = ChannelName.WEB
    stage: str = ""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """Name and value of every button that pages held, in order."""
    visitor: Visitor = field(init=False)

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.program.address)

    @property
    def now(self) -> datetime:
        return self.program.now

    @property
    def address(self) -> str:
        """The session that the browser's cookie names."""
        return self.beside.session_in(self.visitor.client.cookies["hurentong"], self.now + timedelta(hours=1))

    async def begin(self, roles: frozenset[Role], stage: str) -> None:
        self.stage = stage
        await asyncio.to_thread(self._begin, roles)

    def close(self) -> None:
        """Closes the browser."""
        self.visitor.client.close()

    def _begin(self, roles: frozenset[Role]) -> None:
        self.visitor.client.headers["accept-language"] = "zh-CN"
        self._shown(self.visitor.open())
        for role in roles - {Role.CANDIDATE}:
            self._shown(self.visitor.says(f"/join {self.beside.code(role, self.now)}"))

    async def act(self, entry: Entry) -> str:
        return await asyncio.to_thread(self._act, entry)

    def _act(self, entry: Entry) -> str:
        if entry.press is not None:
            shown = self._shown(self._press(entry.press))
        elif entry.sends == "file":
            shown = self._shown(self._send({}, ("photo.jpg", PHOTO)))
        elif entry.sends or entry.shares:
            raise AssertionError(f"nobody can do {entry.needs!r} on the page: the transcript must say so")
        else:
            shown = self._shown(self.visitor.says(entry.words or ""))
        if self.stage:
            self.beside.bring_to(self.channel, self.address, self.stage, self.now)
        return shown

    async def wait(self, hours: float) -> None:
        self.program.wait(hours)

    async def record(self) -> Mapping[str, Value]:
        return await asyncio.to_thread(lambda: self.beside.record(self.channel, self.address))

    def _send(self, form: Mapping[str, str], file: tuple[str, bytes] | None = None) -> str:
        """Posts a form as the page's script does; what the page then adds to itself."""
        visitor = self.visitor
        said = {"csrf": visitor.csrf, "after": visitor.cursor, "id": f"player-{next(_posts):08d}", **form}
        files = {"file": file} if file else None
        answer = visitor.client.post("/", data=said, files=files, headers={"x-chat": "1"})
        assert answer.status_code == 200, (answer.status_code, form)
        visitor.page = answer.text
        visitor.cursor = CURSOR.findall(visitor.page)[0]
        return visitor.page

    def _shown(self, html: str) -> str:
        page = seen(html)
        self.buttons += [
            (attributes["name"], attributes.get("value", ""))
            for tag, attributes in page.elements
            if tag == "button" and attributes.get("name") in ("press", "text")
        ]
        return page.text

    def _press(self, option: str) -> str:
        greeted = greeting(Language.ZH, campaign("2025"), self.now)
        words = {each.label for each in render(greeted, Language.ZH).options if each.id == option}
        for name, value in reversed(self.buttons):
            press = unseal(value, self.beside.press_key) if name == "press" else None
            if (press is not None and press.option == option_code(option)) or (name == "text" and value in words):
                return self._send({name: value})
        raise AssertionError(f"no page held a button {option!r}")
