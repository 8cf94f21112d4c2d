"""A running Telegram emulator, the real client, and a person."""

from collections.abc import AsyncIterator, Iterator

import pytest
import telegram

from tests.peers.telegram_sending import plain_request
from tests.peers.telegram_server import TOKEN, Person, TelegramServer


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer(speed=20) as running:
        yield running


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[telegram.Bot]:
    client = telegram.Bot(
        TOKEN,
        base_url=server.base_url,
        base_file_url=server.base_file_url,
        request=plain_request(),
        get_updates_request=plain_request(),
    )
    async with client:
        yield client


@pytest.fixture
def engineer(server: TelegramServer) -> Person:
    return server.person(42, "王芳", started=True)
