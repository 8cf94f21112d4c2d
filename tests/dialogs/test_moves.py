from dataclasses import replace
from pathlib import Path

import pytest

from dialogs.events import SharedContact
from dialogs.parsers.corrections import parse_correction
from dialogs.rendering import render
from dialogs.scripts import SCRIPTS
from dialogs.simulation import Simulation
from dialogs.texts import catalogue
from dialogs.transcripts import parse_transcript
from domain.vocabulary import Language
from tests.dialogs.talk import INTAKE_ANSWERS, new_talk, talked_until_review

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts"


def opened(talk: Simulation) -> str:
    thread = talk.conversation.active
    assert thread.open is not None
    return thread.open.id


def talked(count: int) -> Simulation:
    talk = new_talk()
    talk.arrive()
    for answer in INTAKE_ANSWERS[:count]:
        talk.say(answer)
    return talk


@pytest.mark.parametrize("count", range(1, len(INTAKE_ANSWERS) + 1))
def test_back_and_keep_lead_to_the_same_question_and_lose_nothing(count: int) -> None:
    talk = talked(count)
    here, before = opened(talk), talk.record()

    talk.say("/back")
    assert opened(talk) != here
    talk.say("保留")

    assert opened(talk) == here
    assert talk.record() == before


@pytest.mark.parametrize("count", range(len(INTAKE_ANSWERS) + 1))
@pytest.mark.parametrize(
    "command", ["/help", "/status", "/privacy", "/cancel", "/start", "/continue", "/ask 能带家属吗"]
)
def test_no_command_moves_the_question_or_changes_an_answer(count: int, command: str) -> None:
    talk = talked(count)
    here, before = opened(talk), talk.record()

    talk.say(command)
    if talk.conversation.side is not None:
        talk.say("不用了")

    assert opened(talk) == here
    assert talk.record() == before


@pytest.mark.parametrize("language", ["中文", "English"])
@pytest.mark.parametrize("count", range(1, len(INTAKE_ANSWERS) + 1))
def test_a_typed_number_is_the_number_that_is_shown(count: int, language: str) -> None:
    talk = talked(count)
    talk.say("/lang en" if language == "English" else "/lang zh")
    card = talk.cards[-1]
    if not card.numbered:
        return
    shown = render(card, talk.conversation.language).options
    for number, option in enumerate(shown, 1):
        typed, pressed = Simulation(**vars_of(talk)), Simulation(**vars_of(talk))
        typed.say(str(number))
        pressed.press(option.id, card)
        assert typed.record() == pressed.record(), option
        assert opened(typed) == opened(pressed), option


def vars_of(talk: Simulation) -> dict[str, object]:
    return {
        "campaign": talk.campaign,
        "classify": talk.classify,
        "now": talk.now,
        "conversation": talk.conversation,
        "cards": talk.cards,
    }


@pytest.mark.parametrize("count", range(1, len(INTAKE_ANSWERS) + 1))
def test_every_choice_is_understood_by_its_words_in_either_language(count: int) -> None:
    talk = talked(count)
    card = talk.cards[-1]
    for language in Language:
        for option in render(card, language).options:
            typed, pressed = Simulation(**vars_of(talk)), Simulation(**vars_of(talk))
            typed.say(option.label)
            pressed.press(option.id, card)
            assert opened(typed) == opened(pressed), option.label


def test_any_answer_is_edited_in_two_taps() -> None:
    talk = talked_until_review()
    for question in SCRIPTS["intake"].answered(talk.conversation.main):
        trial = Simulation(**vars_of(talk))
        trial.press("open:edit")
        trial.press(f"open:{question.id}")
        assert opened(trial) == question.id


@pytest.mark.parametrize(("transcript", "most"), [("one_sentence", 12), ("one_sentence_of_the_notice", 12)])
def test_with_one_sentence_twelve_messages_are_enough(transcript: str, most: int) -> None:
    assert messages_until_handed_in(transcript) <= most


@pytest.mark.parametrize(
    "transcript", ["whole_intake_by_typing", "whole_intake_by_pressing", "whole_intake_in_english"]
)
def test_without_it_twenty_two_are_enough(transcript: str) -> None:
    assert messages_until_handed_in(transcript) <= 22


