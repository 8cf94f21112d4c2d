"""One worksheet of Annex 3, written row by row: headers, lines, spanning cells, print set-up, drop-down lists."""

from collections.abc import Callable, Iterator
from typing import Any

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from domain.annex1 import annex1
from domain.vocabulary import ProjectStatus, ProjectType
from exports.annex3_info import Content
from exports.annex3_layout import PERSON_COLUMNS, Column, ColumnForm, annex3_form
from exports.annex3_styles import COLUMN_LOOKS, Look, Palette
from exports.annex3_table import EXCEL_ROWS, HEADER_ROWS, CellValue, Sheet
from exports.row_height import LINE, TALLEST, small_text_height, text_height

_A4 = 9
_SIDE, _TOP = 0.3, 0.55  # inches
_HEADING_HEIGHT, _UNIT_HEIGHT, _TITLE_HEIGHT, _NOTE_HEIGHT = 34, 24, 24, 18
_FIRST_HEADER = 4
_REPORT_EVERY = 200
_ROWS_TO_ADD_BY_HAND = 200


class _InOrder(MultiCellRange):
    """Merged ranges in the order of the sheet; a set's order would differ from one run to the next."""

    def __iter__(self) -> Any:
        return iter(self.sorted())


def write_table(book: Any, sheet: Sheet, *, unit: str, count: Callable[[int], None]) -> list[tuple[str, int]]:
    """Write a table's worksheet into a write-only workbook; `count` hears how many lines stand.

    Returns the (sheet name, 序号) of lines whose text is higher than a row can be even in small type.
    """
    form = annex3_form()
    columns = form.columns(sheet.posting)
    page = book.create_sheet(sheet.name)
    _set_up_page(page, columns)
    palette = Palette(page)
    heights = _Heights(sheet, columns)
    for number, height in heights.all_rows():
        page.row_dimensions[number].height = height
    for row in _header(palette, sheet, unit):
        page.append(row)
    looks = [COLUMN_LOOKS.get(column.id, Look.CENTRED) for column in columns]
    spanned = {(span.column, line) for span in sheet.spans for line in range(span.first + 1, span.last + 1)}
    last = len(columns) - 1
    for place, line in enumerate(sheet.lines):
        row = [
            palette.cell(None if (at, place) in spanned else value, look, at)
            for at, (value, look) in enumerate(zip(line.cells, looks, strict=True))
        ]
        if place in heights.small:
            row[last] = palette.cell(line.cells[last], Look.SMALL, last)
        page.append(row)
        if (place + 1) % _REPORT_EVERY == 0 or place + 1 == len(sheet.lines):
            count(place + 1)
    page.merged_cells = _InOrder(_merges(sheet))
    _add_validations(page, sheet)
    return [(sheet.name, sheet.lines[place].number) for place in sorted(heights.too_tall)]


def write_content(book: Any, content: Content) -> None:
    """Write a sheet of plain rows (待补, 导出信息) into a write-only workbook."""
    page = book.create_sheet(content.name)
    for at, width in enumerate(content.widths, 1):
        page.column_dimensions[get_column_letter(at)].width = width
    _set_up_print(page)
    palette = Palette(page)
    for number, row in enumerate(content.rows):
        if number:
            tallest = max(
                (text_height(str(v), w) for v, w in zip(row, content.widths, strict=False) if v), default=LINE
            )
            page.row_dimensions[number + 1].height = min(tallest, TALLEST)
        look = Look.LABEL if number in content.labels else Look.PLAIN
        page.append([palette.cell(value, look, at) for at, value in enumerate(row)])


class _Heights:
    """Points that every row of a table needs; also which lines need the small type, and which are too tall for that."""

    def __init__(self, sheet: Sheet, columns: tuple[ColumnForm, ...]) -> None:
        self.small: set[int] = set()
        self.too_tall: set[int] = set()
        self._columns = columns
        self._table = annex3_form().table(sheet.posting)
        spans = {(span.column, span.first): span for span in sheet.spans}
        below = {(span.column, line) for span in sheet.spans for line in range(span.first + 1, span.last + 1)}
        self._lines = [
            self._line(
                place, line.cells, {at for at in range(len(columns)) if (at, place) in spans or (at, place) in below}
            )
            for place, line in enumerate(sheet.lines)
        ]
        for (at, first), span in spans.items():
            needed = text_height(str(sheet.lines[first].cells[at] or ""), columns[at].width)
            lacking = needed - sum(self._lines[first : span.last + 1])
            if lacking > 0:
                each = lacking / (span.last - first + 1)
                for place in range(first, span.last + 1):
                    self._lines[place] = min(self._lines[place] + each, TALLEST)

    def _line(self, place: int, cells: tuple[CellValue, ...], spanned: set[int]) -> float:
        last = len(self._columns) - 1
        height = LINE
        for at, value in enumerate(cells):
            if isinstance(value, str) and at not in spanned:
                height = max(height, text_height(value, self._columns[at].width))
        if height > TALLEST:
            statement = str(cells[last] or "")
            if text_height(statement, self._columns[last].width) > TALLEST:
                self.small.add(place)
            if small_text_height(statement, self._columns[last].width) > TALLEST:
                self.too_tall.add(place)
        return min(height, TALLEST)

    def all_rows(self) -> list[tuple[int, float]]:
        """(Row number, points) of header and lines."""
        shared = self._columns[: -len(PERSON_COLUMNS)]
        person = self._columns[-len(PERSON_COLUMNS) :]
        spanning = text_height(self._table.spanning, sum(column.width for column in person))
        names = max(text_height(column.header, column.width) for column in person)
        tallest = max(text_height(column.header, column.width) for column in shared)
        names = max(names, tallest - spanning - _NOTE_HEIGHT)
        header = (_HEADING_HEIGHT, _UNIT_HEIGHT, _TITLE_HEIGHT, spanning, _NOTE_HEIGHT, names)
        return list(enumerate((*header, *self._lines), 1))


