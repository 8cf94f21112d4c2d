"""Filled forms that were sent by chat: read, confirmed, taken or dropped."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.store.states import ImportState
from bot.store.tables import import_run, unit
from dialogs.unit_desk import FormReading


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """One form; `unit` is that of the contact who sent it, '' for the secretariat."""

    id: int
    person: int
    unit: int | None
    unit_name: str
    reference: str
    state: ImportState
    reading: FormReading


def begin(connection: Connection, person: int, unit_id: int | None, reference: str, now: datetime) -> None:
    """It is being read."""
    connection.execute(
        insert(import_run).values(
            person_id=person, unit_id=unit_id, reference=reference, state=ImportState.READING, at=now
        )
    )


def find(connection: Connection, reference: str) -> ImportRun | None:
    """The run of that file."""
    row = connection.execute(
        select(import_run, unit.c.name)
        .join(unit, unit.c.id == import_run.c.unit_id, isouter=True)
        .where(import_run.c.reference == reference)
    ).one_or_none()
    if row is None:
        return None
    found = json.loads(row.summary) if row.summary else {}
    findings = tuple(found.pop("findings", ()))
    return ImportRun(
        id=row.id,
        person=row.person_id,
        unit=row.unit_id,
        unit_name=row.name or "",
        reference=row.reference,
        state=row.state,
        reading=FormReading(state=row.state.value, findings=findings, **found),
    )


def move(connection: Connection, reference: str, was: ImportState, became: ImportState, now: datetime) -> bool:
    """The next state; False where it was not in `was` any more."""
    changed = connection.execute(
        update(import_run)
        .where(import_run.c.reference == reference, import_run.c.state == was)
        .values(state=became, finished_at=now)
    )
    return changed.rowcount == 1


def keep_reading(connection: Connection, reference: str, summary: dict[str, object], now: datetime) -> bool:
    """What was found; False where the person has dropped it meanwhile."""
    changed = connection.execute(
        update(import_run)
        .where(import_run.c.reference == reference, import_run.c.state == ImportState.READING)
        .values(state=ImportState.READ, summary=json.dumps(summary, ensure_ascii=False), finished_at=now)
    )
    return changed.rowcount == 1
