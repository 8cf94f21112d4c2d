"""Rows of a filled Annex 3 become records: known persons are brought up to date, new ones added to be confirmed.

What one import adds stays as its rows have it, one company with two contacts as two variants, so that an export of it
has the same cells. What stood before the import is shared and completed.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.store import applications, units, works
from bot.store.candidates import put_candidate
from bot.store.tables import application, candidate, enterprise
from domain.application import ApplicationStatus, status_traits
from domain.records import Application, Candidate, Enterprise, OverseasProject
from domain.vocabulary import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Who imports when; `unit` is set for a unit's contact, who sees and touches that unit's companies only."""

    now: datetime
    person: int | None = None
    unit: int | None = None


@dataclass(slots=True)
class ImportedWorks:
    """The enterprises and projects of one import."""

    connection: Connection
    importer: Importer
    _made: set[tuple[str, int]] = field(default_factory=set)
    _written: dict[int, OverseasProject] = field(default_factory=dict)

    def on(self, connection: Connection) -> "ImportedWorks":
        """The same import in its next transaction; where that is run again, from where the last one ended."""
        return ImportedWorks(connection, self.importer, set(self._made), dict(self._written))

    def enterprise(self, wanted: Enterprise | None, unit_id: int | None, standing: int | None = None) -> int | None:
        """The row for a form's enterprise; a contact that nobody knew yet is filled in, another one is a variant."""
        if wanted is None:
            return None
        rows = works.enterprise_rows(self.connection, wanted.name)
        for row in sorted(rows, key=lambda each: self._order(each, wanted, unit_id, standing)):
            if ("enterprise", row.id) in self._made:
                if works.enterprise_of(row) == wanted:
                    return int(row.id)
            elif self._may_use(row.id, standing) and _agree(row, wanted):
                self._complete(row, wanted)
                return int(row.id)
        made = works.make_enterprise(self.connection, wanted)
        self._made.add(("enterprise", made))
        return made

    def _order(self, row: Row[Any], wanted: Enterprise, unit_id: int | None, standing: int | None) -> tuple[Any, ...]:
        """First where the candidate stands already, then the same cell, then the unit's own."""
        theirs = unit_id is not None and unit_id in works.units_of(self.connection, row.id)
        return row.id != standing, works.enterprise_of(row) != wanted, not theirs, row.variant

    def _may_use(self, enterprise_id: int, standing: int | None) -> bool:
        if self.importer.unit is None or enterprise_id == standing:
            return True
        owners = works.units_of(self.connection, enterprise_id)
        return not owners or self.importer.unit in owners

    def _complete(self, row: Row[Any], wanted: Enterprise) -> None:
        missing = {
            name: value
            for name, value in (("contact_name", wanted.contact_name), ("contact_phone", wanted.contact_phone))
            if value and not getattr(row, name)
        }
        if missing:
            self.connection.execute(
                update(enterprise).where(enterprise.c.id == row.id).values(**missing, version=enterprise.c.version + 1)
            )

    def project(
        self, wanted: OverseasProject | None, enterprise_id: int | None, standing: int | None = None
    ) -> int | None:
        """The row for a form's project; the form's figures replace what stood, other figures below are a variant."""
        if wanted is None:
            return None
        rows = works.project_rows(self.connection, enterprise_id, wanted)
        for row in sorted(rows, key=lambda each: (each.id != standing, each.variant)):
            stands = works.project_of(row)
            if ("project", row.id) in self._made:
                if stands == wanted:
                    return int(row.id)
            elif self._written.setdefault(row.id, wanted) == wanted:
                works.write_project(self.connection, row, wanted)
                return int(row.id)
        made = works.make_project(self.connection, enterprise_id, wanted)
        self._made.add(("project", made))
        return made


def _agree(row: Row[Any], wanted: Enterprise) -> bool:
    pairs = ((row.contact_name, wanted.contact_name), (row.contact_phone, wanted.contact_phone))
    return all(not stands or not given or stands == given for stands, given in pairs)


