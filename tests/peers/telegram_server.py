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

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.peers.telegram_actions import Actions
from tests.peers.telegram_app import BotApi
from tests.peers.telegram_clock import Clock
from tests.peers.telegram_control import START_SECONDS, TOKEN, RemoteTelegram, TelegramControl
from tests.peers.telegram_errors import ApiError
from tests.peers.telegram_faults import Fault, FaultSettings
from tests.peers.telegram_hub import Hub
from tests.peers.telegram_limits import LimitSettings
from tests.peers.telegram_people import Group, Person
from tests.peers.telegram_scenarios import Scenario, scenario_named
from tests.peers.telegram_screen import Button, SeenMessage, Toast
from tests.peers.telegram_state import Telegram

__all__ = [
    "TOKEN",
    "Button",
    "Fault",
    "FaultSettings",
    "Group",
    "LimitSettings",
    "Person",
    "RemoteTelegram",
    "SeenMessage",
    "TelegramServer",
    "Toast",
]


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
        # Named TCP, else asyncio does not recognise it and leaves Nagle's algorithm on: 40 ms a request.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.port = int(self._socket.getsockname()[1])
        self._server = PromptServer(server_config(self.app))
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
        self.app.hub.shut()
        await self.app.hub.close()
        self._server.stop()


class PromptServer(uvicorn.Server):
    """uvicorn that stops when told, not at its next tick: hundreds of tests start and stop one."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    def stop(self) -> None:
        """End `serve`; to be called on the server's own loop."""
        self.should_exit = True
        self._told.set()

    async def main_loop(self) -> None:
        """Keep the `Date` header right until told to stop."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything and cancel what is still being answered."""
        for listener in self.servers:
            listener.close()
        for bound in sockets or []:
            bound.close()
        for task in self.server_state.tasks:
            task.cancel()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for _ in range(10):
            if not self.server_state.connections and not self.server_state.tasks:
                break
            await asyncio.sleep(0.002)


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
