"""A person at the chat page in a real browser: reads which question waits, taps or types the answer."""

import re
from collections.abc import Mapping
from itertools import count
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.engineer import DISPATCHED

PATIENCE = 40_000
"""Milliseconds for anything to show up."""
_numbers = count(10_000_000)


def answers(**own: str) -> Mapping[str, str]:
    """The engineer's answers with a telephone number of their own: numbers are unique in the records."""
    return {**DISPATCHED, "phone": f"138{next(_numbers)}", **own}


class Person:
    """One page in a context (cookies, storage) of its own."""

    def __init__(self, context: BrowserContext, page: Page, address: str) -> None:
        self.context = context
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        context.on("request", lambda request: self.requests.append(request.url))

    @classmethod
    async def arrive(
        cls, chrome: Browser, address: str, *, width: int = 360, height: int = 640, **context: Any
    ) -> "Person":
        """Opens the chat page on a telephone of that size."""
        person = await cls.at(chrome, address, width=width, height=height, **context)
        await person.open()
        return person

    @classmethod
    async def at(
        cls, chrome: Browser, address: str, *, width: int = 360, height: int = 640, **context: Any
    ) -> "Person":
        """Holds the telephone, has not opened the page yet."""
        small = width < 600
        made = await chrome.new_context(
            viewport={"width": width, "height": height},
            is_mobile=small,
            has_touch=small,
            **{"locale": "zh-CN", **context},
        )
        made.set_default_timeout(PATIENCE)
        return cls(made, await made.new_page(), address)

    async def open(self) -> None:
        await self.page.goto(f"{self.address}/")

    async def question(self) -> str:
        """The subject of the card that waits."""
        return await self.page.locator("#say").get_attribute("data-subject") or ""

    async def answer(self, text: str) -> None:
        """Taps the button that says so (or the one of that number), or else types it. Does not wait."""
        choices = self.page.locator(".choice")
        if text.isdigit() and len(text) == 1 and await choices.count():
            await choices.nth(int(text) - 1).click()
            return
        button = choices.filter(has_text=re.compile(re.escape(text)))
        if await button.count():
            await button.first.click()
        else:
            await self.type(text)

    async def type(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.locator(".send").click()

    async def leaves(self, question: str) -> None:
        """Waits until another question is open."""
        await expect(self.page.locator(f'#say:not([data-subject="{question}"])')).to_be_attached(timeout=PATIENCE)

    async def take_in(self, given: Mapping[str, str], until: str = "home") -> list[str]:
        """Answers until that question waits; returns the questions in the order in which they were asked."""
        asked: list[str] = []
        while (question := await self.question()) != until:
            assert len(asked) < 60, f"going round in circles: {asked}"
            asked.append(question)
            await self.answer(given[question])
            await self.leaves(question)
        return asked

    async def said(self) -> list[str]:
        """The person's own bubbles."""
        return await self.page.locator(".me .bubble p").all_inner_texts()

    async def leave(self) -> None:
        await self.context.close()