def messages_until_handed_in(transcript: str) -> int:
    entries = parse_transcript((TRANSCRIPTS / f"{transcript}.yaml").read_text("utf8"), transcript)
    count = 0
    for entry in entries:
        count += entry.acts
        if "review.handed_in" in entry.expected:
            return count
    raise AssertionError("never handed in")


def test_an_answer_that_an_edit_made_doubtful_is_offered_with_its_question() -> None:
    talk = talked_until_review()
    talk.say("相关工作年限改成十二年")
    assert opened(talk) == "important_years"

    (card,) = talk.say("保留")

    assert "4 年" in card.text
    assert talk.record()["important_years"] == 4


def test_a_doubtful_answer_that_no_longer_fits_is_not_offered() -> None:
    talk = talked_until_review()
    talk.say("/edit")
    talk.press("open:related_years")
    (card,) = talk.say("3")

    assert opened(talk) == "important_years"
    assert card.options == ()


def test_after_the_summer_the_verdict_still_counts_from_the_day_the_years_were_given() -> None:
    talk = talked_until_review()
    at_once = talk.say("/status")[0].text.split("条件对照")[1]
    year = talk.now().replace(month=11)
    talk.now = lambda: year

    assert talk.say("/status")[0].text.split("条件对照")[1].startswith(at_once[:60])


def test_every_answer_is_corrected_by_the_name_the_review_gives_it() -> None:
    for question in SCRIPTS["intake"].questions:
        if question.listed and question.id not in {"specialty", "planned_country", "planned_project"}:
            label = catalogue()[f"{question.id}.label"]
            for text in (f"{label.zh}改成甲乙", f"change {label.en.lower()} to abc"):
                correction = parse_correction(text)
                assert correction is not None, text
                assert correction.question == question.id, text


class _Known:
    def units(self) -> tuple[str, ...]:
        return ()

    def enterprises_like(self, name: str) -> tuple[str, ...]:
        return ("重庆建工集团股份有限公司", "重庆建工集团") if "建工" in name else ()


def at_enterprise(monkeypatch: pytest.MonkeyPatch) -> Simulation:
    monkeypatch.setattr(Simulation, "context", lambda talk: replace(PLAIN_CONTEXT(talk), directory=_Known()))
    talk = talked(11)
    assert opened(talk) == "enterprise"
    return talk


PLAIN_CONTEXT = Simulation.context


def test_a_near_name_of_an_enterprise_is_merged_by_a_tap_only(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = at_enterprise(monkeypatch)

    (card,) = talk.say("重庆建工")
    assert [each.label for each in card.options][:2] == ["重庆建工集团股份有限公司", "重庆建工集团"]
    talk.press("value:重庆建工集团")

    assert talk.record()["enterprise"] == "重庆建工集团"


@pytest.mark.parametrize("again", ["3", "重庆建工", "都不是"])
def test_who_means_another_enterprise_keeps_the_name_as_typed(again: str, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = at_enterprise(monkeypatch)
    talk.say("重庆建工")

    talk.say(again)

    assert talk.record()["enterprise"] == "重庆建工"


@pytest.mark.parametrize("name", ["重庆建工集团", "四川路桥"])
def test_a_known_or_a_wholly_new_enterprise_is_taken_at_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = at_enterprise(monkeypatch)

    talk.say(name)

    assert talk.record()["enterprise"] == name


@pytest.mark.parametrize(
    ("text", "question"), [("修改手机号", "phone"), ("我要改姓名", "name"), ("change my phone", "phone")]
)
def test_naming_an_answer_opens_it(text: str, question: str) -> None:
    talk = talked_until_review()
    talk.say(text)

    assert opened(talk) == question


@pytest.mark.parametrize("text", ["还没有", "待定", "not decided yet"])
def test_what_is_not_settled_skips_where_it_may(text: str) -> None:
    talk = talked(8)
    talk.say("明年要派出去")
    talk.say(text)

    assert talk.record()["planned_country"] is None


def test_a_shared_contact_without_plus_is_read_as_international() -> None:
    talk = talked(3)
    talk.happen(SharedContact("959790000000"))

    assert talk.record()["phone"] == "+959790000000"


def test_a_contact_shared_late_is_noted_and_the_question_stays() -> None:
    talk = talked(5)
    here = opened(talk)
    talk.happen(SharedContact("+95 9 790 000 000"))

    assert talk.record()["phone"] == "+959790000000"
    assert opened(talk) == here
