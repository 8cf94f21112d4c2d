import json
from pathlib import Path

import pytest

from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.engine import step
from dialogs.events import Arrived
from dialogs.upgrading import FORMAT, UPGRADES, renamed, upgraded
from domain.campaign import campaign
from domain.classification import classify
from domain.vocabulary import Role
from tests.dialogs.talk import NOON

FILES = sorted((Path(__file__).parent / "inflight").glob("*/*.json"))
SECRETARIAT = Context(
    now=NOON, campaign=campaign("2025"), classify=classify, roles=frozenset({Role.CANDIDATE, Role.SECRETARIAT})
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_conversation_of_every_version_opens_at_the_right_question(file: Path) -> None:
    case = json.loads(file.read_text("utf8"))
    conversation = Conversation.model_validate_json(json.dumps(case["conversation"]))

    after = step(conversation, Arrived(), SECRETARIAT).conversation

    assert after.active.open is not None
    assert after.active.open.id == case["opens_at"]
    assert sorted(after.main.answers) == case["answers"]


def test_there_is_a_corpus_of_every_format() -> None:
    assert {int(file.parent.name) for file in FILES} == set(range(1, FORMAT + 1))
    assert set(UPGRADES) == set(range(1, FORMAT))


def test_members_of_a_later_version_are_kept_as_they_are() -> None:
    stored = {"id": "0" * 16, "later": {"x": 1}, "main": {"script": "intake", "mood": "good"}}

    again = Conversation.model_validate(stored).model_dump(mode="json")

    assert again["later"] == {"x": 1}
    assert again["main"]["mood"] == "good"


def test_a_renamed_question_keeps_its_answer_and_stays_open() -> None:
    stored = {
        "main": {"script": "intake", "answers": {"tel": 1, "name": 2}, "open": {"id": "tel", "opening": 3}},
        "side": {"script": "export", "answers": {"tel": 1}},
    }

    assert renamed("intake", "tel", "phone")(stored)["main"] == {
        "script": "intake",
        "answers": {"phone": 1, "name": 2},
        "open": {"id": "phone", "opening": 3},
    }
    assert renamed("intake", "tel", "phone")(stored)["side"] == stored["side"]


def test_upgrades_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPGRADES, 1, lambda stored: {**stored, "a": 1})
    monkeypatch.setitem(UPGRADES, 2, lambda stored: {**stored, "b": stored["a"] + 1})

    assert upgraded({}) == {"a": 1, "b": 2, "format": 3}
