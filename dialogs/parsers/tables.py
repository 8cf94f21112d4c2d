"""The word lists of the parsers, read from dialogs/data once each."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.errors import DataFileError

Words = dict[str, list[str]]
_WORDS = TypeAdapter(Words)


def read_toml(name: str) -> dict[str, Any]:
    """The content of dialogs/data/`name`; raises DataFileError where it is no TOML."""
    try:
        return tomllib.loads(files("dialogs").joinpath("data", name).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(f"dialogs/data/{name}: {error}") from error


@cache
def word_lists(name: str, section: str) -> Words:
    """A section of lists of words, key → words; raises DataFileError where it is anything else."""
    try:
        return _WORDS.validate_python(read_toml(name)[section])
    except (KeyError, ValidationError) as error:
        raise DataFileError(f"dialogs/data/{name} [{section}]: {error}") from error
