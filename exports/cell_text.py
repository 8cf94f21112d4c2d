"""Text as a spreadsheet's cell can hold it, out and in by the same rules, so that a second export equals the first."""

import re

from domain.errors import HurentongError

CELL_LIMIT = 32_767
"""Characters that a cell holds (Excel specifications and limits)."""

# XML 1.0 has no place for these, or a spreadsheet refuses the file: controls, lone surrogates, U+FFFE and U+FFFF.
# The second line is invisible and never meant: zero-width space, word joiner, byte order mark, direction marks.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
    "\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]"
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_WHITE = re.compile(r"\s+")
# Excel reads `_x0041_` as the character U+0041; the underscore is written as its own escape to keep such a text.
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NEVER_FIRST = ("=", "+", "-", "@")


class CellTooLongError(HurentongError):
    """A text is longer than a spreadsheet's cell holds; it is never cut in silence."""


def many_lines(text: str) -> str:
    """A text whose line breaks are meant (the practice statement): line ends are `\\n`, nothing around it."""
    if text.isprintable():  # nothing but visible characters and plain spaces: most texts, at a tenth of the time
        return text.strip()
    return _UNPRINTABLE.sub("", _LINE_END.sub("\n", text)).replace("\x1f", " ").strip()


def one_line(text: str) -> str:
    """A text that stands in one line: every run of white space is one space."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _WHITE.sub(" ", many_lines(text))


def person_name(text: str) -> str:
    """A person's name; the space that stretches a short Chinese name (张 三) is left out."""
    line = one_line(text)
    return _BETWEEN_HAN.sub("", line) if " " in line else line


def is_formula_like(text: str) -> bool:
    """Would a spreadsheet make a formula of it when someone edits the cell, or a CSV reader at once?"""
    return text.startswith(_NEVER_FIRST)


def check_length(text: str) -> None:
    """Raise CellTooLongError above CELL_LIMIT characters; a spreadsheet program would cut the text without a word."""
    if len(text) > CELL_LIMIT:
        raise CellTooLongError(f"一个单元格最多 {CELL_LIMIT} 个字符，这里有 {len(text)} 个：{text[:20]}…")


def escaped(text: str) -> str:
    """The text as it must stand in the file."""
    return _ESCAPE_LIKE.sub("_x005F_", text) if "_x" in text else text
