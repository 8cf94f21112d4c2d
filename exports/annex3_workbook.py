"""The workbook of Annex 3: its tables as printed in the notice, what is missing, and what the file is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from exports.annex3_info import ExportInfo, incomplete_content, info_content
from exports.annex3_sheet import write_content, write_table
from exports.annex3_table import EXCEL_ROWS, Row, Sheet, digest, missing_cells, sheets
from exports.canonical_zip import CanonicalZip
from exports.cell_text import check_length, one_line

Progress = Callable[[int, int], None]
"""Told (rows written, rows in all) as the writing goes on."""

AUTHOR = "互认通 Hurentong"


class Incomplete(StrEnum):
    """What becomes of rows that lack a cell: left out and named on 导出信息, or listed on a sheet 待补."""

    LEAVE_OUT = "leave_out"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Annex3Summary:
    """What was written: rows by worksheet, the rows' SHA-256, and who is left out or lacks something."""

    rows: dict[str, int]
    digest: str
    incomplete: int
    left_out: tuple[Row, ...]

    @property
    def total(self) -> int:
        """Rows in all."""
        return sum(self.rows.values())


def write_annex3(
    target: BinaryIO,
    rows: Iterable[Row],
    *,
    info: ExportInfo,
    unit: str | None = None,
    incomplete: Incomplete = Incomplete.LIST,
    tables_only: bool = False,
    progress: Progress | None = None,
    sheet_rows: int = EXCEL_ROWS,
) -> Annex3Summary:
    """Write the workbook of these rows into an open binary file.

    `unit` stands behind 推荐单位（盖章）：; without it the rows' own unit does, where they have only one. Rows are
    taken in the order given where nothing else tells them apart (see `annex3_table.sheets`). Same rows, same `info`:
    same bytes; at another moment only 导出信息 and the file's own date differ. `tables_only` leaves 待补 and 导出信息
    away: what a unit prints and stamps. `sheet_rows` is for tests. Raises CellTooLongError.
    """
    given = list(rows)
    left_out = tuple(row for row in given if missing_cells(row)) if incomplete is Incomplete.LEAVE_OUT else ()
    kept = [row for row in given if not missing_cells(row)] if left_out else given
    tables = sheets(kept, sheet_rows=sheet_rows)
    named = one_line(unit) if unit is not None else _only_unit(kept)
    _check_lengths(tables, [named, info.asked_by, info.filter, *(row.name for row in left_out)])
    book: Any = Workbook(write_only=True)
    too_tall: list[tuple[str, int]] = []
    done = 0
    for sheet in tables:
        before = done

        def count(written: int, before: int = before) -> None:
            if progress:
                progress(before + written, len(kept))

        too_tall.extend(write_table(book, sheet, unit=named, count=count))
        done += len(sheet.lines)
    lacking = incomplete_content(tables)
    if lacking and not tables_only:
        write_content(book, lacking)
    if not tables_only:
        write_content(book, info_content(tables, info, unit=named, left_out=left_out, too_tall=too_tall))
    moment = info.asked_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.creator = book.properties.lastModifiedBy = AUTHOR
    book.properties.created = book.properties.modified = moment
    ExcelWriter(book, CanonicalZip(target)).save()
    return Annex3Summary(
        rows={sheet.name: len(sheet.lines) for sheet in tables},
        digest=digest(tables),
        incomplete=len(lacking.rows) - 2 if lacking else 0,
        left_out=left_out,
    )


def _check_lengths(tables: Iterable[Sheet], texts: Iterable[str]) -> None:
    """Before anything is written: a workbook given up half-way would leave its temporary files behind."""
    for text in texts:
        check_length(text)
    for sheet in tables:
        for line in sheet.lines:
            for cell in line.cells:
                if isinstance(cell, str):
                    check_length(cell)


def _only_unit(rows: Iterable[Row]) -> str:
    units = {one_line(row.unit) for row in rows}
    return units.pop() if len(units) == 1 else ""
