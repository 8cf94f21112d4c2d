import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from starlette.applications import Starlette

from bot.channels.base import Arrival
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_limits import SECRET_CHARACTERS, UPDATE_BYTES
from bot.channels.telegram_webhook import Fate, set_webhook, webhook_route, webhook_secret
from bot.errors import StoreDownError
from tests.peers.telegram_server import TelegramServer

SECRET = webhook_secret(b"s" * 32)
AUTHENTIC = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
CHAT = {"id": 42, "type": "private", "first_name": "王"}
SAID = {"update_id": 9, "message": {"message_id": 1, "date": 0, "chat": CHAT, "from": CHAT, "text": "张三"}}
PRESSED = {"update_id": 10, "callback_query": {"id": "555", "from": CHAT, "message": SAID["message"], "data": "x"}}


class Inbox:
    def __init__(self) -> None:
        self.down = False
        self.arrivals: list[Arrival] = []

    async def take_in(self, arrivals: Sequence[Arrival]) -> None:
        if self.down:
            raise StoreDownError("the database is away")
        self.arrivals.extend(arrivals)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def app(inbox: Inbox) -> Starlette:
    return Starlette(routes=[webhook_route("/telegram", SECRET, inbox.take_in)])


async def post(app: Starlette, body: bytes, headers: dict[str, Any] | None = None) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.post("/telegram", content=body, headers=AUTHENTIC if headers is None else headers)


def counted(fate: Fate) -> float:
    return REGISTRY.get_sample_value("hurentong_telegram_webhook_requests_total", {"fate": fate}) or 0.0


async def test_an_update_is_stored_as_it_came(app: Starlette, inbox: Inbox) -> None:
    body = json.dumps(SAID).encode()

    answer = await post(app, body)

    assert (answer.status_code, answer.content) == (200, b"")
    (arrival,) = inbox.arrivals
    assert (arrival.external_id, arrival.sender, arrival.payload) == ("9", "42", body)


async def test_a_press_is_acknowledged_in_the_answer(app: Starlette, inbox: Inbox) -> None:
    answer = await post(app, json.dumps(PRESSED).encode())

    assert answer.json() == {"method": "answerCallbackQuery", "callback_query_id": "555"}
    assert len(inbox.arrivals) == 1


async def test_while_the_store_is_down_telegram_is_asked_to_come_again(app: Starlette, inbox: Inbox) -> None:
    inbox.down = True

    answer = await post(app, json.dumps(PRESSED).encode())

    assert answer.status_code == 503
    assert 1 <= int(answer.headers["Retry-After"]) <= 30
    assert answer.content == b""


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Telegram-Bot-Api-Secret-Token": ""}, {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]}],
)
async def test_a_stranger_is_turned_away_unheard(headers: dict[str, str], app: Starlette, inbox: Inbox) -> None:
    before = counted(Fate.FOREIGN)

    answer = await post(app, json.dumps(SAID).encode(), headers)

    assert (answer.status_code, answer.content) == (403, b"")
    assert inbox.arrivals == []
    assert counted(Fate.FOREIGN) == before + 1


@given(secret=st.binary(max_size=60).filter(lambda each: not {0, 10, 13} & set(each)), body=st.binary(max_size=200))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_guess_at_the_secret_writes_anything(app: Starlette, inbox: Inbox, secret: bytes, body: bytes) -> None:
    answer = asyncio.run(post(app, body, {b"X-Telegram-Bot-Api-Secret-Token": secret}))  # type: ignore[dict-item]

    assert answer.status_code == 403
    assert inbox.arrivals == []


UPDATES = st.dictionaries(
    st.sampled_from(["update_id", "message", "callback_query", "x"]),
    st.integers() | st.text() | st.none() | st.just(SAID["message"]) | st.lists(st.integers()),
)


@given(body=st.binary(max_size=200) | UPDATES.map(lambda update: json.dumps(update).encode()))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_authentic_body_is_answered_with_an_error(app: Starlette, body: bytes) -> None:
    assert asyncio.run(post(app, body)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\x00",
        b"{}" * 10,
        b'{"update_id": 1}',
        b"[" * 50_000,
        b'{"update_id": ' + b"9" * 5_000,
    ],
)
async def test_what_no_update_can_be_read_from_is_counted_and_not_asked_for_again(
    body: bytes, app: Starlette, inbox: Inbox
) -> None:
    before = counted(Fate.UNREADABLE)

    assert (await post(app, body)).status_code == 200
    assert counted(Fate.UNREADABLE) == before + 1
    assert inbox.arrivals == []


async def test_a_body_longer_than_any_update_is_not_read_to_its_end(app: Starlette, inbox: Inbox) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1_000):
            read += 100_000
            yield b"x" * 100_000

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.post("/telegram", content=body(), headers=AUTHENTIC)

    assert answer.status_code == 200
    assert read <= UPDATE_BYTES + 200_000
    assert inbox.arrivals == []


async def test_only_posts_are_taken(app: Starlette) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/telegram", headers=AUTHENTIC)).status_code == 405


def test_the_secret_is_of_this_installation_and_fit_for_telegram() -> None:
    assert webhook_secret(b"s" * 32) == SECRET != webhook_secret(b"t" * 32)
    assert len(SECRET) <= SECRET_CHARACTERS
    assert SECRET.replace("-", "").replace("_", "").isalnum()


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/telegram"
    finally:
        server.should_exit = True
        await task
        listening.close()


async def test_telegram_delivers_to_it_and_tries_again_while_the_store_is_down(
    server: TelegramServer, api: TelegramApi, app: Starlette, inbox: Inbox
) -> None:
    person = server.person(42, started=True)
    keyboard = {"inline_keyboard": [[{"text": "是", "callback_data": "x"}]]}
    await api.call("sendMessage", {"chat_id": 42, "text": "？", "reply_markup": keyboard})
    async with served(app) as url:
        await set_webhook(api, url, SECRET)
        inbox.down = True
        person.say("张三")
        query = person.press("是")
        await asyncio.sleep(0.3)
        assert inbox.arrivals == []

        inbox.down = False
        async with asyncio.timeout(15):
            while len(inbox.arrivals) < 2 or not person.toasts:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    assert {arrival.sender for arrival in inbox.arrivals} == {"42"}
    assert [toast.query_id for toast in person.toasts] == [query]
