from pathlib import Path

import pytest

from dialogs.transcripts import parse_transcript, written
from tests.transcripts.players import replayed

FILES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_conversation_goes_as_written(file: Path, request: pytest.FixtureRequest) -> None:
    entries = parse_transcript(file.read_text("utf8"), file.name)
    today = replayed(entries)

    if request.config.getoption("--update", default=False):
        file.write_text(written(today), "utf8")
    else:
        assert written(today) == written(entries)


def test_there_are_transcripts_of_every_kind() -> None:
    assert len(FILES) >= 25
    assert all(file.read_text("utf8").startswith("- about: ") for file in FILES)
