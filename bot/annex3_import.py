"""A filled Annex 3 taken into the records: what it would change is planned first, and done as it was planned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from bot.store import applications, importing
from bot.store.importing import ImportedWorks
from domain.application import ApplicationStatus, status_traits
from exports.annex3_reader import Reading, ReadRow
from exports.annex3_table import Row, row_of
from exports.reading.findings import Finding, FindingKind, Reason
from exports.reading.match import Match, Outcome, match


@dataclass(frozen=True, slots=True)
class Known:
    """A record that a row may be about."""

    row: Row
    status: ApplicationStatus
    unit: int | None
    usable: bool


@dataclass(frozen=True)
class ImportPlan:
    """What taking a reading would do: the rows to take, and all that was found."""

    campaign: str
    rows: tuple[Match, ...]
    findings: tuple[Finding, ...]
    refused: int
    """Rows that cannot be taken."""

    def count(self, outcome: Outcome) -> int:
        """How many rows come to that."""
        return sum(each.outcome is outcome for each in self.rows)

    @cached_property
    def changes(self) -> int:
        """Rows that would change the records."""
        return self.count(Outcome.NEW) + self.count(Outcome.CHANGED)


def plan_import(connection: Connection, campaign: str, reading: Reading, unit: int | None = None) -> ImportPlan:
    """Compares a reading with the records; changes nothing.

    `unit` is that of a contact who imports: another unit's people are neither changed nor shown.
    """
    known = _known(connection, campaign)
    seen = _seen_by(known, reading.rows, unit)
    matching = match(reading.rows, [each.row for each in seen])
    refused = {id(each): reason for each in matching.matches if (reason := _refusal(each, known, unit))}
    wrong = tuple(
        Finding(each.row.sheet, each.row.cell, FindingKind.WRONG, refused[id(each)])
        for each in matching.matches
        if id(each) in refused
    )
    return ImportPlan(
        campaign=campaign,
        rows=tuple(each for each in matching.matches if id(each) not in refused),
        findings=(*reading.findings, *matching.findings, *wrong),
        refused=len(wrong) + sum(each.kind is FindingKind.WRONG for each in reading.findings),
    )


def take_import(plan: ImportPlan, rows: Iterable[Match], made: ImportedWorks) -> None:
    """Does what was planned for these rows."""
    for each in rows:
        if each.outcome is Outcome.NEW:
            importing.add(made, each.row.application(plan.campaign))
        elif each.outcome is Outcome.CHANGED and each.key is not None:
            changed = [column.value for column in each.changed]
            importing.change(made, int(each.key), each.row.application(plan.campaign), changed)


def _known(connection: Connection, campaign: str) -> Mapping[str, Known]:
    """Everybody of the campaign, those who have withdrawn, too."""
    usable = applications.usable_ids(connection, campaign)
    known = {}
    for each in applications.everyone(connection, campaign):
        row = row_of(str(each.id), each.record, eligible=each.eligible)
        known[row.key] = Known(row, each.status, each.unit, each.id in usable)
    return known


def _seen_by(known: Mapping[str, Known], rows: Iterable[ReadRow], unit: int | None) -> list[Known]:
    """What may be compared: for a unit its own people, and others only where number and name are the same."""
    if unit is None:
        return list(known.values())
    given = {(each.phone, each.name) for each in rows if each.phone}
    return [each for each in known.values() if each.unit == unit or (each.row.phone, each.row.name) in given]


def _refusal(found: Match, known: Mapping[str, Known], unit: int | None) -> Reason | None:
    if found.key is None:
        return None
    record = known[found.key]
    if unit is not None and record.unit not in (unit, None):
        return Reason.ELSEWHERE
    if record.status is ApplicationStatus.WITHDRAWN or not record.usable:
        return Reason.WITHDRAWN
    if found.outcome is Outcome.CHANGED and not status_traits(record.status).editable:
        return Reason.CLOSED
    return None
