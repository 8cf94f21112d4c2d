"""Faults and limits as the client meets them."""

import asyncio
import datetime

import pytest
import telegram
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from tests.peers.telegram_server import Fault, Person, TelegramServer


async def test_limits_answer_429_with_the_seconds_to_wait(
    server: TelegramServer, bot: telegram.Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    server.limits(enabled=True, chat_burst=1, chat_rate=0.01)
    server.person(42, started=True)
    await bot.send_message(42, "一")

    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(42, "二")

    assert isinstance(refused.value.retry_after, datetime.timedelta)
    assert 95 <= refused.value.retry_after.total_seconds() <= 100
    assert server.statistics()["limits"]["refused_chat"] == 1


@pytest.mark.parametrize(
    ("fault", "delivered"),
    [
        (Fault.SERVER_ERROR, 0),
        (Fault.BAD_GATEWAY, 0),
        (Fault.RESET_BEFORE, 0),
        (Fault.RESET_AFTER, 1),
    ],
)
async def test_a_fault_fails_the_call_and_only_the_last_kind_delivers(
    server: TelegramServer, bot: telegram.Bot, engineer: Person, fault: Fault, delivered: int
) -> None:
    server.fail_next(fault, "sendMessage")
    await bot.send_chat_action(42, "typing")

    with pytest.raises(NetworkError):
        await bot.send_message(42, "通知")

    assert len(engineer.received) == delivered
    await bot.send_message(42, "通知")
    assert len(engineer.received) == delivered + 1
    assert server.statistics()["faults"] == {fault.value: 1}


async def test_faults_by_chance_come_at_the_share_asked_for(server: TelegramServer, bot: telegram.Bot) -> None:
    server.faults(server_error=0.5, only=["sendMessage"])
    server.crowd(1000, 200)
    outcomes = []
    for user_id in range(1000, 1200):
        try:
            await bot.send_message(user_id, "通知")
            outcomes.append(True)
        except NetworkError:
            outcomes.append(False)

    assert 60 < sum(outcomes) < 140
    await bot.get_me()


async def test_a_share_of_people_has_blocked_the_bot_for_good(server: TelegramServer, bot: telegram.Bot) -> None:
    server.faults(blocked=0.3)
    server.crowd(1000, 100)

    async def refusing() -> set[int]:
        refused = set()
        for user_id in range(1000, 1100):
            try:
                await bot.send_message(user_id, "通知")
            except Forbidden:
                refused.add(user_id)
        return refused

    first = await refusing()
    assert 15 < len(first) < 45
    assert await refusing() == first


async def test_slow_answers_are_slow(server: TelegramServer, bot: telegram.Bot, engineer: Person) -> None:
    server.faults(latency_ms=120)
    loop = asyncio.get_running_loop()
    start = loop.time()
    await bot.send_message(42, "通知")

    assert loop.time() - start >= 0.12


async def test_every_request_is_on_record(server: TelegramServer, bot: telegram.Bot, engineer: Person) -> None:
    await bot.send_message(42, "一")
    with pytest.raises(BadRequest):
        await bot.send_message(43, "二")

    records = server.requests("sendMessage")
    assert [(record["chat_id"], record["status"]) for record in records] == [(42, 200), (43, 400)]
    assert records[0]["arrived_at"] <= records[1]["arrived_at"]
    assert server.statistics()["methods"] == {"getme": 1, "sendmessage": 2}
