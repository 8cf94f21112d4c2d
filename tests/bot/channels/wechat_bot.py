"""The WeChat account, its workers and its sender around a store, served where the platform finds them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from starlette.applications import Starlette

from bot.channels.base import ChannelName
from bot.channels.wechat_options import Choices
from bot.channels.wechat_webhook import webhook_route
from bot.passive import PassiveReplies
from bot.sender import Sender
from bot.settings import Settings
from bot.store.store import Store
from bot.turns import Turns
from bot.wechat import PATH, WeChat, wechat_of
from bot.workers import Workers
from tests.bot.tiny import tiny_apply, tiny_context, tiny_step
from tests.peers.wechat_platform import AES_KEY, APP_ID, SECRET, TOKEN, Served, WeChatPlatform

SIGNING = "a secret of 32 characters for us"


@dataclass
class Skewed:
    """A clock that can be moved."""

    offset: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def seconds(self) -> float:
        return self.now().timestamp()


def settings_for(platform: WeChatPlatform | None = None, **changes: Any) -> Settings:
    made: dict[str, Any] = {
        "data_dir": Path("/nowhere"),
        "secret_key": SIGNING,
        "public_url": "https://hurentong.example",
        "wechat_app_id": APP_ID,
        "wechat_app_secret": SECRET,
        "wechat_token": TOKEN,
        "wechat_aes_key": AES_KEY,
        "wechat_base_url": platform.base_url if platform else "https://api.weixin.example",
        "wechat_choices": Choices.NUMBERS,
    }
    return Settings(_env_file=None, **(made | changes))


@dataclass
class WeChatBot:
    store: Store
    wechat: WeChat
    workers: Workers
    platform: WeChatPlatform
    address: str

    def rows(self, statement: str) -> list[Any]:
        """What a statement finds in the store."""
        return self.store.read_now(lambda connection: list(connection.execute(text(statement))))

    def states(self) -> list[tuple[str, str]]:
        """State and way of every message of the bot, oldest first."""
        found = self.rows("SELECT state, message_id FROM outbox ORDER BY id")
        return [(row.state, (row.message_id or "").split(":")[0]) for row in found]

    def stored(self) -> bool:
        """Whether a message waits for its turn."""
        return bool(self.rows("SELECT id FROM inbox WHERE status = 'waiting'"))

    async def settled(self, seconds: float = 8.0) -> list[tuple[str, str]]:
        """The states once every message has ended."""
        end = asyncio.get_running_loop().time() + seconds
        while True:
            waiting = await asyncio.to_thread(self.stored)
            states = await asyncio.to_thread(self.states)  # after it: a turn writes both at once
            if not waiting and not any(state in ("waiting", "sending", "uncertain") for state, _ in states):
                return states
            assert asyncio.get_running_loop().time() < end, states
            await asyncio.sleep(0.02)


@asynccontextmanager
async def wechat_bot(
    store: Store,
    platform: WeChatPlatform,
    *,
    step: Any = tiny_step,
    context: Any = tiny_context,
    apply: Any = tiny_apply,
    now: Callable[[], datetime] | None = None,
    sends: bool = True,
    turn_seconds: float | None = None,
    changes: dict[str, Any] | None = None,
    port: int = 0,
    **turns: Any,
) -> AsyncIterator[WeChatBot]:
    """Everything at work until the block ends; the platform's speed holds for our waits too."""
    clock = now or Skewed().now
    settings = settings_for(platform, **(changes or {}))
    wechat = wechat_of(settings, store, clock, signing=SIGNING)
    assert wechat is not None
    made = Turns(
        channels={ChannelName.WECHAT: wechat.channel},
        step=step,
        context=context,
        apply=apply,
        press_key=wechat.channel.pen.key,
        now=clock,
        **turns,
    )
    workers = Workers(store, made)
    replies = PassiveReplies(
        store,
        workers,
        compose=wechat.channel.compose,
        spread=timedelta(seconds=15 / platform.speed),
        margin=timedelta(seconds=1 / platform.speed),
        now=clock,
    )
    waits = 2.0 / platform.speed if turn_seconds is None else turn_seconds
    route = webhook_route(PATH, wechat.gate, replies, turn_seconds=waits)
    stop = asyncio.Event()
    tasks = [asyncio.create_task(workers.run(stop))]
    if sends:
        sender = Sender(store, wechat.channel, gate="wechat", rate=500, now=clock)
        tasks.append(asyncio.create_task(sender.run(stop)))
    try:
        async with Served(Starlette(routes=[route, *wechat.files.routes()]), port) as served:
            platform.webhook = f"http://127.0.0.1:{served.port}{PATH}"
            yield WeChatBot(store, wechat, workers, platform, f"http://127.0.0.1:{served.port}")
    finally:
        stop.set()
        await asyncio.gather(*tasks)
        await wechat.channel.close()
