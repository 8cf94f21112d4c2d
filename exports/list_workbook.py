"""Workbooks that hold plain lists of people: a title, facts, a table, and a last sheet that says what the file is."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from exports.annex3_info import BEIJING, Content, ExportInfo
from exports.annex3_sheet import write_content
from exports.annex3_styles import Look, Palette
from exports.annex3_table import EXCEL_ROWS, CellValue
from exports.annex3_workbook import AUTHOR
from exports.canonical_zip import CanonicalZip
from exports.cell_text import check_length, many_lines, one_line
from exports.list_form import CellKind, ListColumn, ListForm, list_forms
from exports.merged_ranges import MergedRanges
from exports.phone_text import printed_phones
from exports.row_height import LINE, TALLEST, text_height

_NAME_LIMIT = 31  # characters of a sheet's name (Excel specifications and limits)
_UNFIT = re.compile(r"[\[\]:*?/\\']")
_A4 = 9
_MARGIN = 0.4  # inches
_NUMBER_WIDTH = 6.0
_LOOKS = {
    CellKind.TEXT: Look.LEFT,
    CellKind.LINES: Look.LEFT,
    CellKind.CENTRED: Look.CENTRED,
    CellKind.PHONE: Look.PHONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSheet:
    """One list. `facts` are the values of the form's facts, `rows` hold a value for each of its columns.

    Phones are E.164; texts are made fit for a cell when the workbook is written.
    """

    name: str
    title: str
    form: ListForm
    facts: tuple[str | int, ...]
    rows: tuple[tuple[CellValue, ...], ...]


def list_workbook(sheets: Sequence[ListSheet], *, info: ExportInfo, sheet_rows: int = EXCEL_ROWS) -> bytes:
    """The .xlsx of these lists, with 导出信息 at its end: same lists and `info`, same bytes.

    A list that is longer than a worksheet goes on on further ones. `sheet_rows` is for tests. Raises CellTooLongError.
    """
    lists = [_printed(sheet) for sheet in sheets]
    for text in _texts(lists, info):
        check_length(text)
    book: Any = Workbook(write_only=True)
    taken: set[str] = {list_forms().info.sheet.casefold()}
    for sheet in lists:
        for part in _parts(sheet, sheet_rows):
            _write(book, part, _sheet_name(part.name, taken))
    write_content(book, _info(lists, info))
    book.properties.creator = book.properties.lastModifiedBy = AUTHOR
    moment = info.asked_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = moment
    target = BytesIO()
    ExcelWriter(book, CanonicalZip(target)).save()
    return target.getvalue()


def _printed(sheet: ListSheet) -> ListSheet:
    """The list with every text as it stands in its cell."""
    columns = sheet.form.columns
    rows = tuple(
        tuple(_cell_text(value, column) for value, column in zip(row, columns, strict=True)) for row in sheet.rows
    )
    facts = tuple(many_lines(each) if isinstance(each, str) else each for each in sheet.facts)
    return ListSheet(name=one_line(sheet.name), title=one_line(sheet.title), form=sheet.form, facts=facts, rows=rows)


def _cell_text(value: CellValue, column: ListColumn) -> CellValue:
    if not isinstance(value, str):
        return value
    if column.kind is CellKind.PHONE:
        return printed_phones(value)
    return many_lines(value) if column.kind is CellKind.LINES else one_line(value)


def _texts(lists: Sequence[ListSheet], info: ExportInfo) -> Iterator[str]:
    yield from (info.asked_by, info.filter)
    for sheet in lists:
        yield sheet.title
        yield from (str(each) for each in sheet.facts)
        for row in sheet.rows:
            yield from (each for each in row if isinstance(each, str))


def _parts(sheet: ListSheet, sheet_rows: int) -> Iterator[ListSheet]:
    room = sheet_rows - len(sheet.facts) - 2
    for start in range(0, max(len(sheet.rows), 1), room):
        rows = sheet.rows[start : start + room]
        yield ListSheet(name=sheet.name, title=sheet.title, form=sheet.form, facts=sheet.facts, rows=rows)


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that spreadsheets take and that no other sheet of the book has."""
    stem = _UNFIT.sub("_", wanted)[:_NAME_LIMIT].strip() or list_forms().info.nothing
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        ending = f"({number})"
        name = stem[: _NAME_LIMIT - len(ending)] + ending
    taken.add(name.casefold())
    return name


