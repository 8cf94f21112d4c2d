"""Webhook: from the request to 200 with the row durable, at a steady rate: `python -m bench.webhook`.

Promise: p99 at most 10 ms at 200 updates/s on two cores (SQLite, synchronous FULL), turns and replies going on beside.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.bot_api import BotApi
from tests.program import Program

RATE = 200.0
CONNECTIONS = 40
PROMISED_MS = 10.0
PEOPLE = 500
WARM_SECONDS = 3.0
"""In which the classifier loads."""


class Client:
    """Keep-alive connections that post updates as Telegram does."""

    def __init__(self, port: int, secret: str) -> None:
        self._port = port
        self._secret = secret
        self._idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def open(self) -> None:
        """Opens the connections."""
        for _ in range(CONNECTIONS):
            self._idle.put_nowait(await asyncio.open_connection("127.0.0.1", self._port))

    async def post(self, update: dict[str, object]) -> tuple[int, float]:
        """Status and milliseconds until the answer's head was there."""
        body = json.dumps(update).encode()
        head = (
            f"POST /telegram HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self._secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        reader, writer = await self._idle.get()
        started = time.perf_counter()
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        took = (time.perf_counter() - started) * 1000
        length = next((int(x.split(b":")[1]) for x in answer.split(b"\r\n") if x.lower().startswith(b"content-le")), 0)
        await reader.readexactly(length)
        self._idle.put_nowait((reader, writer))
        return int(answer.split()[1]), took


def update(number: int) -> dict[str, object]:
    """What a person typed, as Telegram says it."""
    person = 1000 + number % PEOPLE
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": person, "type": "private", "first_name": "Zhang"},
            "from": {"id": person, "is_bot": False, "first_name": "Zhang", "language_code": "zh-hans"},
            "text": "中文" if number < PEOPLE else "同意",
        },
    }


async def load(port: int, secret: str, seconds: float) -> list[tuple[int, float]]:
    """Posts at the steady rate, whatever the answers take; the first second is not counted."""
    client = Client(port, secret)
    await client.open()
    began, tasks = time.perf_counter(), []
    for number in range(int(RATE * (seconds + 1))):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        tasks.append(asyncio.create_task(client.post(update(number + 1))))
    return (await asyncio.gather(*tasks))[int(RATE) :]


async def measure(folder: Path, seconds: float) -> list[tuple[int, float]]:
    """Statuses and milliseconds, with the replies going out to a Bot API that takes next to no time."""
    api = BotApi(lambda *_: None)
    base_url = f"http://127.0.0.1:{await api.serve()}/bot"
    settings = {"TELEGRAM_TOKEN": "1:token", "TELEGRAM_BASE_URL": base_url, "TELEGRAM_MODE": "webhook"}
    program = Program(folder, **settings, TELEGRAM_RATE="1000")
    try:
        await asyncio.to_thread(program.start)
        _, secret = await api.webhook
        await asyncio.sleep(WARM_SECONDS)
        return await load(program.port, secret, seconds)
    finally:
        await asyncio.to_thread(program.stop)
        await api.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints, and says by the exit status whether the promise holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    seconds = parser.parse_args(arguments).seconds
    with TemporaryDirectory() as name:
        answers = asyncio.run(measure(Path(name) / "data", seconds))
    took = sorted(milliseconds for _, milliseconds in answers)
    refused = sum(status != HTTPStatus.OK for status, _ in answers)
    statuses = sorted({status for status, _ in answers})
    p50, p95, p99 = (took[int(len(took) * share)] for share in (0.5, 0.95, 0.99))
    sys.stdout.write(
        f"{len(took)} updates at {RATE:.0f}/s, {refused} refused {statuses}\n"
        f"request to 200: p50 {p50:.1f}  p95 {p95:.1f}  p99 {p99:.1f}  max {took[-1]:.1f} ms\n"
    )
    return 0 if p99 <= PROMISED_MS and not refused else 1


if __name__ == "__main__":
    sys.exit(main())
