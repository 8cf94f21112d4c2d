"""How fast messages are answered in the response on WeChat: `python -m bench.wechat_passive --rate 50 --seconds 20`.

The platform (tests.peers) runs in this process and writes whole intakes of many people, encrypted; the bot runs in
another, on SQLite, with the real dialogue. Times are the platform's: from posting to the whole answer.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.engineer import DISPATCHED, question_on
from tests.peers.wechat_people import Follower
from tests.peers.wechat_platform import Served, WeChatPlatform

START_SECONDS = 30.0


async def _talk(platform: WeChatPlatform, person: Follower) -> None:
    """The next thing that this person writes: the answer to what is asked."""
    asked = question_on(person.seen[-1].text) if person.seen else "language"
    answer = DISPATCHED.get(asked, "进度") if person.seen else "你好"
    await platform.says(person, answer)


async def _load(platform: WeChatPlatform, rate: float, seconds: float) -> None:
    """`rate` messages a second, evenly, each of a person who waits for no answer at the moment."""
    people = [platform.follower(f"oBench{number:04}") for number in range(max(20, int(rate * 4)))]
    tasks: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
        tasks.append(asyncio.create_task(_talk(platform, people[number % len(people)])))
    await asyncio.gather(*tasks)


async def measure(rate: float, seconds: float) -> dict[str, float]:
    """The figures: percentiles in milliseconds, and how many were answered in the response."""
    async with WeChatPlatform() as platform:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "bench.wechat_passive", "--serve", platform.base_url, folder]
            bot = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=dict(os.environ))
            try:
                assert bot.stdout is not None  # noqa: S101 - it was asked for
                async with asyncio.timeout(START_SECONDS):
                    platform.webhook = (await bot.stdout.readline()).decode().strip()
                await _load(platform, min(rate, 20), 3.0)  # warm
                platform.seconds.clear()
                before = sum(len(each.texts("passive")) for each in platform.followers.values())
                await _load(platform, rate, seconds)
                after = sum(len(each.texts("passive")) for each in platform.followers.values())
            finally:
                bot.terminate()
                await bot.wait()
        times = sorted(each * 1000 for each in platform.seconds)
        cuts = statistics.quantiles(times, n=100)
        return {
            "rate": rate,
            "messages": len(times),
            "passive": after - before,
            "p50_ms": round(cuts[49], 1),
            "p95_ms": round(cuts[94], 1),
            "p99_ms": round(cuts[98], 1),
            "max_ms": round(times[-1], 1),
        }


async def serve(base_url: str, folder: Path) -> None:
    """The bot: says where its webhook is, and runs until it is ended."""
    from bot.effects import apply  # noqa: PLC0415 - the other process needs none of these
    from bot.store.schema import migrate  # noqa: PLC0415
    from bot.store.store import Store  # noqa: PLC0415
    from bot.world import context_of  # noqa: PLC0415
    from dialogs.engine import step  # noqa: PLC0415
    from domain.classification import warm_up  # noqa: PLC0415
    from tests.bot.channels.wechat_bot import wechat_bot  # noqa: PLC0415
    from tests.postgres import RING  # noqa: PLC0415

    warm_up()
    store = Store(f"sqlite:///{folder / 'bench.db'}", RING)
    migrate(store.engine)
    platform = WeChatPlatform()
    platform._served = Served(None, port=int(base_url.rpartition(":")[2]))  # only its address is used
    async with wechat_bot(store, platform, step=step, context=context_of, apply=apply):
        print(platform.webhook, flush=True)  # noqa: T201 - how the other process learns of it
        await asyncio.Event().wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--serve", nargs=2, metavar=("URL", "FOLDER"))
    chosen = parser.parse_args(arguments)
    if chosen.serve:
        import structlog  # noqa: PLC0415

        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
        asyncio.run(serve(chosen.serve[0], Path(chosen.serve[1])))
        return
    print(json.dumps(asyncio.run(measure(chosen.rate, chosen.seconds))))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
