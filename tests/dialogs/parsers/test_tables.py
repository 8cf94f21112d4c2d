"""The word lists that the parsers read."""

from itertools import combinations

import pytest

from dialogs.parsers.degrees import parse_degree
from dialogs.parsers.gazetteer import city_words, continent_words, country_words, place_key
from dialogs.parsers.normal import folded
from dialogs.parsers.outcome import AskReason
from dialogs.parsers.slot_values import WORDED
from dialogs.parsers.tables import word_lists
from dialogs.parsers.yesno import parse_yes_no
from domain.countries import countries
from domain.errors import DataFileError
from domain.vocabulary import Degree, Level, Posting, ProjectStatus, ProjectType

SECTIONS = [
    ("degrees.toml", "levels"),
    ("degrees.toml", "unclear"),
    ("yesno.toml", "answers"),
    ("yesno.toml", "asked"),
    ("corrections.toml", "change"),
    ("corrections.toml", "take_back"),
    *(("slots.toml", section) for section in ("labels", "level_alone", "enterprises", *WORDED)),
    *(("countries_everyday.toml", section) for section in ("names", "cities", "shared", "continents", "whole_only")),
]


@pytest.mark.parametrize(("name", "section"), SECTIONS)
def test_no_word_has_two_meanings(name, section):
    lists = word_lists(name, section)
    for (one, words), (other, more) in combinations(lists.items(), 2):
        if section not in {"shared", "take_back"}:
            assert not set(words) & set(more), (one, other)


@pytest.mark.parametrize(("name", "section"), [pair for pair in SECTIONS if pair[0] != "countries_everyday.toml"])
def test_words_stand_as_the_parsers_see_them(name, section):
    if section == "change":
        return
    for words in word_lists(name, section).values():
        assert [word for word in words if folded(word) != word] == []


def test_levels_reasons_and_values_are_those_of_the_vocabulary():
    assert set(word_lists("degrees.toml", "levels")) == set(Degree)
    assert set(word_lists("degrees.toml", "unclear")) <= set(AskReason)
    assert set(word_lists("yesno.toml", "asked")) <= set(AskReason)
    assert set(word_lists("slots.toml", "posting")) == set(Posting)
    assert set(word_lists("slots.toml", "level")) == set(Level)
    assert set(word_lists("slots.toml", "level_alone")) == set(Level)
    assert set(word_lists("slots.toml", "project_type")) == set(ProjectType)
    assert set(word_lists("slots.toml", "project_status")) == set(ProjectStatus)


def test_every_yes_and_no_is_read_as_such():
    for verdict, words in word_lists("yesno.toml", "answers").items():
        for word in words:
            assert getattr(parse_yes_no(word), "value", None) is (verdict == "yes"), word


def test_every_degree_word_is_read_as_its_level():
    for level, words in word_lists("degrees.toml", "levels").items():
        for word in words:
            assert getattr(parse_degree(word), "value", None) == level, word


def test_every_unclear_degree_word_is_asked_back():
    for words in word_lists("degrees.toml", "unclear").values():
        for word in words:
            assert hasattr(parse_degree(word), "reason"), word


def test_codes_are_those_of_countries():
    for section in ("names", "cities"):
        assert set(word_lists("countries_everyday.toml", section)) <= set(countries())
    for codes in word_lists("countries_everyday.toml", "shared").values():
        assert set(codes) <= set(countries())
        assert len(codes) > 1


def test_a_place_is_a_country_a_city_or_larger_not_two_of_them():
    assert not set(country_words()) & continent_words()
    assert not set(city_words()) & continent_words()
    both = set(country_words()) & set(city_words())
    assert all(country_words()[word] == city_words()[word] for word in both), both
    assert {place_key(word) for word in word_lists("countries_everyday.toml", "whole_only")["words"]} <= {
        *country_words(),
        *city_words(),
        *continent_words(),
    }


def test_a_missing_section_is_a_data_file_error():
    with pytest.raises(DataFileError, match=r"slots\.toml \[nothing\]"):
        word_lists("slots.toml", "nothing")
    with pytest.raises(DataFileError, match=r"nothing\.toml"):
        word_lists("nothing.toml", "labels")