def add(made: ImportedWorks, record: Application) -> int:
    """A person nobody knew: an application 待本人确认. Returns its id."""
    connection, importer = made.connection, made.importer
    unit_id = _unit(made, record)
    enterprise_id = made.enterprise(record.enterprise, unit_id)
    project_id = made.project(record.project, enterprise_id)
    candidate_id = put_candidate(connection, None, None, record, importer.now)
    application_id: int = connection.execute(
        insert(application)
        .values(
            candidate_id=candidate_id,
            campaign=record.campaign,
            status=ApplicationStatus.IMPORTED,
            level=record.level,
            posting=record.posting,
            country=record.project.country if record.project else "",
            unit_id=unit_id,
            enterprise_id=enterprise_id,
            project_id=project_id,
            confirmed=False,
            version=1,
            updated_at=importer.now,
        )
        .returning(application.c.id)
    ).scalar_one()
    applications.note_status(
        connection, importer.now, application_id, None, ApplicationStatus.IMPORTED, importer.person
    )
    return application_id


PERSONAL = frozenset({"name", "phone", "field", "present_location", "level", "statement"})
"""Columns that the person answers for: once changed by a form, they have to confirm them anew."""


def change(made: ImportedWorks, application_id: int, record: Application, changed: Collection[str]) -> None:
    """Brings a known application up to date; `changed` are columns of Annex 3 that differ (an empty cell does not)."""
    connection, importer = made.connection, made.importer
    row = connection.execute(_STANDING.where(application.c.id == application_id)).one()
    if not status_traits(row.status).editable:
        return  # it has moved on since the form was compared with it
    unit_id = row.unit_id if row.unit_id is not None else _unit(made, record)
    enterprise_id, project_id = _works(made, row, record, unit_id)
    values: dict[str, Any] = {
        "unit_id": unit_id,
        "enterprise_id": enterprise_id,
        "project_id": project_id,
        "updated_at": importer.now,
        "version": application.c.version + 1,
    }
    if record.posting is not None:
        values["posting"] = record.posting
    if record.project is not None and record.project.country:
        values["country"] = record.project.country
    if "level" in changed:
        values |= {"level": record.level, "eligible": _eligible(row.verdict, record.level)}
    personal = PERSONAL.intersection(changed)
    if personal:
        values["confirmed"] = False
        _change_candidate(made, row, record, personal)
    connection.execute(update(application).where(application.c.id == application_id).values(**values))


_STANDING = select(
    application.c.campaign,
    application.c.status,
    application.c.unit_id,
    application.c.enterprise_id,
    application.c.project_id,
    application.c.verdict,
    candidate,
).join(candidate, candidate.c.id == application.c.candidate_id)


def _works(
    made: ImportedWorks, row: Row[Any], record: Application, unit_id: int | None
) -> tuple[int | None, int | None]:
    """Enterprise and project after the change; what the form leaves empty stands."""
    enterprise_id = row.enterprise_id
    if record.enterprise is not None:
        enterprise_id = made.enterprise(record.enterprise, unit_id, row.enterprise_id)
    if record.project is None:
        return enterprise_id, row.project_id
    return enterprise_id, made.project(record.project, enterprise_id, row.project_id)


def _change_candidate(made: ImportedWorks, row: Row[Any], record: Application, personal: Collection[str]) -> None:
    stands = Candidate(**{name: getattr(row, name) for name in Candidate.model_fields})
    given = {name: getattr(record.candidate, name) for name in personal if name != "level"}
    if given.get("field", stands.field) != stands.field:
        given["specialty"] = ""
    merged = record.model_copy(update={"campaign": row.campaign, "candidate": stands.model_copy(update=given)})
    put_candidate(made.connection, row.id, row.person_id, merged, made.importer.now)


def _eligible(verdict: str | None, level: Level | None) -> bool | None:
    """The standing verdict's answer for another level."""
    if not verdict or level is None:
        return None
    return bool(json.loads(verdict)[level]["eligible"])


def _unit(made: ImportedWorks, record: Application) -> int | None:
    if made.importer.unit is not None:
        return made.importer.unit
    return units.find_or_make_unit(made.connection, record.unit, made.importer.now) if record.unit else None
