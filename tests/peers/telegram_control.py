"""A test's hands on the emulator, in this process or another."""

from __future__ import annotations

import contextlib
import time
from typing import Any, Self

import httpx

from tests.peers.telegram_faults import Fault
from tests.peers.telegram_people import Group, Person

TOKEN = "7000000001:AAEmulatedBotTokenForTestsOnly-0123"
START_SECONDS = 10.0


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


class RemoteTelegram(TelegramControl):
    """Drives an emulator in another process over its control API."""

    def __init__(self, control_url: str, token: str = TOKEN) -> None:
        self.token = token
        self._root = control_url.removesuffix("/").removesuffix("/control")
        self._client = httpx.Client(base_url=control_url, timeout=120)

    @property
    def base_url(self) -> str:
        """For `telegram.Bot(base_url=…)`."""
        return f"{self._root}/bot"

    @property
    def base_file_url(self) -> str:
        """For `telegram.Bot(base_file_url=…)`."""
        return f"{self._root}/file/bot"

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