def _header(palette: Palette, sheet: Sheet, unit: str) -> Iterator[list[Cell]]:
    """The six rows above the lines, one at a time: a prototype cell is good only until it is written."""
    form = annex3_form()
    table, columns = form.table(sheet.posting), form.columns(sheet.posting)
    shared = len(table.columns)

    def row(texts: dict[int, str], look: Look) -> list[Cell]:
        return [palette.cell(texts.get(at), look, at) for at in range(len(columns))]

    yield row({0: form.heading}, Look.HEADING)
    yield row({0: form.unit_line + unit}, Look.UNIT)
    yield row({0: table.title}, Look.TITLE)
    left = {at: column.header for at, column in enumerate(table.columns)}
    yield row({**left, shared: table.spanning}, Look.HEADER)
    yield row({shared: table.note}, Look.HEADER)
    yield row({shared + at: column.header for at, column in enumerate(form.person.columns)}, Look.HEADER)


def _merges(sheet: Sheet) -> Iterator[CellRange]:
    width, shared = len(sheet.columns), len(sheet.columns) - len(PERSON_COLUMNS)
    for row in range(1, _FIRST_HEADER):
        yield CellRange(min_col=1, max_col=width, min_row=row, max_row=row)
    for column in range(1, shared + 1):
        yield CellRange(min_col=column, max_col=column, min_row=_FIRST_HEADER, max_row=HEADER_ROWS)
    for row in (_FIRST_HEADER, _FIRST_HEADER + 1):
        yield CellRange(min_col=shared + 1, max_col=width, min_row=row, max_row=row)
    top = HEADER_ROWS + 1
    for span in sheet.spans:
        column = span.column + 1
        yield CellRange(min_col=column, max_col=column, min_row=top + span.first, max_row=top + span.last)


def _set_up_page(page: Any, columns: tuple[ColumnForm, ...]) -> None:
    for at, column in enumerate(columns, 1):
        page.column_dimensions[get_column_letter(at)].width = column.width
    page.freeze_panes = f"A{HEADER_ROWS + 1}"
    page.print_title_rows = f"{_FIRST_HEADER}:{HEADER_ROWS}"
    page.oddHeader.left.text = annex3_form().corner
    _set_up_print(page)


def _set_up_print(page: Any) -> None:
    """A4 landscape, as wide as one sheet of paper, as long as it takes."""
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.print_options.horizontalCentered = True
    page.page_margins = PageMargins(left=_SIDE, right=_SIDE, top=_TOP, bottom=_TOP, header=_SIDE, footer=_SIDE)
    page.oddFooter.center.text = annex3_form().footer


def _add_validations(page: Any, sheet: Sheet) -> None:
    """Drop-down lists for type, status, level and field, also on rows that are still to be added by hand."""
    form = annex3_form()
    choices = {
        Column.TYPE: [each.value for each in ProjectType],
        Column.STATUS: [each.value for each in ProjectStatus],
        Column.FIELD: [each.name for each in annex1().fields],
        Column.LEVEL: list(form.levels.values()),
    }
    last = min(HEADER_ROWS + len(sheet.lines) + _ROWS_TO_ADD_BY_HAND, EXCEL_ROWS)
    for column, words in choices.items():
        if column not in sheet.columns:
            continue
        letter = get_column_letter(sheet.columns.index(column) + 1)
        rule = DataValidation(
            type="list",
            formula1=f'"{",".join(words)}"',
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=form.validation.title,
            error=form.validation.message,
            sqref=f"{letter}{HEADER_ROWS + 1}:{letter}{last}",
        )
        page.data_validations.append(rule)
