"""Webhook delivery: secrets, order, retries, the method in the answer."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import telegram
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.error import BadRequest, Conflict, RetryAfter

from tests.peers.telegram_server import PromptServer, TelegramServer, server_config

Handler = Callable[[dict[str, Any]], Awaitable[Response]]


async def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for something on the emulator's thread, which no event of this loop tells of."""
    deadline = time.monotonic() + seconds
    for _ in itertools.count():
        if holds():
            return
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


class Receiver:
    """A bot's webhook that remembers what came; `handler` answers."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str] = []
        self.handler: Handler | None = None
        self.running = self.most_running = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/telegram"

    async def receive(self, request: Request) -> Response:
        update = json.loads(await request.body())
        self.updates.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            return await self.handler(update) if self.handler else Response()
        finally:
            self.running -= 1

    async def until(self, count: int, seconds: float = 5.0) -> list[dict[str, Any]]:
        """Wait for that many deliveries."""
        await until(lambda: len(self.updates) >= count, seconds)
        return self.updates


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    config = server_config(Starlette(routes=[Route("/telegram", receiver.receive, methods=["POST"])]))
    config.port = 0
    web = PromptServer(config)
    task = asyncio.create_task(web.serve())
    await until(lambda: web.started)
    receiver.port = web.servers[0].sockets[0].getsockname()[1]
    yield receiver
    web.stop()
    await task


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_an_update_arrives_with_the_secret(server: TelegramServer, bot: telegram.Bot, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url, secret_token="s3cret-_", max_connections=10)
    server.person(42, "王芳").say("/start")

    [body] = await receiver.until(1)

    update = telegram.Update.de_json(body, bot)
    assert update.message is not None
    assert update.message.text == "/start"
    assert receiver.secrets == ["s3cret-_"]
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == (receiver.url, 10)


async def test_what_waited_before_the_webhook_is_delivered_unless_dropped(
    server: TelegramServer, bot: telegram.Bot, receiver: Receiver
) -> None:
    engineer = server.person(42)
    engineer.say("旧")
    await bot.delete_webhook(drop_pending_updates=True)
    engineer.say("新")
    await bot.set_webhook(receiver.url)

    assert texts(await receiver.until(1)) == ["新"]


async def test_a_chat_s_messages_come_one_after_another_and_chats_side_by_side(
    server: TelegramServer, bot: telegram.Bot, receiver: Receiver
) -> None:
    async def slow(_: dict[str, Any]) -> Response:
        await asyncio.sleep(0.02)
        return Response()

    receiver.handler = slow
    await bot.set_webhook(receiver.url, max_connections=4)
    server.crowd(1, 8)
    server.say_many([(chat, str(number)) for number in range(3) for chat in range(1, 9)])

    updates = await receiver.until(24)

    for chat in range(1, 9):
        assert [u["message"]["text"] for u in updates if u["message"]["chat"]["id"] == chat] == ["0", "1", "2"]
    assert receiver.most_running == 4


async def test_a_press_overtakes_a_message_that_is_stuck(
    server: TelegramServer, bot: telegram.Bot, receiver: Receiver
) -> None:
    released = asyncio.Event()

    async def stuck_on_messages(update: dict[str, Any]) -> Response:
        if "message" in update:
            await released.wait()
        return Response()

    receiver.handler = stuck_on_messages
    engineer = server.person(42, started=True)
    markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("是", callback_data="y")]])
    sent = await bot.send_message(42, "确认？", reply_markup=markup)
    await bot.set_webhook(receiver.url)
    engineer.say("等等")
    engineer.press("是", sent.message_id)

    updates = await receiver.until(2)
    released.set()

    assert ["message" in update for update in updates] == [True, False]


async def test_a_refused_update_comes_again_and_holds_up_its_chat_only(
    server: TelegramServer, bot: telegram.Bot, receiver: Receiver
) -> None:
    refusals = iter([500, 503, 500])

    async def failing(update: dict[str, Any]) -> Response:
        status = next(refusals, 200) if update["message"]["text"] == "甲1" else 200
        return Response(status_code=status)

    receiver.handler = failing
    await bot.set_webhook(receiver.url)
    first, second = server.person(1), server.person(2)
    first.say("甲1")
    first.say("甲2")
    second.say("乙1")

    updates = await receiver.until(6)

    assert [text for text in texts(updates) if text.startswith("甲")] == ["甲1"] * 4 + ["甲2"]
    assert "乙1" in texts(updates)[:3]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    waits = [a["sent_at"] for a in server.webhook_attempts() if a["update_id"] == updates[0]["update_id"]]
    gaps = [later - earlier for earlier, later in itertools.pairwise(waits)]
    assert gaps[0] < 0.09 < gaps[1] + 0.01
    assert gaps[1] < gaps[2]


async def test_retry_after_is_obeyed(server: TelegramServer, bot: telegram.Bot, receiver: Receiver) -> None:
    answers = iter([Response(status_code=503, headers={"Retry-After": "8"})])

    async def once(_: dict[str, Any]) -> Response:
        return next(answers, Response())

    receiver.handler = once
    await bot.set_webhook(receiver.url)
    start = time.monotonic()
    server.person(1).say("一")
    await receiver.until(2)

    assert 0.39 < time.monotonic() - start < 3


async def test_a_press_whose_retry_comes_too_late_is_dropped(
    server: TelegramServer, bot: telegram.Bot, receiver: Receiver
) -> None:
    async def later(_: dict[str, Any]) -> Response:
        return Response(status_code=503, headers={"Retry-After": "200"})

    receiver.handler = later
    engineer = server.person(42, started=True)
    await bot.set_webhook(receiver.url)
    engineer.press_data("y", 1)
    await receiver.until(1)
    await asyncio.sleep(0.05)

    assert server.pending() == 0
    assert server.statistics()["expired"] == 1


async def test_the_method_in_the_answer_is_carried_out(
    server: TelegramServer, bot: telegram.Bot, receiver: Receiver
) -> None:
    async def answering(update: dict[str, Any]) -> Response:
        if update["message"]["text"] == "问":
            return JSONResponse({"method": "sendMessage", "chat_id": 42, "text": "答"})
        return JSONResponse({"method": "getMe"})

    receiver.handler = answering
    engineer = server.person(42)
    await bot.set_webhook(receiver.url)
    engineer.say("问")
    engineer.say("再问")

    answer = await asyncio.to_thread(engineer.wait_for_message)
    await receiver.until(2)

    assert answer.text == "答"
    assert [record["fault"] for record in server.requests("sendMessage")] == ["webhook answer"]
    assert len(server.requests("getMe")) == 1


@pytest.mark.parametrize("fault", ["webhook_cut", "webhook_unheard"])
async def test_a_lost_connection_means_the_same_update_again(
    server: TelegramServer, bot: telegram.Bot, receiver: Receiver, fault: str
) -> None:
    server.faults(**{fault: 1.0})
    await bot.set_webhook(receiver.url)
    server.person(42).say("一")
    await until(lambda: len(server.webhook_attempts()) >= 2)
    server.faults()
    await until(lambda: server.pending() == 0)

    assert len({update["update_id"] for update in receiver.updates}) == 1
    attempts = server.webhook_attempts()
    assert [attempt["status"] for attempt in attempts[:2]] == [0, 0]
    assert attempts[-1]["status"] == 200
    if fault == "webhook_unheard":
        assert len(receiver.updates) == len(attempts)


async def test_updates_wait_for_a_webhook_that_is_down(server: TelegramServer, bot: telegram.Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/telegram")
    server.person(42).say("一")
    await until(lambda: bool(server.webhook_attempts()))

    info = await bot.get_webhook_info()
    assert info.pending_update_count == 1
    assert info.last_error_message is not None


async def test_polling_and_a_webhook_exclude_each_other(
    server: TelegramServer, bot: telegram.Bot, receiver: Receiver
) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=50))
    await asyncio.sleep(0.05)
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await polling
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active; use deleteWebhook"):
        await bot.get_updates()

    await bot.delete_webhook()

    server.person(42).say("一")
    assert len(await bot.get_updates(timeout=10)) == 1
    assert receiver.updates == []


async def test_a_webhook_must_be_https_with_a_plain_secret_and_not_set_twice_at_once(
    bot: telegram.Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    with pytest.raises(BadRequest, match=r"(?i)An HTTPS URL must be provided for webhook"):
        await bot.set_webhook("http://example.org/hook")
    with pytest.raises(RetryAfter):
        await bot.set_webhook("https://example.org/hook")
    await asyncio.sleep(0.06)
    with pytest.raises(BadRequest, match=r"(?i)secret token contains unallowed characters"):
        await bot.set_webhook("https://example.org/hook", secret_token="秘密")
