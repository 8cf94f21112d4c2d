import string
import tomllib
from importlib.resources import files

import pytest

from domain.vocabulary import Language
from exports.reading.findings import Finding, FindingKind, Reason, Refusal

TEXTS = tomllib.loads(files("exports").joinpath("data/findings.toml").read_text("utf8"))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_reason_and_refusal_has_its_words_and_no_words_are_left_over() -> None:
    assert set(TEXTS["finding"]) == set(Reason)
    assert set(TEXTS["refused"]) == set(Refusal)


@pytest.mark.parametrize("section", ["finding", "refused"])
def test_both_languages_say_the_same_things(section: str) -> None:
    for words in TEXTS[section].values():
        assert set(words) == set(Language)
        assert places(words["zh"]) == places(words["en"])


def test_a_line_names_sheet_cell_and_what() -> None:
    args = (("text", "行\n" * 50), ("value", "46"))
    finding = Finding("已外派", "G7", FindingKind.REPAIRED, Reason.COUNT_READ, args)
    line = finding.text(Language.EN)
    assert line.startswith("已外派!G7: “行 行 行")
    assert line.endswith("…” read as 46")
    assert "\n" not in line
