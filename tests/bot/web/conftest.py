"""A house and a browser without a script, for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.bot.web.browser import Browser
from tests.bot.web.house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url="http://chat.example") as client:
        yield Browser(client)
