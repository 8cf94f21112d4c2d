"""A filled Annex 3 read back: ours, or the same form filled by hand in Excel, WPS or LibreOffice."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.records import (
    STATEMENT_LIMIT,
    Application,
    Candidate,
    Enterprise,
    OverseasProject,
    statement_length,
)
from domain.vocabulary import Level, Posting
from exports.annex3_layout import Column, annex3_form
from exports.annex3_table import Row
from exports.cell_text import one_line, person_name
from exports.reading.findings import FileRefusedError, Finding, FindingKind, Reason, Refusal
from exports.reading.grid import Grid, GridCell, Place, load
from exports.reading.headers import Table, header_words, squeezed, tables
from exports.reading.own_export import OwnExport, is_own_list, own_export
from exports.reading.projects import SharedCells, TextTooLongError
from exports.reading.values import (
    Ledger,
    Note,
    read_candidate_phone,
    read_field,
    read_level,
    read_statement,
    read_text,
)

_NAME_LIMIT = 200
_EMPTY = GridCell("s", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A candidate's row as it was understood; `cell` is where the name stands. The phone is E.164."""

    sheet: str
    cell: str
    name: str
    phone: str
    unit: str
    enterprise: Enterprise | None
    project: OverseasProject | None
    field: str
    present_location: str
    level: Level | None
    statement: str
    posting: Posting

    def application(self, campaign: str) -> Application:
        """The application that the row makes; the person has still to confirm it (待本人确认)."""
        candidate = Candidate(
            name=self.name,
            phone=self.phone,
            field=self.field,
            present_location=self.present_location,
            statement=self.statement,
        )
        return Application(
            campaign=campaign,
            candidate=candidate,
            level=self.level,
            posting=self.posting,
            unit=self.unit,
            enterprise=self.enterprise,
            project=self.project,
            confirmed_by_candidate=False,
        )

    def row(self, key: str) -> Row:
        """The row of an export that it would make."""
        return Row(
            key=key,
            name=self.name,
            phone=self.phone,
            unit=self.unit,
            enterprise=self.enterprise,
            project=self.project,
            field=self.field,
            present_location=self.present_location,
            level=self.level,
            statement=self.statement,
            posting=self.posting,
            awaiting_confirmation=True,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole file: the rows that can be taken, in the file's order, and what was found on the way."""

    rows: tuple[ReadRow, ...]
    findings: tuple[Finding, ...]

    @property
    def rejected(self) -> bool:
        """Is there a row that cannot be taken?"""
        return any(finding.kind is FindingKind.WRONG for finding in self.findings)


def read_annex3(content: bytes, *, unit: str | None = None) -> Reading:
    """Read a filled Annex 3 (.xlsx, .xls or .ods); `unit` stands for what the file says of 推荐单位.

    The tables are found by their headers, so it does not matter where they stand. Raises FileRefusedError for a file
    that cannot or must not be read, or that holds no such table.
    """
    grids = load(content)
    own = own_export(grids)
    rows: list[ReadRow] = []
    findings: list[Finding] = []
    found = False
    for grid in grids:
        ledger = Ledger(grid.name)
        here = [] if is_own_list(grid) else list(tables(grid))
        found = found or bool(here)
        if here and not grid.visible:
            ledger.at("A1").doubtful(Reason.HIDDEN_SHEET)
        elif here:
            for table in here:
                rows.extend(_TableReader(grid, table, ledger, own).rows(unit))
        findings.extend(ledger.findings)
    if not found:
        raise FileRefusedError(Refusal.NO_TABLE)
    return Reading(tuple(rows), tuple(findings))


class _TableReader:
    """Reads the rows of one table."""

    def __init__(self, grid: Grid, table: Table, ledger: Ledger, own: OwnExport | None) -> None:
        self._grid, self._table, self._ledger, self._own = grid, table, ledger, own
        self._shared = SharedCells(grid, table, ledger, carry=own is None or grid.merges is None)

    def rows(self, unit: str | None) -> Iterator[ReadRow]:
        """The rows that can be taken; what keeps others from being taken is in the ledger."""
        if not self._table.posting_is_sure:
            sheet = annex3_form().table(self._table.posting).sheet
            self._ledger.at(Place(self._table.header_row, 0).address).doubtful(Reason.POSTING_GUESSED, value=sheet)
        rows = [row for row in self._table.rows if not self._is_sample(row)]
        numbered = unit is None and self._units_stand_by_number(rows)
        for row in rows:
            try:
                read = self._row(row, self._unit(row, numbered=numbered) if unit is None else unit)
            except TextTooLongError:
                continue
            if read:
                yield read

    def _cell(self, row: int, column: Column) -> GridCell:
        """A cell of the row's own; what a merged cell above shows here belongs to the row above."""
        at = self._table.columns.get(column)
        return _EMPTY if at is None else self._grid.rows[row].get(at, _EMPTY)

    def _note(self, row: int, column: Column) -> Note:
        return self._ledger.at(Place(row, self._table.columns.get(column, 0)).address)

    def _is_sample(self, row: int) -> bool:
        samples = header_words().samples
        name, phone, statement, enterprise = (
            squeezed(self._cell(row, column).text)
            for column in (Column.NAME, Column.PHONE, Column.STATEMENT, Column.ENTERPRISE)
        )
        if samples.ellipsis.search(name):
            return True
        stated = bool(samples.statement.search(statement))
        marks = stated or phone in samples.phones or enterprise.startswith(samples.enterprise)
        untouched = (not phone or phone in samples.phones) and (not statement or stated)
        return name in samples.names and marks and untouched

    def _units_stand_by_number(self, rows: list[int]) -> bool:
        """May 导出信息 be asked for the rows' units? Not once rows were added or taken away by hand."""
        if self._own is None or not self._own.has_several_units:
            return False
        people = sum(bool(self._cell(row, Column.NAME).text.strip()) for row in rows)
        if people == self._own.rows(self._grid.name):
            return True
        if not self._table.unit and people:
            self._ledger.at(Place(self._table.header_row, 0).address).doubtful(Reason.UNITS_LOST)
        return False

    def _unit(self, row: int, *, numbered: bool) -> str:
        number = self._cell(row, Column.NUMBER).text
        found = self._own.unit(self._grid.name, int(number)) if self._own and numbered and number.isdecimal() else None
        return self._table.unit if found is None else found

    def _row(self, row: int, unit: str) -> ReadRow | None:
        """The row, or None where it holds no person or (with a finding) cannot be taken. Raises TextTooLongError."""
        note = self._note(row, Column.NAME)
        name = read_text(self._cell(row, Column.NAME), note, person_name)
        statement = read_statement(self._cell(row, Column.STATEMENT), self._note(row, Column.STATEMENT))
        if not name:
            self._without_name(row, statement)
            return None
        enterprise, project = self._shared.read(row)
        if self._too_long(row, name, statement):
            return None
        return ReadRow(
            sheet=self._grid.name,
            cell=note.address,
            name=name,
            phone=read_candidate_phone(self._cell(row, Column.PHONE), self._note(row, Column.PHONE)),
            unit=one_line(unit),
            enterprise=enterprise,
            project=project,
            field=read_field(self._cell(row, Column.FIELD), self._note(row, Column.FIELD)),
            present_location=read_text(
                self._cell(row, Column.PRESENT_LOCATION), self._note(row, Column.PRESENT_LOCATION)
            ),
            level=read_level(self._cell(row, Column.LEVEL), self._note(row, Column.LEVEL)),
            statement=statement,
            posting=self._table.posting,
        )

    def _without_name(self, row: int, statement: str) -> None:
        if statement or self._cell(row, Column.PHONE).text.strip():
            self._note(row, Column.NAME).wrong(Reason.NO_NAME)
        elif self._cell(row, Column.ENTERPRISE).text.strip():
            self._shared.read(row)  # people may stand below with the enterprise's cell left empty
            if self._cell(row, Column.NUMBER).text.strip():
                self._note(row, Column.NAME).doubtful(Reason.NO_PERSON)

    def _too_long(self, row: int, name: str, statement: str) -> bool:
        if len(name) > _NAME_LIMIT:
            self._note(row, Column.NAME).wrong(Reason.TEXT_TOO_LONG, value=len(name), limit=_NAME_LIMIT)
            return True
        length = statement_length(statement)
        if length > STATEMENT_LIMIT:
            self._note(row, Column.STATEMENT).wrong(Reason.TOO_LONG, value=length, limit=STATEMENT_LIMIT)
        return length > STATEMENT_LIMIT