def _write(book: Any, sheet: ListSheet, name: str) -> None:
    page = book.create_sheet(name)
    columns = sheet.form.columns
    widths = [_NUMBER_WIDTH, *(column.width for column in columns)]
    for at, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(at)].width = width
    header = len(sheet.facts) + 2
    _set_up_print(page, header)
    last = get_column_letter(len(widths))
    page.auto_filter.ref = f"A{header}:{last}{header + len(sheet.rows)}"
    for number, height in _heights(sheet, header):
        page.row_dimensions[number].height = height
    palette = Palette(page)
    blank = [None] * (len(widths) - 1)
    page.append([palette.cell(sheet.title, Look.HEADING), *blank])
    for label, fact in zip(sheet.form.facts, sheet.facts, strict=True):
        page.append([palette.cell(f"{label}：{fact}", Look.PLAIN), *blank])
    headers = (list_forms().info.number, *(column.header for column in columns))
    page.append([palette.cell(text, Look.HEADER, at) for at, text in enumerate(headers)])
    for number, row in enumerate(sheet.rows, 1):
        cells = [palette.cell(number, Look.CENTRED)]
        cells += [
            palette.cell(value, _LOOKS[column.kind], at)
            for at, (value, column) in enumerate(zip(row, columns, strict=True), 1)
        ]
        page.append(cells)
    above = (CellRange(min_col=1, max_col=len(widths), min_row=number, max_row=number) for number in range(1, header))
    page.merged_cells = MergedRanges(above)


def _heights(sheet: ListSheet, header: int) -> Iterator[tuple[int, float]]:
    """(Row number, points) of the facts and rows whose text takes more than a line."""
    across = sum(column.width for column in sheet.form.columns) + _NUMBER_WIDTH
    yield 1, 2 * LINE
    for number, (label, fact) in enumerate(zip(sheet.form.facts, sheet.facts, strict=True), 2):
        yield number, min(text_height(f"{label}：{fact}", across), TALLEST)
    for number, row in enumerate(sheet.rows, header + 1):
        needed = max(
            text_height(value, column.width) if isinstance(value, str) else LINE
            for value, column in zip(row, sheet.form.columns, strict=True)
        )
        yield number, min(needed, TALLEST)


def _set_up_print(page: Any, header: int) -> None:
    """A4 landscape, as wide as one sheet of paper, the header on every page."""
    page.freeze_panes = f"A{header + 1}"
    page.print_title_rows = f"{header}:{header}"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.page_margins = PageMargins(left=_MARGIN, right=_MARGIN, top=_MARGIN, bottom=2 * _MARGIN)
    page.oddFooter.center.text = list_forms().info.footer


def _info(lists: Sequence[ListSheet], info: ExportInfo) -> Content:
    form = list_forms().info
    content = json.dumps([[sheet.name, sheet.rows] for sheet in lists], ensure_ascii=True, separators=(",", ":"))
    moment = info.asked_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    rows: list[tuple[CellValue, ...]] = [
        (form.title,),
        (form.asked_at, moment),
        (form.asked_by, one_line(info.asked_by)),
        (form.filter, one_line(info.filter) or form.nothing),
        (form.rows, sum(len(sheet.rows) for sheet in lists)),
        *((f"　{sheet.name}", len(sheet.rows)) for sheet in lists),
        (form.digest, hashlib.sha256(content.encode()).hexdigest()),
    ]
    return Content(form.sheet, form.widths, tuple(rows), frozenset({0}))
