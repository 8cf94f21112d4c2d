"""How fast messages are answered in the response on WeChat: `python -m bench.wechat_passive --rate 50 --seconds 20`.

`hurentong run` works in one process, on SQLite; the platform (tests.peers) is another, and writes whole intakes of many
people, encrypted, at its own pace whatever the answers do. A message's time begins at the moment that it was due, so a
driver that is late makes the figures worse, not better. Processor time of both sides is told apart.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from tests.engineer import DISPATCHED, question_on
from tests.peers.wechat_people import Follower
from tests.peers.wechat_platform import AES_KEY, APP_ID, SECRET, TOKEN, WeChatPlatform
from tests.program import Program

PROMISED_MS = 500.0
WARM_PEOPLE = 3
WARM_MESSAGES = 40
"""A whole intake, so that nothing is done for the first time while it counts."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was found; times in milliseconds."""

    messages: int
    passive: int
    unanswered: int
    p50: float
    p95: float
    p99: float
    longest: float
    late: float
    """p99 of how late the driver began."""
    program_cpu: float
    """Milliseconds of processor a message, in the program."""
    driver_cpu: float


async def _talk(platform: WeChatPlatform, person: Follower, due: float, times: list[tuple[float, float]]) -> None:
    """The next thing that this person writes: the answer to what is asked."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    asked = question_on(person.seen[-1].text) if person.seen else "language"
    answer = DISPATCHED.get(asked, "进度") if person.seen else "你好"
    await platform.says(person, answer)
    times.append((loop.time() - due, began - due))


async def _warm(platform: WeChatPlatform, number: int) -> None:
    """One person goes through the whole intake."""
    person, due = platform.follower(f"oWarm{number}"), asyncio.get_running_loop().time()
    for _ in range(WARM_MESSAGES):
        await _talk(platform, person, due, [])


async def _load(platform: WeChatPlatform, rate: float, seconds: float) -> list[tuple[float, float]]:
    """`rate` messages a second, evenly, each of a person who waits for no answer at the moment.

    Seconds from the moment that each was due to its whole answer, and to its being posted.
    """
    people = [platform.follower(f"oBench{number:04}") for number in range(max(20, int(rate * 4)))]
    times: list[tuple[float, float]] = []
    tasks: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - loop.time()))
        tasks.append(asyncio.create_task(_talk(platform, people[number % len(people)], due, times)))
    await asyncio.gather(*tasks)
    return times


def _processor_seconds(process: int) -> float:
    """User and system time of a process so far."""
    told = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / _TICKS


async def measure(rate: float, seconds: float) -> Figures:
    """Warms up, then counts."""
    async with WeChatPlatform() as platform:
        with tempfile.TemporaryDirectory() as folder:
            program = Program(
                Path(folder) / "data",
                WECHAT_APP_ID=APP_ID,
                WECHAT_APP_SECRET=SECRET,
                WECHAT_TOKEN=TOKEN,
                WECHAT_AES_KEY=AES_KEY,
                WECHAT_BASE_URL=platform.base_url,
            )
            with program:
                assert program.process is not None
                platform.webhook = f"{program.address}/wechat"
                await asyncio.gather(*(_warm(platform, number) for number in range(WARM_PEOPLE)))
                shown = _passive(platform)
                ours, theirs = process_time(), _processor_seconds(program.process.pid)
                times = await _load(platform, rate, seconds)
                ours, theirs = process_time() - ours, _processor_seconds(program.process.pid) - theirs
                shown = _passive(platform) - shown
    answered = sorted(each[0] * 1000 for each in times)
    late = sorted(each[1] * 1000 for each in times)
    p50, p95, p99 = (answered[int(len(times) * share)] for share in (0.5, 0.95, 0.99))
    return Figures(
        messages=len(times),
        passive=shown,
        unanswered=platform.unavailable,
        p50=p50,
        p95=p95,
        p99=p99,
        longest=answered[-1],
        late=late[int(len(late) * 0.99)],
        program_cpu=theirs * 1000 / len(times),
        driver_cpu=ours * 1000 / len(times),
    )


def _passive(platform: WeChatPlatform) -> int:
    return sum(len(each.texts("passive")) for each in platform.followers.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints, and says by the exit status whether the promise holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    chosen = parser.parse_args(arguments)
    found = asyncio.run(measure(chosen.rate, chosen.seconds))
    sys.stdout.write(
        f"{found.messages} messages at {chosen.rate:.0f}/s, {found.passive} answered in the response\n"
        f"due to whole answer: p50 {found.p50:.1f}  p95 {found.p95:.1f}  p99 {found.p99:.1f}"
        f"  max {found.longest:.1f} ms\n"
        f"processor a message: {found.program_cpu:.1f} ms program, {found.driver_cpu:.1f} ms driver"
        f" (began at most {found.late:.0f} ms late, p99)\n"
    )
    held = found.p99 <= PROMISED_MS and found.passive >= found.messages and not found.unanswered
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
