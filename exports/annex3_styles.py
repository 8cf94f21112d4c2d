"""How Annex 3's cells look: one prototype cell a look, written again and again (making styles is what is slow)."""

from enum import StrEnum
from typing import Any

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side

from exports.annex3_layout import Column
from exports.cell_text import escaped, is_formula_like

# By name, as offices in China have them; charset 134 (GB 2312) lets a spreadsheet without them choose a Chinese one.
_SONG, _FANGSONG = "宋体", "仿宋"
_BODY_SIZE, _SMALL_SIZE = 10.5, 7
_THIN = Side(style="thin", color="FF000000")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
TEXT_FORMAT = "@"


class Look(StrEnum):
    """What a cell is for, as far as its look goes."""

    HEADING = "heading"
    UNIT = "unit"
    TITLE = "title"
    HEADER = "header"
    CENTRED = "centred"
    LEFT = "left"
    SMALL = "small"
    PHONE = "phone"
    LABEL = "label"
    PLAIN = "plain"


_FONTS = {
    Look.HEADING: Font(name=_SONG, charset=134, size=18, bold=True),
    Look.UNIT: Font(name=_FANGSONG, charset=134, size=12),
    Look.TITLE: Font(name=_SONG, charset=134, size=12, bold=True),
    Look.HEADER: Font(name=_SONG, charset=134, size=_BODY_SIZE, bold=True),
    Look.SMALL: Font(name=_FANGSONG, charset=134, size=_SMALL_SIZE),
    Look.LABEL: Font(name=_SONG, charset=134, size=_BODY_SIZE, bold=True),
}
_BODY_FONT = Font(name=_FANGSONG, charset=134, size=_BODY_SIZE)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_AT_LEFT = frozenset({Look.UNIT, Look.LEFT, Look.SMALL, Look.LABEL, Look.PLAIN})
_UNRULED = frozenset({Look.HEADING, Look.UNIT, Look.LABEL, Look.PLAIN})

COLUMN_LOOKS = {
    Column.ENTERPRISE: Look.LEFT,
    Column.PROJECT: Look.LEFT,
    Column.PHONE: Look.PHONE,
    Column.STATEMENT: Look.LEFT,
}
"""The looks of the columns that are not simply centred."""


class Palette:
    """The prototype cells of one worksheet.

    A cell that `cell` gives is good until it is appended to the sheet; the next call with the same look and column
    changes it (a write-only sheet writes a row at once).
    """

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._prototypes: dict[tuple[Look, bool, int], Cell] = {}

    def cell(self, value: str | int | None, look: Look, column: int = 0) -> Cell:
        """A cell with this content; text always stays text, whatever it begins with."""
        text = isinstance(value, str)
        guarded = text and is_formula_like(str(value))
        prototype = self._prototypes.get((look, guarded, column))
        if prototype is None:
            prototype = self._prototypes[look, guarded, column] = self._make(look, guarded=guarded)
        prototype.value = escaped(value) if isinstance(value, str) else value
        if text:
            prototype.data_type = "s"
        return prototype

    def _make(self, look: Look, *, guarded: bool) -> Cell:
        cell = WriteOnlyCell(self._sheet)
        cell.font = _FONTS.get(look, _BODY_FONT)
        cell.alignment = _LEFT if look in _AT_LEFT else _CENTRE
        if look not in _UNRULED:
            cell.border = _BORDER
        if look is Look.PHONE:
            cell.number_format = TEXT_FORMAT
        # Without the quote prefix a spreadsheet would make a formula of the text once somebody edits the cell.
        cell.quotePrefix = guarded
        return cell
