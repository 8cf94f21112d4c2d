"""Every transcript on Telegram and on the chat page, through the real program: the same words, the same record.

One program plays them all for each channel, many persons at once; those in which time passes come after the others.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from dialogs.transcripts import Entry, parse_transcript
from tests.peers.telegram_server import TelegramServer
from tests.transcripts.beside import Beside
from tests.transcripts.clocked_program import ClockedProgram
from tests.transcripts.players import Player, check
from tests.transcripts.telegram_player import TelegramPlayer
from tests.transcripts.test_transcripts import FILES
from tests.transcripts.web_player import WebPlayer

AT_ONCE = 12
Outcomes = Mapping[str, BaseException | None]


def play_all(player: Callable[[int], Player]) -> Outcomes:
    """Plays every transcript with a person of its own; what went wrong in each, by name."""
    transcripts = {file.stem: parse_transcript(file.read_text("utf8"), file.name) for file in FILES}
    timeless = [name for name, entries in transcripts.items() if not hours(entries)]
    timed = sorted(transcripts.keys() - timeless, key=lambda name: hours(transcripts[name]))
    numbers = {name: number for number, name in enumerate(transcripts, start=1)}

    async def play(name: str, turn: asyncio.Semaphore) -> BaseException | None:
        async with turn:
            try:
                await check(transcripts[name], player(numbers[name]))
            except Exception as error:
                return error
        return None

    async def play_each() -> Outcomes:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(AT_ONCE))
        turn = asyncio.Semaphore(AT_ONCE)
        outcomes = dict(zip(timeless, await asyncio.gather(*(play(name, turn) for name in timeless)), strict=True))
        for name in timed:
            outcomes[name] = await play(name, turn)
        return outcomes

    return asyncio.run(play_each())


def hours(entries: tuple[Entry, ...]) -> float:
    """How long the transcript waits in all."""
    return sum(each.waits or 0 for each in entries)


@pytest.fixture(scope="module")
def on_telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcomes]:
    folder = tmp_path_factory.mktemp("telegram") / "data"
    with TelegramServer() as server:
        program = ClockedProgram(
            folder, TELEGRAM_TOKEN=server.token, TELEGRAM_BASE_URL=server.base_url, TELEGRAM_RATE="1000"
        )
        with program, Beside(program) as beside:
            yield play_all(lambda number: TelegramPlayer(server, server.person(1000 + number), program, beside))
            assert "Traceback" not in program.written()
            assert program.stop() == 0


@pytest.fixture(scope="module")
def on_the_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcomes]:
    folder = tmp_path_factory.mktemp("page") / "data"
    with ClockedProgram(folder) as program, Beside(program) as beside, ExitStack() as open_pages:

        def browser(_: int) -> WebPlayer:
            player = WebPlayer(program, beside)
            open_pages.callback(player.close)
            return player

        yield play_all(browser)
        assert "Traceback" not in program.written()
        assert program.stop() == 0


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_conversation_goes_as_written_on_telegram(file: Path, on_telegram: Outcomes) -> None:
    if (error := on_telegram[file.stem]) is not None:
        raise error


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_conversation_goes_as_written_on_the_page(file: Path, on_the_page: Outcomes) -> None:
    if (error := on_the_page[file.stem]) is not None:
        raise error
