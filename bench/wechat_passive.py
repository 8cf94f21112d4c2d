"""How fast messages are answered in the response on WeChat: `python -m bench.wechat_passive --rate 50 --seconds 20`.

The platform (tests.peers) runs in this process and writes whole intakes of many people, encrypted; the bot runs in
another, on SQLite, with the real dialogue. Times are the platform's: from posting to the whole answer.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.engineer import DISPATCHED, question_on
from tests.peers.wechat_people import Follower
from tests.peers.wechat_platform import Served, WeChatPlatform

START_SECONDS = 30.0
PROMISED_MS = 500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was found; times in milliseconds."""

    messages: int
    passive: int
    p50: float
    p95: float
    p99: float
    longest: float


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


async def measure(rate: float, seconds: float) -> Figures:
    """Warms up, then counts."""
    async with WeChatPlatform() as platform:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "bench.wechat_passive", "--serve", platform.base_url, folder]
            bot = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=dict(os.environ))
            try:
                assert bot.stdout is not None
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
        p50, p95, p99 = (times[int(len(times) * share)] for share in (0.5, 0.95, 0.99))
        return Figures(messages=len(times), passive=after - before, p50=p50, p95=p95, p99=p99, longest=times[-1])


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
        sys.stdout.write(f"{platform.webhook}\n")  # how the other process learns of it
        sys.stdout.flush()
        await asyncio.Event().wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints, and says by the exit status whether the promise holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--serve", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.serve:
        import structlog  # noqa: PLC0415

        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
        asyncio.run(serve(chosen.serve[0], Path(chosen.serve[1])))
        return 0
    found = asyncio.run(measure(chosen.rate, chosen.seconds))
    sys.stdout.write(
        f"{found.messages} messages at {chosen.rate:.0f}/s, {found.passive} answered in the response\n"
        f"post to whole answer: p50 {found.p50:.1f}  p95 {found.p95:.1f}  p99 {found.p99:.1f}"
        f"  max {found.longest:.1f} ms\n"
    )
    return 0 if found.p99 <= PROMISED_MS and found.passive >= found.messages else 1


if __name__ == "__main__":
    sys.exit(main())
