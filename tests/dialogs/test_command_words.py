"""Commands by words: for those who may give them; from anybody else the words are an answer like any other."""

import tomllib
from importlib.resources import files

import pytest

from dialogs import engine
from dialogs.command_words import command_of_words
from dialogs.commands import HANDLERS
from dialogs.engine import step
from dialogs.events import Commanded, Typed
from dialogs.navigation import way_of
from dialogs.parsers.normal import compact
from domain.permissions import action_of_command, may
from domain.vocabulary import Role
from tests.dialogs.talk import new_talk

TABLE: dict[str, list[str]] = tomllib.loads(files("dialogs").joinpath("data/command_words.toml").read_text("utf8"))
SECRETARIAT = frozenset({Role.SECRETARIAT})
CONTACT = frozenset({Role.UNIT_CONTACT})
CANDIDATE = frozenset({Role.CANDIDATE})


def test_every_word_stands_for_one_command_that_exists_and_that_candidates_may_not_give() -> None:
    words = [compact(word) for each in TABLE.values() for word in each]

    assert len(words) == len(set(words))
    for name in TABLE:
        action = action_of_command(f"/{name}")
        assert name in HANDLERS
        assert action is not None
        assert not may(CANDIDATE, action)


def test_no_word_is_one_of_those_that_move_about() -> None:
    assert [word for each in TABLE.values() for word in each if way_of(word)] == []


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("导出", Commanded("export")),
        (" 統計。", Commanded("stats")),
        ("导出 附件3", Commanded("export")),
        ("查找 张伟", Commanded("find", "张伟")),
        ("审核 #12", Commanded("review", "#12")),
        ("宣讲会", Commanded("brief")),
        ("Stats", Commanded("stats")),
    ],
)
def test_the_secretariat_gives_commands_by_words(words: str, command: Commanded) -> None:
    assert command_of_words(words, SECRETARIAT) == command


@pytest.mark.parametrize("words", ["统计学", "请导出", "导出一下附件3吧", "", " ", "导" * 300])
def test_what_only_contains_a_word_is_no_command(words: str) -> None:
    assert command_of_words(words, SECRETARIAT) is None


def test_a_units_contact_gives_only_the_commands_of_a_unit() -> None:
    assert command_of_words("汇总包", CONTACT) == Commanded("package")
    assert command_of_words("导出", CONTACT) is None
    assert command_of_words("群发", SECRETARIAT) is None  # a lead's
    assert command_of_words("群发", frozenset({Role.LEAD})) == Commanded("broadcast")


@pytest.mark.parametrize("words", sorted(word for each in TABLE.values() for word in each))
def test_a_candidate_is_told_what_they_would_be_told_if_there_were_no_such_words(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = new_talk()
    talk.say("中文")
    talk.say("同意")
    told = [step(talk.conversation, Typed(words), talk.context())]
    talk.roles = SECRETARIAT | {Role.LEAD}
    staff = step(talk.conversation, Typed(words), talk.context())
    monkeypatch.setattr(engine, "command_of_words", lambda *_: None)
    talk.roles = CANDIDATE
    told.append(step(talk.conversation, Typed(words), talk.context()))

    assert told[0] == told[1]
    assert staff != told[0]
