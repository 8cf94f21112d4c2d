"""An emulator of the Telegram Bot API server: in a thread of the test, or as a process of its own.

In a test::

    with TelegramServer() as server:
        bot = telegram.Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url)
        engineer = server.person(42, "王芳")
        engineer.say("/start")

As a process: ``python -m tests.peers.telegram_server --port 8081 --scenario rough``, driven by `RemoteTelegram`.
Behaviour and wording follow tdlib/telegram-bot-api; where the emulator knows less, it refuses rather than guesses.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import AsyncIterator
from typing import Any, Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.peers.telegram_actions import Actions
from tests.peers.telegram_app import BotApi, Hub
from tests.peers.telegram_clock import Clock
from tests.peers.telegram_errors import ApiError
from tests.peers.telegram_faults import Fault, FaultSettings
from tests.peers.telegram_limits import LimitSettings
from tests.peers.telegram_people import Group, Person
from tests.peers.telegram_scenarios import Scenario, scenario_named
from tests.peers.telegram_state import Telegram

TOKEN = "7000000001:AAEmulatedBotTokenForTestsOnly-0123"
START_SECONDS = 10.0


class TelegramApp:
    """The ASGI application: Bot API, file downloads, control."""

    def __init__(self, telegram: Telegram) -> None:
        self.hub = Hub(telegram)
        self.actions = Actions(self.hub)
        self._bot_api = BotApi(self.hub)
        self._control = Starlette(routes=[Route("/control/{action}", self._on_control, methods=["POST"])])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if path.startswith(("/bot", "/file/bot")):
            await self._bot_api(scope, receive, send)
        else:
            await self._control(scope, receive, send)

    async def _on_control(self, request: Request) -> JSONResponse:
        try:
            result = await self.actions.do(request.path_params["action"], await request.json())
        except ApiError as error:
            return JSONResponse(error.body(), status_code=error.code)
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"ok": False, "description": repr(error)}, status_code=422)
        return JSONResponse({"ok": True, "result": result})


class TelegramControl:
    """What a test does with the emulator, wherever that runs; `call` is for subclasses to give."""

    token: str

    def call(self, action: str, **arguments: Any) -> Any:
        """Carry out an action of `Actions`."""
        raise NotImplementedError

    def person(
        self,
        user_id: int,
        first_name: str = "王芳",
        language_code: str = "zh-hans",
        *,
        username: str = "",
        phone: str = "",
        started: bool = False,
        token: str = "",
    ) -> Person:
        """A person; a bot can write to them once they wrote to it, or at once with `started`."""
        self.call(
            "person",
            user_id=user_id,
            first_name=first_name,
            language_code=language_code,
            username=username,
            phone=phone,
            started=started,
            token=token,
        )
        return Person(self, user_id, token)

    def crowd(self, first_id: int, count: int, *, token: str = "") -> None:
        """Many people at once, with ids in a row, who all started the bot."""
        self.call("crowd", first_id=first_id, count=count, token=token)

    def say_many(self, lines: list[tuple[int, str]], *, token: str = "") -> None:
        """Many people write, in this order."""
        self.call("say_many", lines=lines, token=token)

    def group(self, chat_id: int, title: str = "海外项目部", *, kind: str = "group", token: str = "") -> Group:
        """A group (negative id) the bot is in; `kind` group or supergroup."""
        self.call("group", chat_id=chat_id, title=title, kind=kind, token=token)
        return Group(self, chat_id, token)

    def faults(self, **settings: Any) -> None:
        """Faults by chance from now on: fields of FaultSettings; none given means none happen."""
        self.call("faults", **settings)

    def fail_next(self, fault: Fault, method: str = "", times: int = 1) -> None:
        """The next calls of a method meet this fault."""
        self.call("fault", fault=fault.value, method=method, times=times)

    def limits(self, **settings: Any) -> None:
        """Limits from now on: fields of LimitSettings."""
        self.call("limits", **settings)

    def restart_update_ids(self, next_id: int, *, token: str = "") -> None:
        """As after an idle week."""
        self.call("restart_ids", next_id=next_id, token=token)

    def query_lifetime(self, seconds: float) -> None:
        """How long a press can be acknowledged."""
        self.call("query_lifetime", seconds=seconds)

    def pending(self, *, token: str = "") -> int:
        """Updates not confirmed."""
        return int(self.call("pending", token=token))

    def statistics(self, *, token: str = "") -> dict[str, Any]:
        """Counts of requests by method and status, faults, updates, limits (`share_used`, `violations_*`)."""
        result: dict[str, Any] = self.call("statistics", token=token)
        return result

    def requests(self, method: str = "", since: int = 0) -> list[dict[str, Any]]:
        """Every request: arrived_at, bot_id, method, chat_id, status (0: connection reset before), fault."""
        result: list[dict[str, Any]] = self.call("requests", method=method, since=since)
        return result

    def webhook_attempts(self) -> list[dict[str, Any]]:
        """Every delivery: update_id, lane, sent_at, answered_at, status (0: no answer), attempt."""
        result: list[dict[str, Any]] = self.call("webhook_attempts")
        return result


class TelegramServer(TelegramControl):
    """The emulator in a thread of this process. `speed`: its timers (polls, retries, expiries, limits) run faster."""

    def __init__(
        self,
        *,
        tokens: tuple[str, ...] = (TOKEN,),
        port: int = 0,
        speed: float = 1.0,
        limits: LimitSettings | None = None,
        faults: FaultSettings | None = None,
    ) -> None:
        self.token = tokens[0]
        self.telegram = Telegram(Clock(speed), tokens, limits or LimitSettings(), faults or FaultSettings())
        self.app = TelegramApp(self.telegram)
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = int(self._socket.getsockname()[1])
        self._server = uvicorn.Server(server_config(self.app))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="telegram-emulator", daemon=True)

    @property
    def base_url(self) -> str:
        """For `telegram.Bot(base_url=…)`."""
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        """For `telegram.Bot(base_file_url=…)`."""
        return f"http://127.0.0.1:{self.port}/file/bot"

    @property
    def control_url(self) -> str:
        """For `RemoteTelegram`, e.g. in another process."""
        return f"http://127.0.0.1:{self.port}/control"

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the Telegram emulator did not start")
            time.sleep(0.002)
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(START_SECONDS)
        self._thread.join(START_SECONDS)
        self._socket.close()

    def call(self, action: str, **arguments: Any) -> Any:
        """Carry out an action on the emulator's own loop."""
        if self._loop is None:
            raise RuntimeError("the Telegram emulator is not running")
        return asyncio.run_coroutine_threadsafe(self.app.actions.do(action, arguments), self._loop).result()

    def _run(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve(sockets=[self._socket])

    async def _stop(self) -> None:
        self._server.should_exit = True
        self.app.hub.shut()
        await self.app.hub.close()


class RemoteTelegram(TelegramControl):
    """Drives an emulator in another process over its control API."""

    def __init__(self, control_url: str, token: str = TOKEN) -> None:
        self.token = token
        self._client = httpx.Client(base_url=control_url, timeout=120)

    def call(self, action: str, **arguments: Any) -> Any:
        """Carry out an action by HTTP; raises RuntimeError with the emulator's complaint."""
        answer = self._client.post(f"/{action}", json=arguments)
        body = answer.json()
        if not body["ok"]:
            raise RuntimeError(f"{action}: {body['description']}")
        return body["result"]

    def wait_until_up(self, timeout: float = START_SECONDS) -> None:
        """Until the process answers."""
        deadline = time.monotonic() + timeout
        while True:
            with contextlib.suppress(httpx.TransportError):
                self.pending()
                return
            if time.monotonic() > deadline:
                raise RuntimeError("the Telegram emulator did not start")
            time.sleep(0.02)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def server_config(app: Any) -> uvicorn.Config:
    """uvicorn without logs, lifespan and grace."""
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=60,
        ws="none",
    )


@contextlib.asynccontextmanager
async def _closing(hub: Hub) -> AsyncIterator[None]:
    try:
        yield
    finally:
        hub.shut()
        await hub.close()


async def _serve(scenario: Scenario, tokens: tuple[str, ...], host: str, port: int, speed: float) -> None:
    telegram = Telegram(Clock(speed), tokens, scenario.limits, scenario.faults)
    app = TelegramApp(telegram)
    config = server_config(app)
    config.host, config.port = host, port
    async with _closing(app.hub):
        await uvicorn.Server(config).serve()


def main() -> None:
    """Run the emulator until it is told to stop."""
    parser = argparse.ArgumentParser(description="Emulator of the Telegram Bot API server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", action="append", help="a bot's token; may be repeated")
    parser.add_argument("--scenario", default="calm", help="name in telegram_scenarios.toml, or a TOML file")
    parser.add_argument("--speed", type=float, default=1.0, help="Telegram seconds in a real second")
    options = parser.parse_args()
    tokens = tuple(options.token or (TOKEN,))
    asyncio.run(_serve(scenario_named(options.scenario), tokens, options.host, options.port, options.speed))


if __name__ == "__main__":
    main()
