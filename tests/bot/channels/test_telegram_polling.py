import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
import structlog

from bot.channels.base import Arrival
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_polling import TelegramPoller
from bot.errors import StoreDownError
from tests.peers.telegram_server import Fault, TelegramServer


class Inbox:
    """Stores by (channel, external id), as the real one; `down` times it cannot."""

    def __init__(self, down: int = 0) -> None:
        self.down = down
        self.arrivals: dict[str, Arrival] = {}
        self.calls = 0

    async def take_in(self, arrivals: Sequence[Arrival]) -> None:
        self.calls += 1
        if self.down:
            self.down -= 1
            raise StoreDownError("the database is away")
        for each in arrivals:
            self.arrivals.setdefault(each.external_id, each)

    @property
    def texts(self) -> list[str]:
        return [json.loads(each.payload)["message"]["text"] for each in self.arrivals.values()]


@asynccontextmanager
async def polling(
    api: TelegramApi, inbox: Inbox, acknowledge: Callable[[str], Awaitable[None]] | None = None
) -> AsyncIterator[asyncio.Event]:
    async def nobody(_: str) -> None: ...

    stop = asyncio.Event()
    poller = TelegramPoller(api, inbox.take_in, acknowledge or nobody, first_pause=0.05, dice=random.Random(1))  # noqa: S311
    task = asyncio.create_task(poller.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 3)


async def until(holds: Callable[[], bool], seconds: float = 8.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - the emulator runs in a thread of its own
            await asyncio.sleep(0.01)


async def test_what_people_say_reaches_the_inbox_and_is_confirmed(server: TelegramServer, api: TelegramApi) -> None:
    inbox, person = Inbox(), server.person(42)
    async with polling(api, inbox):
        person.say("张三")
        await until(lambda: inbox.texts == ["张三"])
        person.say("李四")
        await until(lambda: inbox.texts == ["张三", "李四"])
        await until(lambda: server.pending() == 0)


async def test_nothing_is_confirmed_before_it_is_stored(server: TelegramServer, api: TelegramApi) -> None:
    waiting: list[int] = []

    class Watching(Inbox):
        async def take_in(self, arrivals: Sequence[Arrival]) -> None:
            waiting.append(await asyncio.to_thread(server.pending))
            await super().take_in(arrivals)

    server.person(42).say("张三")
    inbox = Watching(down=2)
    async with polling(api, inbox):
        await until(lambda: inbox.texts == ["张三"])

    assert waiting == [1, 1, 1]


async def test_what_was_not_stored_when_it_stopped_comes_again(server: TelegramServer, api: TelegramApi) -> None:
    server.person(42).say("张三")
    away = Inbox(down=1_000)
    async with polling(api, away):
        await until(lambda: away.calls > 0)

    inbox = Inbox()
    async with polling(api, inbox):
        await until(lambda: inbox.texts == ["张三"])


async def test_a_stop_in_the_middle_of_a_long_poll_is_prompt(server: TelegramServer, api: TelegramApi) -> None:
    async with polling(api, Inbox()):
        await until(lambda: bool(server.requests("getUpdates")) or True)
        await asyncio.sleep(0.1)
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 1


async def test_ids_that_start_lower_after_an_idle_week_are_not_missed(server: TelegramServer, api: TelegramApi) -> None:
    inbox, person = Inbox(), server.person(42)
    server.restart_update_ids(900_000)
    async with polling(api, inbox):
        person.say("张三")
        await until(lambda: inbox.texts == ["张三"] and server.pending() == 0)
    server.restart_update_ids(100)
    async with polling(api, inbox):
        person.say("李四")
        await until(lambda: inbox.texts == ["张三", "李四"])


async def test_presses_are_acknowledged_by_the_poller(
    server: TelegramServer, api: TelegramApi, channel: TelegramChannel
) -> None:
    person = server.person(42, started=True)
    keyboard = {"inline_keyboard": [[{"text": "是", "callback_data": "x"}]]}
    await api.call("sendMessage", {"chat_id": 42, "text": "？", "reply_markup": keyboard})
    query = person.press("是")

    async with polling(api, Inbox(), channel.acknowledge):
        await until(lambda: [toast.query_id for toast in person.toasts] == [query])


async def test_a_webhook_is_removed_and_what_waits_is_kept(server: TelegramServer, api: TelegramApi) -> None:
    await api.call("setWebhook", {"url": "https://hurentong.invalid/telegram"})
    server.person(42).say("张三")
    inbox = Inbox()

    async with polling(api, inbox):
        await until(lambda: inbox.texts == ["张三"])


async def test_a_webhook_set_meanwhile_is_removed_too(server: TelegramServer, api: TelegramApi) -> None:
    inbox, person = Inbox(), server.person(42)
    async with polling(api, inbox):
        person.say("张三")
        await until(lambda: inbox.texts == ["张三"])
        await api.call("setWebhook", {"url": "https://hurentong.invalid/telegram"})
        person.say("李四")
        await until(lambda: inbox.texts == ["张三", "李四"])


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.BAD_GATEWAY])
async def test_a_bad_network_loses_nothing(fault: Fault, server: TelegramServer, api: TelegramApi) -> None:
    server.fail_next(fault, "getUpdates", 2)
    server.person(42).say("张三")
    inbox = Inbox()

    async with polling(api, inbox):
        await until(lambda: inbox.texts == ["张三"])


async def test_a_second_poller_is_named_in_the_log(server: TelegramServer, api: TelegramApi) -> None:
    with structlog.testing.capture_logs() as lines:
        async with polling(api, Inbox()):
            await asyncio.sleep(0.1)
            with suppress(Exception):
                await api.call("getUpdates", {"timeout": 1})
            await until(lambda: any("another program is polling" in str(line) for line in lines))


async def test_a_failure_is_followed_by_a_growing_pause(api: TelegramApi) -> None:
    nowhere = TelegramApi("1:x", "http://127.0.0.1:1/bot")
    with structlog.testing.capture_logs() as lines:
        async with polling(nowhere, Inbox()):
            await until(lambda: len(lines) >= 2)

    assert 0.05 <= lines[0]["pause"] <= 0.1
    assert 0.1 <= lines[1]["pause"] <= 0.2
