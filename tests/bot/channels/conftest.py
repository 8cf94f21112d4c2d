"""The Bot API emulator, and a channel connected to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import TelegramApi
from tests.peers.telegram_server import TelegramServer

KEY = b"k" * 32


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer(speed=10) as running:
        yield running


@pytest.fixture
async def api(server: TelegramServer) -> AsyncIterator[TelegramApi]:
    made = TelegramApi(server.token, server.base_url)
    yield made
    await made.close()


@pytest.fixture
def channel(api: TelegramApi) -> TelegramChannel:
    return TelegramChannel(api, KEY)
