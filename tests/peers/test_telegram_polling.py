"""getUpdates over HTTP: pollers, timeouts, kinds."""

import asyncio

import pytest
import telegram
from telegram.error import Conflict

from tests.peers.telegram_sending import keyboard
from tests.peers.telegram_server import TOKEN, TelegramServer


async def test_one_poller_at_a_time(server: TelegramServer, bot: telegram.Bot) -> None:
    async with telegram.Bot(TOKEN, base_url=server.base_url) as rival:
        first = asyncio.create_task(bot.get_updates(timeout=50))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(rival.get_updates(timeout=50))

        with pytest.raises(Conflict) as refused:
            await first

        server.person(42).say("在吗")
        assert len(await second) == 1
    assert refused.value.message == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


async def test_a_long_poll_ends_with_the_update_or_empty_at_the_timeout(
    server: TelegramServer, bot: telegram.Bot
) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    assert await bot.get_updates(timeout=10) == ()
    assert 0.45 < loop.time() - start < 2

    waiting = asyncio.create_task(bot.get_updates(timeout=50))
    await asyncio.sleep(0.05)
    server.person(42).say("在吗")
    assert len(await waiting) == 1


async def test_asking_for_the_same_offset_again_at_once_gives_one_update(
    server: TelegramServer, bot: telegram.Bot
) -> None:
    engineer = server.person(42)
    for text in "一二三":
        engineer.say(text)

    assert len(await bot.get_updates(offset=0)) == 3
    assert len(await bot.get_updates(offset=0)) == 1


async def test_allowed_updates_hold_back_other_kinds(server: TelegramServer, bot: telegram.Bot) -> None:
    engineer = server.person(42, started=True)
    await bot.send_message(42, "确认？", reply_markup=keyboard("是"))
    await bot.get_updates(offset=0, allowed_updates=["callback_query"])
    engineer.say("文字")
    engineer.press("是")

    [update] = await bot.get_updates(offset=1, timeout=10)
    assert update.callback_query is not None
