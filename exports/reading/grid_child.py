"""Turns a spreadsheet on standard input into JSON lines on standard output; run as a process of its own by `grid`.

A spreadsheet of a few bytes can claim cells so far apart that the parser's dense table takes all memory, which ends
the process that parses. So it is not ours: this one has its memory and time limited, and its end is a refusal.
"""

import contextlib
import json
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, ZipError

MEMORY = 1 << 30  # bytes of address space
SECONDS = 30
MOST_CELLS = 1_000_000
MOST_MERGES = 200_000
_LARGEST_EXACT = 1e15


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not every system can
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _cell(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "b", str(value).upper()
    if isinstance(value, (int, float)):
        whole = float(value).is_integer() and abs(value) < _LARGEST_EXACT
        return "n", str(int(value)) if whole else repr(value)
    if isinstance(value, datetime):
        return "d", value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return "d", value.isoformat()
    if isinstance(value, timedelta):
        return "d", str(value)
    return "s", str(value)


def _sheet(book: CalamineWorkbook, name: str, budget: int) -> dict[str, Any]:
    sheet = book.get_sheet_by_name(name)
    merges = sheet.merged_cell_ranges
    cells: list[tuple[int, int, str, str]] = []
    for row, values in enumerate(sheet.to_python(skip_empty_area=False)):
        cells.extend((row, column, *_cell(value)) for column, value in enumerate(values) if value != "")
        if len(cells) > budget:
            return {"error": "too_large"}
    if merges and len(merges) > MOST_MERGES:
        return {"error": "too_large"}
    return {
        "name": name,
        "cells": cells,
        "merges": None if merges is None else [(*first, *last) for first, last in merges],
    }


def _main() -> None:
    _limit()
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
        budget = MOST_CELLS
        for each in book.sheets_metadata:
            if each.typ is SheetTypeEnum.WorkSheet:
                sheet = _sheet(book, each.name, budget) | {"visible": each.visible is SheetVisibleEnum.Visible}
                budget -= len(sheet.get("cells", ()))
                sys.stdout.write(json.dumps(sheet) + "\n")
    except PasswordError:
        sys.stdout.write(json.dumps({"error": "encrypted"}) + "\n")
    except (CalamineError, ZipError, OSError, ValueError):
        sys.stdout.write(json.dumps({"error": "broken"}) + "\n")


if __name__ == "__main__":
    _main()
