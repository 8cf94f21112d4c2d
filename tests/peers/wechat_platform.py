"""A WeChat platform for tests: it signs, encrypts, delivers again, and keeps its windows and quotas.

    async with WeChatPlatform(speed=20) as platform:
        platform.webhook = "http://127.0.0.1:…/wechat"
        person = platform.follower("oAlice")
        await platform.says(person, "你好")
        assert person.texts() == [...]

Each message is delivered up to three times, `5 / speed` seconds apart, until an answer comes; what an answer holds is
shown to the person once. `cuts` breaks connections: each of the next ones as soon as its condition holds.
"""

import asyncio
import contextlib
import itertools
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

import uvicorn
from defusedxml.ElementTree import fromstring
from starlette.applications import Starlette

from bot.channels.telegram_connections import Connections, NoAnswerError, NotWrittenError
from tests.peers.wechat_interface import Interface
from tests.peers.wechat_people import Follower, Seen
from tests.peers.wechat_seal import Seal

APP_ID = "wx0123456789abcdef"
SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "platformtoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
REPLY_SECONDS = 5.0
DELIVERIES = 3
MESSAGE_WINDOW = (48 * 3600.0, 5)
EVENT_WINDOW = (60.0, 3)


class QuickServer(uvicorn.Server):
    """A server that leaves the test's signal handlers alone."""

    def install_signal_handlers(self) -> None: ...

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return contextlib.nullcontext()


@dataclass
class Served:
    """An ASGI application on a port of this machine, in the running loop."""

    app: object
    port: int = 0
    _task: "asyncio.Task[None] | None" = None
    _server: QuickServer | None = None

    async def __aenter__(self) -> Self:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self.app,  # type: ignore[arg-type]
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = QuickServer(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        assert self._task is not None
        self._server.should_exit = True
        await self._task


@dataclass
class WeChatPlatform:
    """One account on the platform. `clock` gives seconds since 1970."""

    speed: float = 1.0
    seal: Seal = field(default_factory=lambda: Seal(APP_ID, TOKEN, AES_KEY))
    clock: Callable[[], float] = time.time
    webhook: str = ""
    cuts: list[Callable[[], bool]] = field(default_factory=list)
    unavailable: int = 0
    """How often a person was shown that the account is out of service."""
    deliveries: int = 0
    followers: dict[str, Follower] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    """How long each answer took that arrived."""

    def __post_init__(self) -> None:
        self.interface = Interface(APP_ID, SECRET, self.clock, self.followers)
        self._numbers = itertools.count(24_000_000_000_000_000)
        self._served = Served(Starlette(routes=self.interface.routes()))
        self._connections: dict[str, Connections] = {}

    @property
    def base_url(self) -> str:
        """For HURENTONG_WECHAT_BASE_URL."""
        return f"http://127.0.0.1:{self._served.port}"

    async def __aenter__(self) -> Self:
        await self._served.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        for each in self._connections.values():
            await each.close()
        await self._served.__aexit__()

    def follower(self, openid: str) -> Follower:
        """The person with that openid, following; made on first mention."""
        if openid not in self.followers:
            self.followers[openid] = Follower(openid, self.clock, lambda: next(self._numbers))
        return self.followers[openid]

    async def says(self, person: Follower, words: str) -> None:
        """The person types the words."""
        person.opens(*MESSAGE_WINDOW)
        await self.deliver(person, person.text(words))

    async def taps(self, person: Follower, words: str, token: str) -> None:
        """The person taps a choice: its words are sent with its id."""
        person.opens(*EVENT_WINDOW)
        await self.deliver(person, person.text(words, token))

    async def sends_picture(self, person: Follower, media_id: str, content: bytes) -> None:
        """The person sends a picture."""
        self.interface.media[media_id] = content
        person.opens(*MESSAGE_WINDOW)
        await self.deliver(person, person.image(media_id))

    async def sends(self, person: Follower, kind: str) -> None:
        """The person sends something of that kind."""
        person.opens(*MESSAGE_WINDOW)
        await self.deliver(person, person.other(kind))

    async def happens(self, person: Follower, event: str, key: str = "", more: str = "") -> None:
        """An event of that person."""
        if event == "unsubscribe":
            person.follows = False
        else:
            person.follows = True
            person.opens(*EVENT_WINDOW)
        await self.deliver(person, person.event(event, key, more))

    async def scans(self, person: Follower, ticket: str) -> None:
        """The person scans a QR code that the account had made: who does not follow yet does so by it."""
        known, scene = bool(person.windows) and person.follows, self.interface.scenes[ticket]
        more = f"<Ticket><![CDATA[{ticket}]]></Ticket>"
        if known:
            await self.happens(person, "SCAN", scene, more)
        else:
            await self.happens(person, "subscribe", f"qrscene_{scene}", more)

    async def deliver(self, person: Follower, document: str) -> None:
        """Delivers, again where no answer comes in time, and shows what the answer holds."""
        for _ in range(DELIVERIES):
            patience = REPLY_SECONDS / self.speed
            began = time.monotonic()
            body = await self.post(person, document, patience, self.cuts.pop(0) if self.cuts else None)
            if body is not None:
                self.seconds.append(time.monotonic() - began)
                self._show(person, document, body)
                return
            await asyncio.sleep(max(0.0, patience - (time.monotonic() - began)))
        self.unavailable += 1

    async def post(
        self, person: Follower, document: str, patience: float, cut: Callable[[], bool] | None = None
    ) -> bytes | None:
        """One delivery: the answer's body; None where the connection broke or the answer was none."""
        self.deliveries += 1
        query, body = self.seal.request(document, int(self.clock()), person.openid)
        scheme, _, place = self.webhook.partition("://")
        host, _, path = place.partition("/")
        if host not in self._connections:
            self._connections[host] = Connections(f"{scheme}://{host}", size=400)
        target = f"/{path}?{urlencode(query)}"
        sending = self._connections[host].request(
            target, body=body, content_type="text/xml", seconds=patience, limit=100_000
        )
        request = asyncio.ensure_future(sending)
        if cut is not None:
            while not request.done() and not await asyncio.to_thread(cut):  # noqa: ASYNC110 - any condition
                await asyncio.sleep(0.005)
            request.cancel()
        try:
            answer = await request
        except (NotWrittenError, NoAnswerError, asyncio.CancelledError):
            return None
        return answer.body if answer.status == 200 else None

    def _show(self, person: Follower, document: str, body: bytes) -> None:
        if body in (b"", b"success"):
            return
        try:
            reply = fromstring(self.seal.reply(body))
            asked = fromstring(document)
            assert reply.findtext("ToUserName") == person.openid
            assert reply.findtext("FromUserName") == asked.findtext("ToUserName")
            assert reply.findtext("MsgType") == "text"
            assert int(reply.findtext("CreateTime") or 0) > 0
            text = reply.findtext("Content") or ""
            assert 0 < len(text.encode()) <= 2048
        except Exception:
            self.unavailable += 1
            raise
        person.seen.append(Seen(text, "passive"))
