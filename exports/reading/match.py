"""Which person of the records a read row is about, if any: by phone and name, never the same person twice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from exports.annex3_layout import Column
from exports.annex3_reader import ReadRow
from exports.annex3_table import Row, printed_cells
from exports.reading.findings import Finding, FindingKind, Reason
from exports.reading.headers import squeezed


class Outcome(StrEnum):
    """What taking a row would do."""

    NEW = "new"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Match:
    """A read row and the record it is about: `key` is that record's, None for somebody new or a repeated row.

    `changed` names the columns whose content the row would change (a cell left empty changes nothing).
    """

    row: ReadRow
    outcome: Outcome
    key: str | None = None
    changed: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Matching:
    """All matches, in the order of the rows, and what was found doubtful."""

    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]


def match(read: Sequence[ReadRow], existing: Sequence[Row]) -> Matching:
    """Find for every read row the person it is about.

    The same person are: all cells equal; else phone and name equal; else the name equal within the unit where one
    side has no phone and only one person fits. A phone that is registered for another name, and a name that is
    registered with another phone, make another person, with a finding. No record is matched twice; a second row about
    one person is a duplicate.
    """
    return _Matcher(existing).run(read)


def _plain(name: str) -> str:
    return "".join(character for character in squeezed(name) if character.isalnum()) or squeezed(name)


class _Matcher:
    def __init__(self, existing: Sequence[Row]) -> None:
        self._by_cells: dict[object, list[Row]] = defaultdict(list)
        self._by_phone_and_name: dict[object, list[Row]] = defaultdict(list)
        self._by_name: dict[object, list[Row]] = defaultdict(list)
        self._by_phone: dict[str, list[Row]] = defaultdict(list)
        for row in existing:
            self._by_cells[_content(row)].append(row)
            self._by_phone_and_name[row.phone, _plain(row.name)].append(row)
            self._by_name[_plain(row.name)].append(row)
            if row.phone:
                self._by_phone[row.phone].append(row)
        self._used: set[str] = set()
        self._findings: list[Finding] = []

    def run(self, read: Sequence[ReadRow]) -> Matching:
        matches: list[Match | None] = [None] * len(read)
        rows = [each.row("") for each in read]
        # What is equal throughout first: otherwise a namesake without a phone could take its record.
        for at, (each, row) in enumerate(zip(read, rows, strict=True)):
            same = self._first_free(self._by_cells[_content(row)])
            if same:
                self._used.add(same.key)
                matches[at] = Match(each, Outcome.UNCHANGED, same.key)
        seen: dict[tuple[str, str], ReadRow] = {}
        for at, (each, row) in enumerate(zip(read, rows, strict=True)):
            person = each.phone, _plain(each.name)
            if each.phone and person in seen and not matches[at]:
                first = seen[person]
                self._find(each, Reason.DUPLICATE, place=f"{first.sheet}!{first.cell}")
                matches[at] = Match(each, Outcome.DUPLICATE)
                continue
            seen.setdefault(person, each)
            matches[at] = matches[at] or self._match(each, row)
        return Matching(tuple(each for each in matches if each), tuple(self._findings))

    def _match(self, read: ReadRow, row: Row) -> Match:
        same = self._same(read)
        if same:
            self._used.add(same.key)
            changed = _changed(row, same)
            return Match(read, Outcome.CHANGED if changed else Outcome.UNCHANGED, same.key, changed)
        others = [each for each in self._by_phone.get(read.phone, ()) if _plain(each.name) != _plain(read.name)]
        if others:
            self._find(read, Reason.SHARED_PHONE, value=read.phone, text=others[0].name)
        elif any(each.unit == read.unit for each in self._by_name[_plain(read.name)]):
            self._find(read, Reason.NAMESAKE)
        return Match(read, Outcome.NEW)

    def _same(self, read: ReadRow) -> Row | None:
        name = _plain(read.name)
        if read.phone:
            same = self._first_free(self._by_phone_and_name[read.phone, name])
            if same:
                return same
        fitting = [
            each
            for each in self._by_name[name]
            if each.key not in self._used and not (each.phone and read.phone) and _same_unit(each.unit, read.unit)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _first_free(self, rows: Sequence[Row]) -> Row | None:
        return next((row for row in rows if row.key not in self._used), None)

    def _find(self, read: ReadRow, reason: Reason, **args: str) -> None:
        self._findings.append(Finding(read.sheet, read.cell, FindingKind.DOUBTFUL, reason, tuple(args.items())))


def _same_unit(one: str, other: str) -> bool:
    return squeezed(one) == squeezed(other) or not one or not other


def _content(row: Row) -> tuple[object, ...]:
    return squeezed(row.unit), row.posting, *printed_cells(row).items()


def _changed(read: Row, existing: Row) -> tuple[Column, ...]:
    """The columns that the read row would change; an empty cell takes nothing away."""
    new, old = printed_cells(read), printed_cells(existing)
    return tuple(column for column, value in new.items() if value is not None and value != old[column])
