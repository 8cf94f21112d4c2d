"""What stands in Annex 3: its rows, their order and grouping, what they lack, and which cells span which rows."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from domain.records import Application, Enterprise, OverseasProject
from domain.vocabulary import Level, Posting
from exports.annex3_layout import PERSON_COLUMNS, Column, Gap, annex3_form
from exports.cell_text import many_lines, one_line, person_name
from exports.enterprise_cell import enterprise_text
from exports.phone_text import printed_phone

EXCEL_ROWS = 1_048_576
"""Rows of a worksheet (Excel specifications and limits)."""

HEADER_ROWS = 6
"""Heading, 推荐单位 line, table title, and three rows of column headers."""

CellValue = str | int | None

_PROJECT_COLUMNS = (
    Column.PROJECT,
    Column.COUNTRY,
    Column.TYPE,
    Column.STATUS,
    Column.CHINESE_ENGINEERS,
    Column.FOREIGN_ENGINEERS,
    Column.QUALIFIED_ENGINEERS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One candidate's row. `key` is the application's stable id; phones are E.164."""

    key: str
    name: str
    phone: str = ""
    unit: str = ""
    enterprise: Enterprise | None = None
    project: OverseasProject | None = None
    field: str = ""
    present_location: str = ""
    level: Level | None = None
    statement: str = ""
    posting: Posting = Posting.NONE
    submitted_at: datetime | None = None
    eligible: bool | None = None
    awaiting_confirmation: bool = False


def row_of(key: str, application: Application, *, eligible: bool | None = None) -> Row:
    """The row that an application makes."""
    candidate = application.candidate
    return Row(
        key=key,
        name=candidate.name,
        phone=candidate.phone,
        unit=application.unit,
        enterprise=application.enterprise,
        project=application.project,
        field=candidate.field,
        present_location=candidate.present_location,
        level=application.level,
        statement=candidate.statement,
        posting=application.posting or Posting.NONE,
        submitted_at=application.submitted_at,
        eligible=eligible,
        awaiting_confirmation=not application.confirmed_by_candidate,
    )


def _enterprise_gaps(enterprise: Enterprise | None) -> tuple[Gap, ...]:
    if enterprise is None:
        return (Gap.ENTERPRISE,)
    parts = ((Gap.ENTERPRISE_CONTACT, enterprise.contact_name), (Gap.ENTERPRISE_PHONE, enterprise.contact_phone))
    return tuple(gap for gap, value in parts if not value)


def missing_cells(row: Row) -> tuple[Gap, ...]:
    """What the row still lacks, in the form's order; planned postings need no project (附件3: 如有)."""
    gaps = list(_enterprise_gaps(row.enterprise))
    if row.posting is Posting.DISPATCHED:
        gaps.extend(_project_gaps(row.project))
    person = (row.name, row.phone, row.field, row.present_location, row.level, row.statement)
    gaps.extend(Gap(column.value) for column, value in zip(PERSON_COLUMNS, person, strict=True) if not value)
    if row.posting is Posting.NONE:
        gaps.append(Gap.POSTING)
    return tuple(gaps)


def _project_gaps(project: OverseasProject | None) -> Iterable[Gap]:
    if project is None:
        return (Gap(column.value) for column in _PROJECT_COLUMNS)
    values = (
        project.name,
        project.country,
        project.type,
        project.status,
        project.chinese_engineers,
        project.foreign_engineers,
        project.qualified_engineers,
    )
    return (Gap(column.value) for column, value in zip(_PROJECT_COLUMNS, values, strict=True) if value in (None, ""))


