"""A worksheet as a sparse grid of cells with its merged ranges, whichever of the three file formats it came from."""

import json
import subprocess
import sys
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from exports.reading.findings import FileRefusedError, Refusal
from exports.reading.guard import check

_CHILD = Path(__file__).with_name("grid_child.py")
_SECONDS = 60
_MOST_COLUMNS = 256
"""Columns looked at; Annex 3 has 15."""


class GridCell(NamedTuple):
    """A cell's content as text; `kind` is s text, n number, d date or time, b truth value."""

    kind: str
    text: str


class Place(NamedTuple):
    """Row and column, both counted from 0."""

    row: int
    column: int

    @property
    def address(self) -> str:
        """As a spreadsheet names it: `K12`."""
        return f"{get_column_letter(self.column + 1)}{self.row + 1}"


class Merge(NamedTuple):
    """A merged range, first and last row and column, counted from 0."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


_EMPTY = GridCell("s", "")


@dataclass(frozen=True)
class Grid:
    """A worksheet. `merges` is None where the file format does not tell (.ods)."""

    name: str
    visible: bool
    cells: dict[tuple[int, int], GridCell]
    merges: tuple[Merge, ...] | None

    @cached_property
    def rows(self) -> dict[int, dict[int, GridCell]]:
        """The cells with content, by row and column, in the order of the sheet."""
        rows: dict[int, dict[int, GridCell]] = {}
        for (row, column), cell in sorted(self.cells.items()):
            if column < _MOST_COLUMNS and not self.is_covered(row, column):
                rows.setdefault(row, {})[column] = cell
        return rows

    @cached_property
    def _merges_of(self) -> dict[int, list[Merge]]:
        columns: dict[int, list[Merge]] = defaultdict(list)
        for merge in sorted(self.merges or ()):
            for column in range(merge.first_column, min(merge.last_column + 1, _MOST_COLUMNS)):
                columns[column].append(merge)
        return columns

    def merge_at(self, row: int, column: int) -> Merge | None:
        """The merged range that the cell is part of."""
        merges = self._merges_of.get(column, [])
        at = bisect_right(merges, row, key=lambda merge: merge.first_row) - 1
        return merges[at] if at >= 0 and merges[at].last_row >= row else None

    def is_covered(self, row: int, column: int) -> bool:
        """Is it a cell of a merged range other than the corner, whose content nobody sees?"""
        merge = self.merge_at(row, column)
        return merge is not None and (merge.first_row, merge.first_column) != (row, column)

    def owner(self, row: int, column: int) -> Place:
        """Where the content shown at a place stands: the corner of its merged range, or the place itself."""
        merge = self.merge_at(row, column)
        return Place(merge.first_row, merge.first_column) if merge else Place(row, column)

    def cell(self, row: int, column: int) -> GridCell:
        """What is shown at a place."""
        return self.cells.get(self.owner(row, column), _EMPTY)


def load(content: bytes) -> tuple[Grid, ...]:
    """The worksheets of an .xlsx, .xls or .ods file.

    Raises FileRefusedError for a file that is hostile, damaged, protected, or no spreadsheet.
    """
    check(content)
    command = [sys.executable, "-I", str(_CHILD)]
    try:
        child = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as slow:
        raise FileRefusedError(Refusal.UNPACKS_TOO_LARGE) from slow
    if child.returncode:  # out of its memory or time
        raise FileRefusedError(Refusal.UNPACKS_TOO_LARGE)
    return tuple(_grid(json.loads(line)) for line in child.stdout.splitlines())


def _grid(sheet: dict[str, object]) -> Grid:
    match sheet:
        case {"error": "encrypted"}:
            raise FileRefusedError(Refusal.ENCRYPTED)
        case {"error": "too_large"}:
            raise FileRefusedError(Refusal.UNPACKS_TOO_LARGE)
        case {"name": str(name), "visible": bool(visible), "cells": list(cells), "merges": list() | None as merges}:
            return Grid(
                name=name,
                visible=visible,
                cells={(row, column): GridCell(kind, text) for row, column, kind, text in cells},
                merges=None if merges is None else tuple(Merge(*each) for each in merges),
            )
        case _:
            raise FileRefusedError(Refusal.BROKEN)
