"""How high a row must be for its wrapped text to be readable in print (spreadsheets do not measure merged cells)."""

from math import ceil

LINE = 15.5
"""Points a line of 10.5 pt type takes; the fonts that stand in for 仿宋 where it is missing run higher than it does."""

SMALL_LINE = 10.5
"""Points a line of 7 pt type takes."""

TALLEST = 409.0
"""Points that a row can be high (Excel specifications and limits: 409)."""

_SMALL_SCALE = 7 / 10.5


def lines_needed(text: str, width: float, scale: float = 1.0) -> int:
    """Lines that a wrapped text takes in a column of `width` (Excel's unit: digits of the standard font).

    A Han character is two digits wide at 10.5 pt, and GB 18030 spends two bytes on it, one on a Latin letter: the
    encoded length is the width. A tenth is kept for what a line loses where it breaks.
    """
    room = max((width - 1) * 0.95 / scale, 2.0)
    return sum(max(1, ceil(len(paragraph.encode("gb18030", "replace")) / room)) for paragraph in text.split("\n"))


def text_height(text: str, width: float) -> float:
    """Points that the text needs at the usual size."""
    return lines_needed(text, width) * LINE + 4


def small_text_height(text: str, width: float) -> float:
    """Points that the text needs in the small size, used where the usual one would be higher than a row can be."""
    return lines_needed(text, width, _SMALL_SCALE) * SMALL_LINE + 4
