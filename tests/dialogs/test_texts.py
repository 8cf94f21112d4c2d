import string
from importlib.resources import files
from pathlib import Path

import pytest

from dialogs.cards import Line
from dialogs.scripts import SCRIPTS
from dialogs.texts import Catalogue, Text, catalogue
from domain.errors import DataFileError
from domain.vocabulary import Language

ROOT = Path(str(files("dialogs"))).parent


def test_both_languages_of_every_text_have_the_same_placeholders() -> None:
    for key in catalogue():
        text = catalogue()[key]
        assert text.placeholders(Language.ZH) == text.placeholders(Language.EN), key


def test_no_text_is_empty_in_either_language() -> None:
    for key in catalogue():
        assert catalogue()[key].zh.strip(), key
        assert catalogue()[key].en.strip(), key


def test_every_question_has_its_texts() -> None:
    for script in SCRIPTS.values():
        for question in script.questions:
            assert f"{question.id}.ask" in catalogue(), question.id
            assert f"{question.id}.label" in catalogue(), question.id


def test_every_question_of_the_intake_has_help() -> None:
    for question in SCRIPTS["intake"].questions:
        assert f"{question.id}.help" in catalogue(), question.id


def test_a_text_that_looks_like_a_placeholder_is_shown_as_it_is() -> None:
    texts = Catalogue({"plain": Text(zh="{text}", en="{text}")})

    said = texts.say(Line(key="plain", args={"text": "{name} {0} {{"}), Language.ZH)

    assert said == "{name} {0} {{"


def test_a_missing_key_says_where_texts_stand() -> None:
    with pytest.raises(DataFileError, match="dialogs/data/texts"):
        catalogue()["no.such.key"]


def test_the_catalogue_uses_plain_placeholders_only() -> None:
    for key in catalogue():
        for language in Language:
            for _, name, spec, _ in string.Formatter().parse(catalogue()[key][language]):
                assert name is None or name.isidentifier(), key
                assert spec in (None, "", "02d"), key
