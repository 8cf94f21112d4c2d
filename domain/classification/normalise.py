"""Brings what people type into the lexicon's spelling: simplified, half-width, lower case, usual slips undone."""

import re
import unicodedata
from functools import cache
from importlib.resources import files

import ahocorasick_rs
import opencc

from domain.errors import DataFileError

MAX_CHARACTERS = 2000
"""What is read of a text; a trade is named in its first sentences, and the time per text stays bounded."""

_UNWRITABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2060\ufeff]")
_JOINED = re.compile(r"(?<=[a-z0-9])[-_/](?=[a-z0-9])")
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")


def plain(text: str) -> str:
    """NFKC, lower case, hyphens between Latin letters as spaces, runs of blanks as one; never raises."""
    text = _UNWRITABLE.sub(" ", text)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return _SPACES.sub(" ", _JOINED.sub(" ", text.lower()))


def normalise(text: str) -> str:
    """The text (its first `MAX_CHARACTERS`) as the matcher reads it."""
    text = plain(text[:MAX_CHARACTERS])[:MAX_CHARACTERS]
    if not text.isascii():
        text = _undo_slips(_simplified(text))
    return text


def _simplified(text: str) -> str:
    # tw2sp also changes words (軟體 -> 软件, 資訊 -> 信息), but would change simplified ones too: 核心网 -> 内核网.
    return text if _traditional().isdisjoint(text) else _converter().convert(text)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")


@cache
def _traditional() -> frozenset[str]:
    """The characters of the basic block that are not simplified ones."""
    characters = "".join(map(chr, range(0x4E00, 0xA000)))
    simplified = opencc.OpenCC("t2s").convert(characters)
    return frozenset(old for old, new in zip(characters, simplified, strict=True) if old != new)


@cache
def slips() -> dict[str, str]:
    """Usual slips of pinyin input and what was meant, from `domain/data/slips.tsv` (longest first when they nest)."""
    table: dict[str, str] = {}
    for number, line in enumerate(files("domain").joinpath("data/slips.tsv").read_text("utf8").splitlines(), 1):
        if line and not line.startswith("#"):
            typed, tab, meant = line.partition("\t")
            if not tab or typed in table:
                raise DataFileError(f"slips.tsv:{number}: expected `typed<TAB>meant`, each `typed` once")
            table[typed] = meant
    return table


@cache
def _slip_finder() -> tuple[ahocorasick_rs.AhoCorasick, list[str]]:
    table = slips()
    finder = ahocorasick_rs.AhoCorasick(list(table), matchkind=ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST)
    return finder, list(table.values())


def _undo_slips(text: str) -> str:
    finder, meant = _slip_finder()
    found = finder.find_matches_as_indexes(text)
    if not found:
        return text
    parts = []
    done = 0
    for which, start, end in found:
        parts += [text[done:start], meant[which]]
        done = end
    return "".join([*parts, text[done:]])