def printed_cells(row: Row) -> dict[Column, CellValue]:
    """What stands in each cell; empty cells are None."""
    project, levels = row.project, annex3_form().levels
    return {
        Column.ENTERPRISE: enterprise_text(row.enterprise) or None,
        Column.PROJECT: (one_line(project.name) if project else "") or None,
        Column.COUNTRY: (one_line(project.country) if project else "") or None,
        Column.TYPE: project.type.value if project and project.type else None,
        Column.STATUS: project.status.value if project and project.status else None,
        Column.CHINESE_ENGINEERS: project.chinese_engineers if project else None,
        Column.FOREIGN_ENGINEERS: project.foreign_engineers if project else None,
        Column.QUALIFIED_ENGINEERS: project.qualified_engineers if project else None,
        Column.NAME: person_name(row.name) or None,
        Column.PHONE: printed_phone(row.phone) or None,
        Column.FIELD: one_line(row.field) or None,
        Column.PRESENT_LOCATION: one_line(row.present_location) or None,
        Column.LEVEL: levels[row.level] if row.level else None,
        Column.STATEMENT: many_lines(row.statement) or None,
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in a table: `cells` from left to right, 序号 first."""

    row: Row
    cells: tuple[CellValue, ...]

    @property
    def number(self) -> int:
        """序号."""
        number = self.cells[0]
        assert isinstance(number, int)  # noqa: S101 - built so by `sheets`
        return number


@dataclass(frozen=True, slots=True)
class Span:
    """Lines `first` to `last` (both counted, from 0) share one cell in column `column` (from 0)."""

    column: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet of the table of one posting."""

    name: str
    posting: Posting
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    spans: tuple[Span, ...]

    def address(self, line: int, column: Column) -> str:
        """Where a line's cell stands, such as `N12`."""
        return f"{chr(ord('A') + self.columns.index(column))}{HEADER_ROWS + 1 + line}"


def sheets(rows: Iterable[Row], *, sheet_rows: int = EXCEL_ROWS) -> tuple[Sheet, ...]:
    """The worksheets of the rows: 已外派 and 未来三年计划外派 always, 尚无外派计划 where somebody is neither.

    Rows stand together by unit, enterprise and project, within one in the order of submission (of equal moments the
    order given). A table of more than `sheet_rows` rows goes on in further sheets, numbered on.
    """
    given = list(rows)
    made: list[Sheet] = []
    for posting in (Posting.DISPATCHED, Posting.PLANNED, Posting.NONE):
        lines = _lines([row for row in given if row.posting is posting], posting)
        if lines or posting is not Posting.NONE:
            made.extend(_paged(lines, posting, sheet_rows - HEADER_ROWS))
    return tuple(made)


def _lines(rows: Sequence[Row], posting: Posting) -> list[Line]:
    columns = [form.id for form in annex3_form().columns(posting)][1:]
    printed = [(row, tuple(map(printed_cells(row).get, columns))) for row in rows]
    shared = len(columns) - len(PERSON_COLUMNS)

    def place(item: tuple[Row, tuple[CellValue, ...]]) -> tuple[object, ...]:
        row, cells = item
        moment = row.submitted_at.timestamp() if row.submitted_at else float("inf")
        return one_line(row.unit), *("" if cell is None else str(cell) for cell in cells[:shared]), moment

    printed.sort(key=place)
    return [Line(row, (number, *cells)) for number, (row, cells) in enumerate(printed, 1)]


def _paged(lines: list[Line], posting: Posting, capacity: int) -> Iterable[Sheet]:
    form = annex3_form().table(posting)
    columns = tuple(column.id for column in annex3_form().columns(posting))
    for page, start in enumerate(range(0, max(len(lines), 1), capacity), 1):
        part = tuple(lines[start : start + capacity])
        name = form.sheet if page == 1 else f"{form.sheet}({page})"
        yield Sheet(name, posting, columns, part, tuple(_spans(part, len(columns) - len(PERSON_COLUMNS))))


def _spans(lines: Sequence[Line], shared: int) -> Iterable[Span]:
    """Enterprise cells over their candidates, project cells over theirs; cells left empty are never joined."""
    for first, last in _runs(lines, lambda line: (one_line(line.row.unit), line.cells[1])):
        if lines[first].cells[1] is None:
            continue
        if last > first:
            yield Span(1, first, last)
        for begin, end in _runs(lines[first : last + 1], lambda line: line.cells[2:shared]):
            if end > begin and any(cell is not None for cell in lines[first + begin].cells[2:shared]):
                yield from (Span(column, first + begin, first + end) for column in range(2, shared))


def _runs(lines: Sequence[Line], key: Callable[[Line], object]) -> Iterable[tuple[int, int]]:
    start = 0
    for _, group in groupby(lines, key=key):
        length = sum(1 for _ in group)
        yield start, start + length - 1
        start += length


def digest(tables: Iterable[Sheet]) -> str:
    """SHA-256 of the rows: a JSON array of sheet name and cells for each, each ended by a line feed (UTF-8)."""
    seen = hashlib.sha256()
    for sheet in tables:
        for line in sheet.lines:
            seen.update(json.dumps([sheet.name, *line.cells], ensure_ascii=False).encode("utf8") + b"\n")
    return seen.hexdigest()
