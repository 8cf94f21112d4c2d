"""What the sheet 导出信息 of our own export tells an importer: that the file is ours, and whose the rows are."""

from collections.abc import Iterable
from dataclasses import dataclass

from exports.annex3_layout import annex3_form
from exports.cell_text import one_line
from exports.reading.grid import Grid


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """序号 `first` to `last` of a sheet were recommended by `unit`."""

    sheet: str
    first: int
    last: int
    unit: str


@dataclass(frozen=True, slots=True)
class OwnExport:
    """What 导出信息 says."""

    spans: tuple[UnitSpan, ...]

    def rows(self, sheet: str) -> int:
        """Rows that the sheet held when it was written."""
        return sum(span.last - span.first + 1 for span in self.spans if span.sheet == sheet)

    def unit(self, sheet: str, number: int) -> str | None:
        """Who recommended the row with this 序号; None where the sheet does not tell."""
        found = (span.unit for span in self.spans if span.sheet == sheet and span.first <= number <= span.last)
        return next(found, None)

    @property
    def has_several_units(self) -> bool:
        """Can one 推荐单位 line not speak for all rows?"""
        return len({span.unit for span in self.spans}) > 1


def is_own_list(grid: Grid) -> bool:
    """Is it the sheet 待补 of an export? It names people, but is no table of Annex 3."""
    form = annex3_form().incomplete
    return grid.name == form.sheet and grid.cell(0, 0).text == form.title


def own_export(grids: Iterable[Grid]) -> OwnExport | None:
    """What our export says of itself, or None for a file that is not one."""
    form = annex3_form().info
    grid = next((grid for grid in grids if grid.name == form.sheet), None)
    if grid is None or all(cells.get(0) is None or cells[0].text != form.digest for cells in grid.rows.values()):
        return None
    spans: list[UnitSpan] = []
    listing = False
    for cells in grid.rows.values():
        if 0 in cells:
            listing = cells[0].text == form.units_headers[0]
        elif listing and {1, 2, 3} <= cells.keys() and cells[2].text.isdecimal() and cells[3].text.isdecimal():
            unit = one_line(cells[4].text) if 4 in cells else ""  # noqa: PLR2004 - the sheet's last column
            unit = "" if unit == form.no_unit else unit
            spans.append(UnitSpan(cells[1].text, int(cells[2].text), int(cells[3].text), unit))
    return OwnExport(tuple(spans))
