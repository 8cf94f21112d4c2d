"""The process that gets killed, over WeChat: the tiny dialogue, lanes, sender, webhook with passive replies.

Set up by environment variables: KILL_DATABASE, KILL_WECHAT (base URL), KILL_PORT, KILL_SPEED; HURENTONG_FAULT names the
point of death. Prints `ready` once its webhook answers.
"""

import asyncio
import os
import signal
import sys

import structlog

from bot.faults import arm
from bot.store.store import Store
from tests.bot.channels.wechat_bot import wechat_bot
from tests.peers.wechat_platform import Served, WeChatPlatform
from tests.postgres import RING


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    arm(os.environ)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    store = Store(os.environ["KILL_DATABASE"], RING)
    platform = WeChatPlatform(speed=float(os.environ["KILL_SPEED"]))
    platform._served = Served(None, port=int(os.environ["KILL_WECHAT"].rpartition(":")[2]))  # only its address is used
    async with wechat_bot(store, platform, port=int(os.environ["KILL_PORT"])):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await stop.wait()
    store.close()


if __name__ == "__main__":
    asyncio.run(main())
