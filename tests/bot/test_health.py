"""What monitoring sees: whether the process can work and why not, and figures without anybody's data."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import insert
from starlette.applications import Starlette

from bot.channels.telegram_connections import Connections, NotWrittenError
from bot.health import health_routes
from bot.readiness import figures, probes
from bot.store.store import Store
from bot.store.tables import account, inbox, person
from tests.peers.telegram_server import TelegramServer
from tests.program import Program, free_port
from tests.web_visitor import Visitor

NOW = datetime(2025, 4, 1, tzinfo=UTC)


async def ready(store: Store, troubles: Mapping[str, str] | None = None) -> httpx.Response:
    said = {name: lambda trouble=trouble: trouble for name, trouble in (troubles or {}).items()}
    app = Starlette(routes=health_routes(probes(store, lambda: NOW, said), figures(store, lambda: NOW)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
        return await client.get("/readyz")


def waits_since(store: Store, received_at: datetime) -> None:
    def work(connection: object) -> None:
        connection.execute(insert(person).values(id=1, created_at=NOW))  # type: ignore[attr-defined]
        owner = {"id": 1, "person_id": 1, "channel": "web", "address": "a", "created_at": NOW}
        connection.execute(insert(account).values(**owner))  # type: ignore[attr-defined]
        row = {"channel": "web", "external_id": "1", "account_id": 1, "person_id": 1, "payload": b"{}"}
        more = {"status": "waiting", "correlation": "c", "received_at": received_at}
        connection.execute(insert(inbox).values(**row, **more))  # type: ignore[attr-defined]

    store.write_now(work)


async def test_it_is_ready_when_database_backlog_and_channels_are_well(store: Store) -> None:
    answer = await ready(store, {"telegram": ""})

    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert set(answer.json()["conditions"]) == {"database", "backlog_seconds", "telegram"}


async def test_a_platform_that_is_not_to_be_had_is_named(store: Store) -> None:
    answer = await ready(store, {"telegram": "unreachable", "wechat": ""})

    assert answer.status_code == 503
    conditions = answer.json()["conditions"]
    assert conditions["telegram"] == {"good": False, "detail": "unreachable"}
    assert conditions["wechat"]["good"] is True


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (61, 503)])
async def test_a_message_that_waits_a_minute_is_a_backlog(store: Store, seconds: int, status: int) -> None:
    waits_since(store, NOW - timedelta(seconds=seconds))

    assert (await ready(store)).status_code == status


async def test_without_its_database_it_is_not_ready(store: Store) -> None:
    store.close()

    answer = await ready(store)

    assert answer.status_code == 503
    assert answer.json()["conditions"]["database"]["good"] is False


async def test_connections_know_why_the_last_request_came_to_nothing() -> None:
    connections = Connections(f"http://127.0.0.1:{free_port()}")
    assert connections.trouble == ""

    with pytest.raises(NotWrittenError):
        await connections.request("/x", seconds=1, limit=10)

    assert connections.trouble == "unreachable"
    await connections.close()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with (
        TelegramServer() as server,
        Program(
            tmp_path_factory.mktemp("watched"), TELEGRAM_TOKEN=server.token, TELEGRAM_BASE_URL=server.base_url
        ) as started,
    ):
        yield started


def test_the_figures_are_there_and_hold_nobodys_words(program: Program) -> None:
    with Visitor(program.address) as visitor:
        for words in ("你好", "同意", "王小明", "13800138000"):
            visitor.says(words)

    figures = httpx.get(f"{program.address}/metrics").text

    for name in (
        "hurentong_turn_seconds_count",
        "hurentong_classification_seconds_count",
        "hurentong_inbox_age_seconds",
        'hurentong_outbox_messages{state="waiting"}',
        "hurentong_told_to_wait",
    ):
        assert name in figures, name
    assert "王小明" not in figures
    assert "13800138000" not in figures
    assert httpx.get(f"{program.address}/healthz").text == "ok\n"
    assert httpx.get(f"{program.address}/readyz").json()["conditions"]["telegram"]["good"] is True


def test_monitoring_is_never_told_to_come_later(program: Program) -> None:
    answers = [httpx.get(f"{program.address}/healthz").status_code for _ in range(200)]
    assert set(answers) == {200}
