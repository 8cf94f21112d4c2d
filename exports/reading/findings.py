"""What the reading of a filled form found: repaired, doubtful or wrong, at which cell, in words for people."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from domain.errors import HurentongError
from domain.vocabulary import Language


class FindingKind(StrEnum):
    """REPAIRED: taken in another form. DOUBTFUL: taken in part or on a guess. WRONG: the row was not taken."""

    REPAIRED = "repaired"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


class Reason(StrEnum):
    """What was found; its wording is `finding.<value>` in `exports/data/findings.toml`."""

    FULL_WIDTH = "full_width"
    NUMBER_STORED = "number_stored"
    SECOND_PHONE = "second_phone"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_COUNT = "not_a_count"
    COUNT_READ = "count_read"
    COUNT_ABOUT = "count_about"
    TOO_MANY_QUALIFIED = "too_many_qualified"
    WORD_READ = "word_read"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_LEVEL = "unknown_level"
    FIELD_GUESSED = "field_guessed"
    UNKNOWN_FIELD = "unknown_field"
    IS_A_DATE = "is_a_date"
    CARRIED_DOWN = "carried_down"
    SAMPLE_LEFT = "sample_left"
    NO_NAME = "no_name"
    NO_PERSON = "no_person"
    TOO_LONG = "too_long"
    TEXT_TOO_LONG = "text_too_long"
    DUPLICATE = "duplicate"
    POSTING_GUESSED = "posting_guessed"
    UNITS_LOST = "units_lost"
    HIDDEN_SHEET = "hidden_sheet"
    SHARED_PHONE = "shared_phone"
    NAMESAKE = "namesake"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ELSEWHERE = "elsewhere"


class Refusal(StrEnum):
    """Why a whole file is not read; its wording is `refused.<value>`."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    NOT_A_SPREADSHEET = "not_a_spreadsheet"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    EXTERNAL_LINKS = "external_links"
    BROKEN = "broken"
    NO_TABLE = "no_table"


_LONGEST_QUOTE = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found at one cell (`cell` such as `K12`)."""

    sheet: str
    cell: str
    kind: FindingKind
    reason: Reason
    args: tuple[tuple[str, str], ...] = ()

    def text(self, language: Language) -> str:
        """The line `sheet!cell: what`."""
        shown = {name: _quoted(value) for name, value in self.args}
        return f"{self.sheet}!{self.cell}: {_texts()['finding'][self.reason][language].format_map(shown)}"


class FileRefusedError(HurentongError):
    """The file as a whole is not read; nothing of it was taken."""

    def __init__(self, refusal: Refusal, **args: object) -> None:
        self.refusal = refusal
        self._args = args
        super().__init__(self.text(Language.ZH))

    def text(self, language: Language) -> str:
        """The sentence for whoever sent the file."""
        return _texts()["refused"][self.refusal][language].format_map(self._args)


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


@cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("exports").joinpath("data/findings.toml").read_text("utf8"))
