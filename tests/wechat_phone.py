"""A person's WeChat, for tests of the whole program: says, scans, waits, opens what links lead to."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from tests.engineer import DISPATCHED, question_on
from tests.peers.wechat_people import Follower
from tests.peers.wechat_platform import AES_KEY, APP_ID, SECRET, TOKEN, WeChatPlatform
from tests.program import Program

PATIENCE = 30.0
MOST_QUESTIONS = 60
_DOWNLOAD = re.compile(r"https?://[^\s]+/wechat/file/[^\s]+")


def program_on(platform: WeChatPlatform, folder: Path) -> Program:
    """The program with this account; the platform knows its webhook."""
    program = Program(
        folder / "data",
        WECHAT_APP_ID=APP_ID,
        WECHAT_APP_SECRET=SECRET,
        WECHAT_TOKEN=TOKEN,
        WECHAT_AES_KEY=AES_KEY,
        WECHAT_BASE_URL=platform.base_url,
    )
    platform.webhook = f"{program.address}/wechat"
    return program


class Phone:
    """One follower's telephone."""

    def __init__(self, platform: WeChatPlatform, openid: str) -> None:
        self.platform = platform
        self.person: Follower = platform.follower(openid)

    @property
    def screen(self) -> str:
        """What was shown last."""
        return self.person.seen[-1].text

    async def says(self, *words: str) -> str:
        """What is shown in answer to the last of these; each waits for its own."""
        for each in words:
            seen = len(self.person.seen)
            await self.platform.says(self.person, each)
            await self.until(partial(self._saw_more, seen), f"an answer to {each}")
        return self.screen

    async def shown(self, part: str, *, after: int = 0) -> str:
        """The first message from number `after` on that holds these words, once it has come."""

        def found() -> list[str]:
            return [each.text for each in self.person.seen[after:] if part in each.text]

        await self.until(lambda: bool(found()), part)
        return found()[0]

    def _saw_more(self, seen: int) -> bool:
        return len(self.person.seen) > seen

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Waits; fails saying what for, and what was shown instead."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while not condition():
            assert asyncio.get_running_loop().time() < end, f"waited in vain for: {what}; shown: {self.person.texts()}"
            await asyncio.sleep(0.02)

    async def takes_part(self, *, until: str = "home") -> list[str]:
        """Answers whatever is asked; the questions in their order."""
        asked: list[str] = []
        while (question := question_on(self.screen)) != until:
            asked.append(question)
            assert len(asked) < MOST_QUESTIONS, asked
            await self.says(DISPATCHED[question])
        return asked

    async def downloads(self, message: str) -> tuple[bytes, str]:
        """What the link in a message leads to, by its page's button; and the link."""
        link = _DOWNLOAD.findall(message)[0]
        async with httpx.AsyncClient(trust_env=False) as browser:
            page = await browser.get(link)
            assert page.status_code == 200, page.text
            file = await browser.post(link)
        assert file.status_code == 200
        return file.content, link
