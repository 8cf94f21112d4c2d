from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.cards import Card
from dialogs.effects import RecordAnswer, SubmitApplication
from dialogs.events import Forged, Kind, Pressed, SharedContact, Unreadable
from dialogs.simulation import Simulation
from tests.dialogs.talk import INTAKE_ANSWERS, new_talk, talked_until_review


def opened(talk: Simulation) -> str:
    thread = talk.conversation.active
    assert thread.open is not None
    return thread.open.id


def keys(card: Card) -> set[str]:
    return {line.key for line in card.lines}


def test_an_engineer_with_all_answers_reaches_the_review_and_hands_in() -> None:
    talk = talked_until_review()
    assert opened(talk) == "review"

    talk.say("提交")

    assert SubmitApplication() in talk.effects
    assert opened(talk) == "consent_abroad"
    talk.say("跳过")
    assert opened(talk) == "home"
    assert talk.record()["specialty"] == "土木工程类/结构工程"
    assert talk.record()["related_years"] == 8.5


def test_nothing_is_recorded_before_consent_but_the_language() -> None:
    talk = new_talk()
    talk.arrive()
    talk.say("中文")
    talk.say("不同意")
    talk.say("张伟")

    recorded = [each.question for each in talk.effects if isinstance(each, RecordAnswer)]

    assert recorded == ["language"]
    assert opened(talk) == "consent"


def test_important_years_above_the_total_are_refused_with_both_figures() -> None:
    talk = new_talk()
    talk.arrive()
    for answer in INTAKE_ANSWERS[:7]:
        talk.say(answer)

    (card,) = talk.say("9")

    assert "9 年" in card.text
    assert "8.5 年" in card.text
    assert opened(talk) == "important_years"


def test_an_answer_is_edited_in_two_taps_and_only_what_rests_on_it_is_asked_again() -> None:
    talk = talked_until_review()
    talk.press("open:edit")
    talk.press("open:related_years")
    assert opened(talk) == "related_years"

    talk.say("十二年")

    assert opened(talk) == "important_years"
    talk.say("6")
    assert opened(talk) == "level"
    talk.say("资深")
    assert opened(talk) == "review"
    assert talk.record()["name"] == "张伟"


def test_an_edit_to_the_same_value_asks_nothing_again() -> None:
    talk = talked_until_review()
    talk.press("open:edit")
    talk.press("open:related_years")

    talk.say("8.5")

    assert opened(talk) == "review"


def test_back_reopens_the_question_before_and_keeps_its_answer_until_replaced() -> None:
    talk = new_talk()
    talk.arrive()
    for answer in INTAKE_ANSWERS[:4]:
        talk.say(answer)

    talk.say("/back")

    assert opened(talk) == "phone"
    assert talk.record()["phone"] == "+8613800138000"
    talk.say("保留")
    assert opened(talk) == "degree"


def test_the_same_press_twice_changes_nothing_the_second_time() -> None:
    talk = new_talk()
    talk.arrive()
    (card,) = talk.cards
    talk.press("value:zh", card)
    before = talk.record()

    talk.press("value:en", card)

    assert talk.record() == before
    assert "press.stale" in keys(talk.cards[-1])
    assert opened(talk) == "consent"


def test_a_forged_press_changes_nothing_and_gets_the_question_again() -> None:
    talk = talked_until_review()
    before = talk.record()

    talk.happen(Forged())

    assert talk.record() == before
    assert opened(talk) == "review"


def test_a_shared_contact_answers_the_phone_question() -> None:
    talk = new_talk()
    talk.arrive()
    for answer in INTAKE_ANSWERS[:3]:
        talk.say(answer)

    talk.happen(SharedContact("+95 9 790 000 000"))

    assert talk.record()["phone"] == "+959790000000"


def test_every_unreadable_kind_gets_its_sentence_and_the_question_again() -> None:
    for kind in Kind:
        talk = new_talk()
        talk.arrive()
        talk.happen(Unreadable(kind))
        assert f"unreadable.{kind}" in keys(talk.cards[-1])
        assert opened(talk) == "language"


def test_a_stranger_is_refused_the_export_and_it_is_noted() -> None:
    talk = new_talk()
    talk.arrive()

    talk.say("/export")

    assert "command.refused" in keys(talk.cards[-1])
    assert [type(each).__name__ for each in talk.effects] == ["NoteRefusal"]


def test_annex_1_is_browsed_in_two_levels() -> None:
    talk = new_talk()
    talk.arrive()
    for answer in INTAKE_ANSWERS[:16]:
        talk.say(answer)
    assert opened(talk) == "specialty"

    talk.press("menu:fields")
    assert len([each for each in talk.cards[-1].choices if each.id.startswith("menu:field:")]) == 12
    talk.press("menu:field:hydraulic")
    talk.press("value:水利水电工程类/堤防工程")

    assert talk.record()["specialty"] == "水利水电工程类/堤防工程"


def test_a_button_of_another_page_of_the_same_question_still_works() -> None:
    talk = new_talk()
    talk.arrive()
    for answer in INTAKE_ANSWERS[:16]:
        talk.say(answer)
    guesses = talk.cards[-1]
    talk.press("menu:fields")

    talk.press("value:土木工程类/结构工程", guesses)

    assert talk.record()["specialty"] == "土木工程类/结构工程"


def test_too_long_an_answer_is_refused_with_both_lengths() -> None:
    talk = new_talk()
    talk.arrive()
    for answer in INTAKE_ANSWERS[:2]:
        talk.say(answer)

    (card,) = talk.say("长" * 5000)

    assert "5000" in card.text
    assert opened(talk) == "name"


@settings(max_examples=60)
@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(INTAKE_ANSWERS)), max_size=25))
def test_no_words_whatever_lead_to_a_dead_end(said: list[str]) -> None:
    talk = new_talk()
    talk.arrive()
    for text in said:
        talk.say(text)
        assert talk.conversation.active.open is not None
        assert talk.cards[-1].lines


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1))
def test_a_press_on_nothing_known_changes_nothing(subject: int, opening: int, option: int) -> None:
    talk = new_talk()
    talk.arrive()
    before = talk.record()

    talk.happen(Pressed(subject, opening, option))

    assert talk.record() == before
