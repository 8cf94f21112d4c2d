"""The word lists of the parsers, read from dialogs/data once each."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from domain.errors import DataFileError

Words = dict[str, list[str]]


@cache
def word_lists(name: str, section: str) -> Words:
    """A section of dialogs/data/`name` that holds lists of words, key → words.

    Raises DataFileError where the file or the section is missing or holds anything else.
    """
    lists = _read(name).get(section)
    if not isinstance(lists, dict) or not all(_is_words(words) for words in lists.values()):
        raise DataFileError(f"dialogs/data/{name} [{section}] has to hold lists of words")
    return lists


@cache
def _read(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(files("dialogs").joinpath("data", name).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(f"dialogs/data/{name}: {error}") from error


def _is_words(words: object) -> bool:
    return isinstance(words, list) and all(isinstance(word, str) and word for word in words)
