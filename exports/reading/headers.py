"""Finding the tables of Annex 3 in a worksheet by their headers, wherever they stand and however they are merged."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from domain.vocabulary import Posting
from exports.annex3_layout import PERSON_COLUMNS, Column
from exports.reading.grid import Grid, GridCell

_MOST_HEADER_ROWS = 5
_LEAST_HEADERS = 3
_DATE_BEHIND = re.compile(r"\s*\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?\s*$")


class Samples(BaseModel):
    """What the form's own example rows hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: frozenset[str]
    phones: frozenset[str]
    enterprise: str
    project: str
    statement: re.Pattern[str]
    ellipsis: re.Pattern[str]


class HeaderWords(BaseModel):
    """`exports/data/annex3_headers.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spanning: re.Pattern[str]
    note: re.Pattern[str]
    title: re.Pattern[str]
    unit: re.Pattern[str]
    dispatched: str
    planned: str
    none: str
    columns: dict[Column, re.Pattern[str]]
    samples: Samples
    words: dict[str, str]


@cache
def header_words() -> HeaderWords:
    """How headers and samples are recognised."""
    text = files("exports").joinpath("data/annex3_headers.toml").read_text("utf8")
    return HeaderWords.model_validate(tomllib.loads(text))


def squeezed(text: str) -> str:
    """The text as the patterns see it: half-width, lower case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a worksheet: where each column stands, and its rows with content below the header."""

    posting: Posting
    posting_is_sure: bool
    unit: str
    columns: dict[Column, int]
    header_row: int
    rows: tuple[int, ...]


def tables(grid: Grid) -> Iterator[Table]:
    """The tables of a worksheet, from top to bottom."""
    used = list(grid.rows)
    starts = [row for row in used if _is_header_start(grid, row)]
    # The second and third row of one header also look like a beginning; they belong to the first.
    blocks: list[tuple[int, int]] = []
    for row in starts:
        if not blocks or row > blocks[-1][1]:
            blocks.append((row, _header_end(grid, row)))
    unit, above = "", 0
    for number, (start, end) in enumerate(blocks):
        stop = blocks[number + 1][0] if number + 1 < len(blocks) else max(used) + 1
        preamble = [cell.text for row in used if above <= row < start for cell in grid.rows[row].values()]
        unit = _unit(grid, [row for row in used if above <= row < start]) or unit
        columns = _columns(grid, start, end)
        posting, sure = _posting(grid, preamble, start, end, columns)
        rows = tuple(_until_title(grid, [row for row in used if end < row < stop]))
        yield Table(posting, sure, unit, columns, start, rows)
        above = (rows[-1] if rows else end) + 1


def column_of(text: str) -> Column | None:
    """The column whose header this is."""
    seen, words = squeezed(text), header_words()
    if words.spanning.search(seen) or words.note.search(seen):
        return None
    return next((column for column, pattern in words.columns.items() if pattern.search(seen)), None)


def _is_spanning(cell: GridCell) -> bool:
    return bool(header_words().spanning.search(squeezed(cell.text)))


def _is_header_start(grid: Grid, row: int) -> bool:
    cells = grid.rows[row].values()
    found = {column_of(cell.text) for cell in cells} - {None}
    spanning = any(_is_spanning(cell) for cell in cells)
    telling = spanning or Column.ENTERPRISE in found or {Column.NAME, Column.PHONE} <= found
    return telling and len(found) + spanning >= _LEAST_HEADERS


def _header_end(grid: Grid, start: int) -> int:
    """The header's last row: as far as merged header cells reach and the rows below hold nothing but headers."""
    end = max((merge.last_row for column in grid.rows[start] if (merge := grid.merge_at(start, column))), default=start)
    end = min(end, start + _MOST_HEADER_ROWS)
    for row in range(start + 1, start + _MOST_HEADER_ROWS + 1):
        cells = grid.rows.get(row, {}).values()
        if all(_is_header(cell) for cell in cells) and (cells or row <= end):
            end = max(end, row)
        elif row > end:
            break
    return end


def _is_header(cell: GridCell) -> bool:
    seen, words = squeezed(cell.text), header_words()
    return bool(words.spanning.search(seen) or words.note.search(seen) or column_of(cell.text))


def _columns(grid: Grid, start: int, end: int) -> dict[Column, int]:
    columns: dict[Column, int] = {}
    spanning: int | None = None
    for row in range(start, end + 1):
        for at, cell in grid.rows.get(row, {}).items():
            column = column_of(cell.text)
            if column and column not in columns:
                columns[column] = at
            if spanning is None and _is_spanning(cell):
                spanning = at
    # The printed form names the six columns only in the spanning header: then they follow in its order.
    if spanning is not None and not columns.keys() & set(PERSON_COLUMNS):
        columns |= {column: spanning + place for place, column in enumerate(PERSON_COLUMNS)}
    return columns


def _posting(grid: Grid, preamble: list[str], start: int, end: int, columns: dict[Column, int]) -> tuple[Posting, bool]:
    """Which of the tables it is: by its title, else by its headers, else by the worksheet's name."""
    words = header_words()
    header = [cell.text for row in range(start, end + 1) for cell in grid.rows.get(row, {}).values()]
    for texts in (preamble[::-1], header, [grid.name]):
        for text in map(squeezed, texts):
            if words.none in text:
                return Posting.NONE, True
            if words.planned in text:
                return Posting.PLANNED, True
            if words.dispatched in text:
                return Posting.DISPATCHED, True
    if columns.keys() & {Column.TYPE, Column.STATUS, Column.CHINESE_ENGINEERS}:
        return Posting.DISPATCHED, True
    return Posting.DISPATCHED, False


def _unit(grid: Grid, rows: list[int]) -> str:
    """What stands behind 推荐单位（盖章）：, in its cell or the next; a date written behind it is left out."""
    for row in rows:
        cells = sorted(grid.rows[row].items())
        for place, (_, cell) in enumerate(cells):
            if header_words().unit.search(squeezed(cell.text)):
                behind = re.sub(r"^\s*推荐单位\s*(?:[（(]\s*盖章\s*[）)])?\s*[:：]?", "", cell.text).strip()
                if not behind and place + 1 < len(cells):
                    behind = cells[place + 1][1].text
                return _DATE_BEHIND.sub("", behind).strip()
    return ""


def _until_title(grid: Grid, rows: list[int]) -> Iterator[int]:
    """The rows of a table, without what belongs to the next one's heading."""
    words = header_words()
    for row in rows:
        texts = [squeezed(cell.text) for cell in grid.rows[row].values()]
        if len(texts) <= 2 and any(words.title.search(text) or words.unit.search(text) for text in texts):  # noqa: PLR2004
            return
        yield row
