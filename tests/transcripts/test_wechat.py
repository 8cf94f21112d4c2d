"""Every transcript on WeChat: the same words, the same record."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.store import Store
from dialogs.transcripts import parse_transcript
from tests.postgres import RING
from tests.sqlite import fresh_database
from tests.transcripts.players import check
from tests.transcripts.test_transcripts import FILES
from tests.transcripts.wechat_player import wechat_player


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(fresh_database(tmp_path / "test.db"), RING)
    yield opened
    opened.close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_the_conversation_goes_as_written_on_wechat(file: Path, store: Store) -> None:
    entries = parse_transcript(file.read_text("utf8"), file.name)  # noqa: ASYNC240 - before anything runs
    async with wechat_player(store) as player:
        await check(entries, player)
