"""Merged cells of a worksheet in an order of their own."""

from collections.abc import Iterator

from openpyxl.worksheet.cell_range import CellRange, MultiCellRange


class MergedRanges(MultiCellRange):
    """Merged ranges in the order of the sheet; a set's order would make other bytes in every run."""

    def __iter__(self) -> Iterator[CellRange]:
        return iter(self.sorted())
