"""The sheets that come after Annex 3's tables: 待补 (what each row lacks) and 导出信息 (what the file is)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from exports.annex3_layout import Gap, InfoForm, annex3_form
from exports.annex3_table import CellValue, Line, Row, Sheet, digest, missing_cells
from exports.cell_text import one_line, person_name

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportInfo:
    """What is known of an export beside its rows: when (aware), by whom, through which filter, who had withdrawn."""

    asked_at: datetime
    asked_by: str
    filter: str = ""
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Content:
    """A sheet of plain rows; the first is its title, the rows in `labels` are set bold."""

    name: str
    widths: tuple[float, ...]
    rows: tuple[tuple[CellValue, ...], ...]
    labels: frozenset[int]


def gap_names(row: Row, sheet: Sheet | None = None, line: int = 0) -> str:
    """What a row lacks, in words; with the cell's address where its sheet is given."""
    names = annex3_form().incomplete.gaps

    def name(gap: Gap) -> str:
        address = f"({sheet.address(line, gap.column)})" if sheet and gap.column in sheet.columns else ""
        return names[gap] + address

    return "、".join(name(gap) for gap in missing_cells(row))


def incomplete_content(tables: Sequence[Sheet]) -> Content | None:
    """待补: a row for every line that lacks something, naming each missing cell; None where nothing is missing."""
    form = annex3_form().incomplete
    rows: list[tuple[CellValue, ...]] = []
    for sheet in tables:
        for place, line in enumerate(sheet.lines):
            gaps = gap_names(line.row, sheet, place)
            if gaps:
                row = line.row
                person = person_name(row.name), _cell(sheet, line, "phone")
                rows.append((sheet.name, line.number, one_line(row.unit), *person, gaps))
    if not rows:
        return None
    return Content(form.sheet, form.widths, ((form.title,), form.headers, *rows), frozenset({0, 1}))


def _cell(sheet: Sheet, line: Line, column: str) -> CellValue:
    return line.cells[[each.value for each in sheet.columns].index(column)]


def info_content(
    tables: Sequence[Sheet],
    info: ExportInfo,
    *,
    unit: str,
    left_out: Sequence[Row],
    too_tall: Sequence[tuple[str, int]],
) -> Content:
    """导出信息: when, by whom, which filter, how many rows of what content, and who is to be looked after.

    `too_tall` are the (sheet name, 序号) of rows whose text a printed row cannot show whole.
    """
    form = annex3_form().info
    lines = [(sheet, line) for sheet in tables for line in sheet.lines]
    rows: list[tuple[CellValue, ...]] = [(form.title,), *_facts(form, tables, info, unit, len(left_out))]
    labels = {0}
    names = {(sheet.name, line.number): person_name(line.row.name) for sheet, line in lines}
    awaiting = [(sheet.name, line.number) for sheet, line in lines if line.row.awaiting_confirmation]
    for headers, listed in (
        (form.awaiting_headers, [("", name, number, "", names[name, number]) for name, number in awaiting]),
        (form.left_out_headers, [("", one_line(row.unit), "", "", _left_out(row)) for row in left_out]),
        (form.too_tall_headers, [("", name, number, "", names[name, number]) for name, number in too_tall]),
        (form.units_headers, list(_units(tables))),
    ):
        if listed:
            labels.add(len(rows) + 1)
            rows.extend(((), headers, *listed))
    return Content(form.sheet, form.widths, tuple(rows), frozenset(labels))


def _left_out(row: Row) -> str:
    return f"{person_name(row.name)}：{gap_names(row)}"


def _facts(
    form: InfoForm, tables: Sequence[Sheet], info: ExportInfo, unit: str, left_out: int
) -> Iterable[tuple[CellValue, ...]]:
    rows = [line.row for sheet in tables for line in sheet.lines]
    moment = info.asked_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    yield form.asked_at, moment
    yield form.asked_by, one_line(info.asked_by)
    yield form.filter, one_line(info.filter) or form.no_one
    yield form.unit, unit or form.all_units
    yield form.rows, len(rows)
    for sheet in tables:
        yield f"　{sheet.name}", len(sheet.lines)
    yield form.digest, digest(tables)
    yield form.listed_incomplete, sum(bool(missing_cells(row)) for row in rows)
    yield form.left_out, left_out
    yield form.withdrawn, info.withdrawn
    yield form.not_eligible, sum(row.eligible is False for row in rows)
    yield form.awaiting, sum(row.awaiting_confirmation for row in rows)


def _units(tables: Sequence[Sheet]) -> Iterable[tuple[CellValue, ...]]:
    """Annex 3 has no column for the unit: which 序号 are whose. The importer reads this back."""
    for sheet in tables:
        for unit, group in groupby(sheet.lines, key=lambda line: one_line(line.row.unit)):
            numbers = [line.number for line in group]
            yield "", sheet.name, numbers[0], numbers[-1], unit or annex3_form().info.no_unit
