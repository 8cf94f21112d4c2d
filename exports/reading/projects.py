"""The enterprise and project cells of a table: merged over their candidates' rows, or left empty below the first."""

from pydantic import ValidationError

from domain.records import Enterprise, OverseasProject
from domain.vocabulary import Posting, ProjectStatus, ProjectType
from exports.annex3_layout import Column
from exports.enterprise_cell import read_enterprise
from exports.reading.findings import Reason
from exports.reading.grid import Grid, GridCell, Place
from exports.reading.headers import Table, header_words, squeezed
from exports.reading.values import Ledger, read_count, read_text, read_word

_COUNTS = (Column.CHINESE_ENGINEERS, Column.FOREIGN_ENGINEERS, Column.QUALIFIED_ENGINEERS)
_FIGURES = (Column.COUNTRY, Column.TYPE, Column.STATUS, *_COUNTS)
_NAME_LIMIT = 200
_NOWHERE = GridCell("s", "")


class TextTooLongError(ValueError):
    """A name that no record takes; the row cannot be taken."""


class SharedCells:
    """Reads one table's enterprise and project columns from top to bottom.

    With `carry`, an empty cell that is not part of a merged one means the same as the row above (that is how people
    fill such forms); in our own exports an empty cell is empty.
    """

    def __init__(self, grid: Grid, table: Table, ledger: Ledger, *, carry: bool) -> None:
        self._grid, self._table, self._ledger, self._carry = grid, table, ledger, carry
        self._enterprises: dict[Place, Enterprise | None] = {}
        self._projects: dict[tuple[Place, ...], OverseasProject | None] = {}
        self._enterprise_above: Place | None = None
        self._project_above: Place | None = None

    def read(self, row: int) -> tuple[Enterprise | None, OverseasProject | None]:
        """The enterprise and project of a row. Raises TextTooLongError (its finding is made)."""
        before = self._enterprise_above
        enterprise = self._enterprise(row)
        if self._enterprise_above != before:
            self._project_above = None
        return enterprise, self._project(row)

    def _place(self, row: int, column: Column) -> Place | None:
        at = self._table.columns.get(column)
        return None if at is None else self._grid.owner(row, at)

    def _cell(self, place: Place | None) -> GridCell:
        return self._grid.cells.get(place, _NOWHERE) if place else _NOWHERE

    def _enterprise(self, row: int) -> Enterprise | None:
        place = self._place(row, Column.ENTERPRISE)
        if place is None:
            return None
        merged = self._grid.merge_at(row, place.column) is not None
        if not self._cell(place).text.strip():
            above = self._enterprise_above
            if merged or not self._carry or above is None:
                return None
            enterprise = self._enterprises.get(above)
            if enterprise and self._grid.merges is not None:
                self._ledger.at(place.address).repaired(Reason.CARRIED_DOWN, value=enterprise.name)
            return enterprise
        self._enterprise_above = place
        if place not in self._enterprises:
            self._enterprises[place] = self._read_enterprise(place)
        return self._enterprises[place]

    def _read_enterprise(self, place: Place) -> Enterprise | None:
        note = self._ledger.at(place.address)
        text = read_text(self._cell(place), note)
        if header_words().samples.enterprise == squeezed(text).split("(")[0]:
            note.doubtful(Reason.SAMPLE_LEFT, text=text)
            return None
        try:
            return read_enterprise(text)
        except ValidationError as too_long:
            note.wrong(Reason.TEXT_TOO_LONG, value=len(text), limit=_NAME_LIMIT)
            raise TextTooLongError from too_long

    def _project(self, row: int) -> OverseasProject | None:
        place = self._place(row, Column.PROJECT)
        home = place.row if place and self._cell(place).text.strip() else None
        own = any(self._cell(self._place(row, column)).text.strip() for column in _FIGURES)
        if home is not None:
            self._project_above = place
        elif not own and self._may_carry(row) and self._project_above:
            home = self._project_above.row
            carried = self._cell(self._project_above).text
            if place and self._grid.merges is not None:
                self._ledger.at(place.address).repaired(Reason.CARRIED_DOWN, value=carried)
        # Figures that stand only in the first row of a project hold for all its rows.
        places = tuple(
            self._filled_place(row, home, column)
            for column in (Column.PROJECT, *_FIGURES)
            if column in self._table.columns
        )
        if places not in self._projects:
            self._projects[places] = self._read_project(
                {column: self._filled_place(row, home, column) for column in (Column.PROJECT, *_FIGURES)}
            )
        return self._projects[places]

    def _may_carry(self, row: int) -> bool:
        """Only a posting abroad must have a project, so only there does an empty cell mean the one above.

        Where the file does not tell what is merged (.ods), every empty cell may be part of a merged one.
        """
        at = self._table.columns.get(Column.PROJECT)
        merged = at is not None and self._grid.merge_at(row, at) is not None
        return self._carry and not merged and (self._grid.merges is None or self._table.posting is Posting.DISPATCHED)

    def _filled_place(self, row: int, home: int | None, column: Column) -> Place:
        place = self._place(row, column)
        if place is None:
            return Place(-1, -1)
        if home is not None and not self._cell(place).text.strip():
            return self._place(home, column) or place
        return place

    def _read_project(self, places: dict[Column, Place]) -> OverseasProject | None:
        return _project_of(self._ledger, places, {column: self._cell(place) for column, place in places.items()})


def _project_of(ledger: Ledger, places: dict[Column, Place], cells: dict[Column, GridCell]) -> OverseasProject | None:
    notes = {column: ledger.at(place.address) for column, place in places.items() if place.row >= 0}
    if not notes:
        return None
    name = read_text(cells[Column.PROJECT], notes[Column.PROJECT]) if Column.PROJECT in notes else ""
    if squeezed(name) == header_words().samples.project:
        notes[Column.PROJECT].doubtful(Reason.SAMPLE_LEFT, text=name)
        name = ""
    if len(name) > _NAME_LIMIT:
        notes[Column.PROJECT].wrong(Reason.TEXT_TOO_LONG, value=len(name), limit=_NAME_LIMIT)
        raise TextTooLongError
    counts = {column: read_count(cells[column], notes[column]) for column in _COUNTS if column in notes}
    chinese, qualified = counts.get(Column.CHINESE_ENGINEERS), counts.get(Column.QUALIFIED_ENGINEERS)
    if chinese is not None and qualified is not None and qualified > chinese:
        notes[Column.QUALIFIED_ENGINEERS].doubtful(Reason.TOO_MANY_QUALIFIED, value=qualified, limit=chinese)
        qualified = None
    project = OverseasProject(
        name=name,
        country=read_text(cells[Column.COUNTRY], notes[Column.COUNTRY]) if Column.COUNTRY in notes else "",
        type=read_word(cells[Column.TYPE], ProjectType, notes[Column.TYPE]) if Column.TYPE in notes else None,
        status=read_word(cells[Column.STATUS], ProjectStatus, notes[Column.STATUS]) if Column.STATUS in notes else None,
        chinese_engineers=chinese,
        foreign_engineers=counts.get(Column.FOREIGN_ENGINEERS),
        qualified_engineers=qualified,
    )
    return None if project == OverseasProject() else project
