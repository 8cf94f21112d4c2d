"""Nobody can ask more of the server than people do, and whoever tries is told so politely."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.ingest import Ingest
from bot.limits import ADDRESS, POSTS, SESSION_POSTS, Allowance, Buckets
from bot.store.store import Store
from bot.store.tables import inbox, outbox
from bot.web.limiting import Limiting
from dialogs.cards import Card
from tests.bot.tiny import arrival, now


class Seconds:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    clock = Seconds()
    bucket = Buckets(Allowance(burst=3, per_second=2), clock)

    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert bucket.take("b") == 0
    clock.now += 0.5
    assert [bucket.take("a"), bucket.take("a")] == [0, 0.5]
    clock.now += 1000
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_buckets_are_bounded_in_number() -> None:
    bucket = Buckets(Allowance(burst=1, per_second=1), Seconds(), known=2)

    assert [bucket.take(each) for each in "abca"] == [0, 0, 0, 0]


@dataclass
class Site:
    """The application, asked from one address."""

    app: ASGIApp
    cookies: dict[str, str] = field(default_factory=dict)
    address: str = "203.0.113.7"

    def ask(self, method: str, path: str, **headers: str) -> httpx.Response:
        async def work() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self.address, 4711))
            async with httpx.AsyncClient(transport=transport, base_url="http://site", cookies=self.cookies) as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(work())

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, **headers)

    def post(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("POST", path, **headers)


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def site(clock: Seconds) -> Site:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    routes = [Route("/", answer, methods=["GET", "POST"]), Route("/telegram", answer, methods=["POST"])]
    limiting = Middleware(Limiting, exempt=("/telegram",), cookies=("hurentong",), clock=clock)
    return Site(Starlette(routes=routes, middleware=[limiting]))


def test_an_address_that_asks_too_much_is_told_when_to_come_again(site: Site, clock: Seconds) -> None:
    codes = [site.get("/").status_code for _ in range(int(ADDRESS.burst) + 1)]
    assert codes == [200] * int(ADDRESS.burst) + [429]

    refused = site.get("/", **{"accept-language": "zh-CN"})
    assert refused.headers["retry-after"] == "1"
    assert "请 1 秒后再试" in refused.text
    assert "try again in 1 seconds" in site.get("/", **{"accept-language": "en"}).text

    clock.now += 2
    assert site.get("/").status_code == 200


def test_one_browser_can_post_less_than_a_whole_address(site: Site) -> None:
    site.cookies["hurentong"] = "one"
    codes = [site.post("/").status_code for _ in range(int(SESSION_POSTS.burst) + 1)]
    assert codes == [200] * int(SESSION_POSTS.burst) + [429]

    site.cookies["hurentong"] = "two"
    assert site.post("/").status_code == 200
    site.cookies.clear()
    assert 429 in [site.post("/").status_code for _ in range(int(POSTS.burst) + 1)]


def test_platforms_that_sign_their_requests_are_not_limited(site: Site) -> None:
    assert {site.post("/telegram").status_code for _ in range(int(POSTS.burst) + 50)} == {200}


def test_a_broken_cookie_is_no_error(site: Site) -> None:
    assert site.post("/", cookie='a[=;;="; hurentong').status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_machine_itself_is_not_limited(site: Site, address: str) -> None:
    site.address = address
    assert {site.post("/").status_code for _ in range(int(POSTS.burst) + 50)} == {200}


def test_who_sends_faster_than_people_do_is_told_once_and_the_rest_goes_on(store: Store) -> None:
    async def flood() -> None:
        ingest = Ingest(store, now, allowance=Allowance(burst=5, per_second=0.01))
        await ingest([arrival(number, "loud") for number in range(3)])
        await ingest([arrival(10 + number, "loud") for number in range(20)] + [arrival(50, "calm")])
        await ingest([arrival(60 + number, "loud") for number in range(20)])

    asyncio.run(flood())

    def look(connection: Any) -> tuple[int, list[Card]]:
        cards = connection.execute(select(outbox.c.card)).scalars()
        stored = connection.execute(select(func.count()).select_from(inbox)).scalar_one()
        return stored, [Card.model_validate_json(each) for each in cards]

    stored, cards = store.read_now(look)
    assert stored == 6
    assert [each.lines[0].key for each in cards] == ["limits.too_fast"]
