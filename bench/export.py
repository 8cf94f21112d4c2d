"""How long 10,000 candidates take to export, beside openpyxl writing the same cells, styles and merges; peak memory.

The time that openpyxl takes to merge grows with the square of the merges, ours does not: forty candidates share a
project here, so that the figure does not come from that alone.

Run as `python -m bench.export [CANDIDATES]`. Each writer runs in a process of its own, turn about, and the better of
two counts. Ends 1 where the export takes more than 1.2 times what openpyxl takes, or more than 250 MB.
"""

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from copy import copy
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from exports.annex3_reader import read_annex3
from exports.annex3_workbook import write_annex3
from tests.exports.people import INFO, many

CANDIDATES = 10_000
MOST_TIMES = 1.2
MOST_MEGABYTES = 250
RUNS = 2


def ours(folder: Path, count: int) -> float:
    """The export as it ships."""
    rows = many(count, together=40)
    start = time.perf_counter()
    with (folder / "ours.xlsx").open("wb") as target:
        write_annex3(target, rows, info=INFO)
    return time.perf_counter() - start


def bare(folder: Path, _: int) -> float:
    """The same cells, styles and merges by openpyxl at its best: every style made once and copied from cell to cell."""
    sheets = _content(folder)
    start = time.perf_counter()
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    styles: dict[int, Any] = {}
    for name, rows, merges in sheets:
        sheet = book.create_sheet(name)
        for row, cells in enumerate(rows, 1):
            for column, (value, font, alignment, border, number_format) in enumerate(cells, 1):
                cell = sheet.cell(row, column)
                cell.value = value
                if (style := styles.get(id(font))) is None:
                    cell.font, cell.alignment, cell.border = font, alignment, border
                    cell.number_format = number_format
                    styles[id(font)] = cell._style
                else:
                    cell._style = copy(style)
        for merged in merges:
            sheet.merge_cells(merged)
    book.save(folder / "bare.xlsx")
    return time.perf_counter() - start


def by_the_manual(folder: Path, _: int) -> float:
    """The same as openpyxl's manual has it, `cell.font = …` for every cell, in write-only mode and without merges."""
    sheets = _content(folder)
    start = time.perf_counter()
    book = Workbook(write_only=True)
    for name, rows, _merges in sheets:
        sheet = book.create_sheet(name)
        for cells in rows:
            written = []
            for value, font, alignment, border, number_format in cells:
                cell = WriteOnlyCell(sheet, value)
                cell.font, cell.alignment, cell.border = font, alignment, border
                cell.number_format = number_format
                written.append(cell)
            sheet.append(written)
    book.save(folder / "by_the_manual.xlsx")
    return time.perf_counter() - start


def reading(folder: Path, _: int) -> float:
    """The importer on the exported file."""
    content = (folder / "ours.xlsx").read_bytes()
    start = time.perf_counter()
    read_annex3(content)
    return time.perf_counter() - start


Sheets = list[tuple[str, list[list[tuple[Any, Any, Any, Any, str]]], list[str]]]


def _content(folder: Path) -> Sheets:
    """What our workbook holds, taken from it; equal styles are one object, as a careful person would have them."""
    known: dict[Any, Any] = {}

    def style(cell: Any) -> tuple[Any, Any, Any, str]:
        key = cell.style_id
        if key not in known:
            known[key] = (cell.font.copy(), cell.alignment.copy(), cell.border.copy(), cell.number_format)
        return known[key]  # type: ignore[no-any-return]

    sheets: Sheets = []
    for sheet in load_workbook(BytesIO((folder / "ours.xlsx").read_bytes())):
        rows = [[(cell.value, *style(cell)) for cell in row] for row in sheet.iter_rows()]
        sheets.append((sheet.title, rows, [str(merged) for merged in sheet.merged_cells.ranges]))
    return sheets


def _measured(writer: Callable[[Path, int], float], folder: Path, count: int, pipe: Connection) -> None:
    seconds = writer(folder, count)
    pipe.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    pipe.close()


def _apart(writer: Callable[[Path, int], float], folder: Path, count: int) -> tuple[float, float]:
    """Seconds and peak megabytes of one run in a fresh process."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(writer, folder, count, sending))
    process.start()
    figures: tuple[float, float] = receiving.recv()
    process.join()
    return figures


def main(count: int = CANDIDATES) -> int:
    """Measure, print, and say by the exit status whether the promises hold."""
    writers = (ours, bare, by_the_manual, reading)
    with TemporaryDirectory() as name:
        folder = Path(name)
        runs = [{writer.__name__: _apart(writer, folder, count) for writer in writers} for _ in range(RUNS)]
    seconds = {writer.__name__: min(run[writer.__name__][0] for run in runs) for writer in writers}
    peak = max(run["ours"][1] for run in runs)
    times = seconds["ours"] / seconds["bare"]
    out = sys.stdout.write
    out(f"export of {count} candidates            {seconds['ours']:6.2f} s   peak {peak:.0f} MB\n")
    out(f"bare openpyxl, same cells and merges     {seconds['bare']:6.2f} s   ours / it {times:.2f}\n")
    out(f"openpyxl by its manual, without merges   {seconds['by_the_manual']:6.2f} s   ")
    out(f"ours / it {seconds['ours'] / seconds['by_the_manual']:.2f}\n")
    out(f"reading it back                          {seconds['reading']:6.2f} s\n")
    return 0 if times <= MOST_TIMES and peak <= MOST_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
