"""What was just written is not parsed again, and what is kept is neither out of date nor ever more."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bot.store import conversations
from bot.store.recent import Recent
from bot.store.store import Store
from dialogs.conversation import Conversation
from domain.vocabulary import Language

NOW = datetime(2025, 4, 20, 2, 0, tzinfo=UTC)


def parsing(seen: list[str]) -> Recent[Sequence[str]]:
    def parse(text: str) -> Sequence[str]:
        seen.append(text)
        return text.split()

    return Recent(parse, most=2)


def test_what_was_kept_comes_back_once_without_being_parsed() -> None:
    seen: list[str] = []
    recent, value = parsing(seen), ["a", "b"]
    assert recent.keep("a b", value) == "a b"
    assert recent.read("a b") is value
    assert not seen
    assert recent.read("a b") == value
    assert seen == ["a b"]


def test_another_text_is_parsed_whatever_was_kept() -> None:
    seen: list[str] = []
    recent = parsing(seen)
    recent.keep("a b", ["a", "b"])
    assert recent.read("a c") == ["a", "c"]
    assert seen == ["a c"]


def test_the_oldest_makes_room() -> None:
    seen: list[str] = []
    recent = parsing(seen)
    for text in ("1", "2", "3"):
        recent.keep(text, [text])
    assert [recent.read(text) for text in ("1", "2", "3")] == [["1"], ["2"], ["3"]]
    assert seen == ["1"]


def test_a_text_that_cannot_be_parsed_says_so() -> None:
    with pytest.raises(ValidationError):
        conversations.parse("{}")


def test_a_conversation_written_by_another_process_is_what_is_read(store: Store) -> None:
    ours = Conversation(id="0" * 16, language=Language.EN, revision=3)
    store.write_now(lambda connection: conversations.save(connection, ours, 2, NOW))
    theirs = ours.but(revision=4, language=Language.ZH)
    assert conversations.parse(theirs.model_dump_json()) == theirs
    assert conversations.parse(ours.model_dump_json()) is ours
    assert conversations.parse(ours.model_dump_json()) == ours
