"""After whole intakes, no name, number or statement stands in clear in any file: database, WAL, logs, backup."""

import os
from pathlib import Path

import pytest

from tests.invented import invented, personal
from tests.program import Program
from tests.web_visitor import Visitor

PEOPLE = 200 if os.environ.get("HURENTONG_SOAK") else 20
ENCODINGS = ("utf8", "gb18030", "utf-16-le")


def as_bytes(words: str) -> list[bytes]:
    """The words as they could stand in a file: in several encodings, and escaped as JSON and as a URL does."""
    escaped = [words.encode("unicode_escape"), "".join(f"%{each:02X}" for each in words.encode()).encode()]
    return [*(words.encode(each) for each in ENCODINGS), *escaped] if not words.isascii() else [words.encode()]


def holding(folder: Path, secrets: list[bytes]) -> list[str]:
    files = {each.name: each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}
    return [f"{name}: {secret!r}" for name, content in files.items() for secret in secrets if secret in content]


@pytest.mark.slow
def test_after_many_intakes_no_file_holds_personal_data_in_clear(tmp_path: Path) -> None:
    people = [invented(number) for number in range(PEOPLE)]
    secrets = [each for answers in people for words in personal(answers) for each in as_bytes(words)]
    folder = tmp_path / "data"
    with Program(folder) as program:
        for answers in people:
            with Visitor(program.address) as visitor:
                visitor.hands_in(answers)
                visitor.says("/status")
        assert (folder / "hurentong.db-wal").stat().st_size > 0
        assert program.run("backup", str(folder / "a.backup")).returncode == 0

        assert holding(folder, secrets) == []

        program.stop()
    assert {"hurentong.db", "a.backup", "program.log", "secret_key"} <= {each.name for each in folder.iterdir()}
    assert holding(folder, secrets) == []


def test_the_search_would_find_them(tmp_path: Path) -> None:
    answers = invented(1)
    for number, words in enumerate(personal(answers)):
        (tmp_path / f"{number}.bin").write_bytes(b"\0" * 100 + words.encode() + b"\0")
    secrets = [each for words in personal(answers) for each in as_bytes(words)]

    assert len(holding(tmp_path, secrets)) >= 4
