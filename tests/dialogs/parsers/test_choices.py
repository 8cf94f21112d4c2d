"""Which option a typed answer means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.parsers.choices import ChoiceWords, parse_choice
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Understood

STATUS = (
    ChoiceWords("preparing", ("筹建", "Preparing")),
    ChoiceWords("construction", ("在建", "Under construction")),
    ChoiceWords("completed", ("完工", "Completed")),
    ChoiceWords("handover", ("已完工等待验收移交", "Completed, awaiting handover")),
    ChoiceWords("operating", ("运营中", "In operation")),
)


@pytest.mark.parametrize(
    "text", ["2", "２", "二", "②", "2.", "(2)", "2、", "第二个", "第2项", "选2", "option 2", "No. 2", "b", "B."]
)
def test_the_number_of_an_option_may_be_written_in_any_way(text):
    assert parse_choice(text, STATUS) == Understood("construction")


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("在建", "construction"),
        ("项目在建", "construction"),
        ("UNDER CONSTRUCTION", "construction"),
        ("筹", "preparing"),
        ("完工", "completed"),
        ("已完工等待验收移交", "handover"),
        ("等待验收", "handover"),
        ("運營中", "operating"),
        ("it is in operation now", "operating"),
        ("in op", "operating"),
    ],
)
def test_the_words_of_an_option_or_an_own_part_of_them_choose_it(text, chosen):
    assert parse_choice(text, STATUS) == Understood(chosen)


def test_words_that_fit_several_options_are_asked_back_with_those():
    asked = parse_choice("在建或者筹建", STATUS)
    assert asked == AskBack(AskReason.SEVERAL, {"candidates": ("preparing", "construction")})


@pytest.mark.parametrize("text", ["6", "0", "第九个", "没开始", "z"])
def test_what_no_option_has_is_refused_with_their_number(text):
    assert parse_choice(text, STATUS) == NotUnderstood(ErrorReason.NO_SUCH_CHOICE, {"high": 5})


def test_the_words_of_an_option_go_before_its_number():
    options = (ChoiceWords("ten", ("10", "ten")), ChoiceWords("one", ("1", "one")))
    assert parse_choice("1", options) == Understood("one")


@given(st.lists(st.text("甲乙丙丁戊己庚辛", min_size=2, max_size=6), min_size=1, max_size=8, unique=True))
def test_every_option_is_chosen_by_its_full_words_and_its_number(words):
    options = [ChoiceWords(f"id-{word}", (word,)) for word in words]
    for position, option in enumerate(options, start=1):
        assert parse_choice(option.words[0], options) == Understood(option.id)
        assert parse_choice(str(position), options) == Understood(option.id)
