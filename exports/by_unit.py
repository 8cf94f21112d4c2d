"""One Annex 3 workbook per recommending unit, alone or in a zip."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import BinaryIO

from exports.annex3_info import ExportInfo
from exports.annex3_layout import annex3_form
from exports.annex3_table import Row
from exports.annex3_workbook import Annex3Summary, Incomplete, Progress, write_annex3
from exports.canonical_zip import CanonicalZip
from exports.cell_text import one_line

# What Windows or a shell does not take in a file's name, and what nobody sees in one.
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST = 60  # characters: 180 bytes in UTF-8, below the 255 of common file systems with room for the ending


def file_stem(unit: str) -> str:
    """A unit's name as part of a file's name on any system."""
    stem = _UNFIT.sub("_", one_line(unit))[:_LONGEST].strip(" .")
    return stem or annex3_form().info.no_unit


def rows_by_unit(rows: Iterable[Row]) -> Iterator[tuple[str, str, list[Row]]]:
    """(unit, file name, its rows), sorted by unit; no two file names are the same, whatever the case of letters."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(one_line(row.unit), []).append(row)
    taken: set[str] = set()
    for unit in sorted(groups):
        stem = file_stem(unit)
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}({number})"
        taken.add(name.casefold())
        yield unit, f"{annex3_form().corner}-{name}.xlsx", groups[unit]


def write_by_unit(
    target: BinaryIO,
    rows: Iterable[Row],
    *,
    info: ExportInfo,
    incomplete: Incomplete = Incomplete.LIST,
    progress: Progress | None = None,
) -> dict[str, Annex3Summary]:
    """Write a zip that holds a workbook per unit; returns what was written, by file name.

    `progress` hears (rows written, rows in all) after each unit. Same rows and `info`: same bytes.
    """
    given = list(rows)
    done = 0
    summaries: dict[str, Annex3Summary] = {}
    with CanonicalZip(target) as archive:
        for unit, name, own in rows_by_unit(given):
            book = BytesIO()
            summaries[name] = write_annex3(book, own, info=info, unit=unit, incomplete=incomplete)
            archive.writestr(name, book.getvalue())
            done += len(own)
            if progress:
                progress(done, len(given))
    return summaries
