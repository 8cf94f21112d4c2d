"""A filled Annex 3 in the records: equal cells out again, nobody twice, nothing that is not the form's to change."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, func, select

from bot.annex3_filter import ExportFilter
from bot.annex3_import import ImportPlan, plan_import, take_import
from bot.annex3_rows import annex3_source
from bot.store import applications, units
from bot.store.importing import ImportedWorks, Importer
from bot.store.store import Store
from bot.store.tables import application, candidate, enterprise, person, project
from domain.application import ApplicationStatus
from domain.records import Application, Candidate, Enterprise
from domain.vocabulary import Level, Posting
from exports.annex3_reader import read_annex3
from exports.annex3_table import Row
from exports.reading.findings import Reason
from exports.reading.match import Outcome
from tests.exports.people import INFO, ROAD, ROAD_COMPANY, annex3_bytes, dispatched, many, planned, row_lists
from tests.postgres import RING
from tests.sqlite import fresh_database

NOW = datetime(2025, 5, 1, 8, tzinfo=UTC)
CAMPAIGN = "2025"


def take(store: Store, workbook: bytes, *, unit: int | None = None, sure: bool = True) -> ImportPlan:
    def work(connection: Connection) -> ImportPlan:
        name = None if unit is None else "甲单位"
        plan = plan_import(connection, CAMPAIGN, read_annex3(workbook, unit=name), unit)
        if sure:
            take_import(plan, plan.rows, ImportedWorks(connection, Importer(now=NOW, unit=unit)))
        return plan

    return store.write_now(work)


def rows_of(store: Store, wanted: ExportFilter | None = None) -> list[Row]:
    def work(connection: Connection) -> list[Row]:
        made = annex3_source(connection, CAMPAIGN, wanted or ExportFilter(), asked_at=NOW, asked_by="测试")
        return made.rows

    return store.read_now(work)


def workbook(store: Store) -> bytes:
    return annex3_bytes(rows_of(store), info=INFO)


def table_cells(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(BytesIO(content))
    tables = [sheet for sheet in book if sheet.title not in ("待补", "导出信息")]
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in tables}


@contextmanager
def empty(folder: str) -> Iterator[Store]:
    store = Store(fresh_database(Path(folder) / "empty.db"), RING)
    yield store
    store.close()


def nobody_twice(rows: list[Row]) -> list[Row]:
    """A second person of the same name with the same number would be the same person."""
    seen: set[str] = set()
    made = []
    for row in rows:
        made.append(replace(row, phone="") if row.phone in seen else row)
        seen.add(row.phone)
    return made


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(row_lists(least=25, most=25))
def test_what_is_imported_into_nothing_is_exported_with_equal_cells(rows: list[Row]) -> None:
    given_form = annex3_bytes(nobody_twice(rows), info=INFO)
    with TemporaryDirectory() as one, TemporaryDirectory() as other, empty(one) as first, empty(other) as second:
        take(first, given_form)
        exported = workbook(first)
        take(second, exported)

        assert table_cells(exported) == table_cells(given_form)
        assert table_cells(workbook(second)) == table_cells(exported)


def test_a_thousand_persons_go_around_with_equal_cells(sqlite_store: Store) -> None:
    form = annex3_bytes(many(1000), info=INFO)
    take(sqlite_store, form)
    assert table_cells(workbook(sqlite_store)) == table_cells(form)


def test_importing_an_export_again_changes_nothing(store: Store) -> None:
    take(store, annex3_bytes(many(30), info=INFO))
    before = workbook(store)

    plan = take(store, before)

    assert (plan.changes, plan.refused, plan.count(Outcome.UNCHANGED)) == (0, 0, 30)
    assert workbook(store) == before


def test_a_dry_run_changes_nothing(store: Store) -> None:
    plan = take(store, annex3_bytes(many(5), info=INFO), sure=False)
    assert plan.count(Outcome.NEW) == 5
    assert rows_of(store) == []


def test_imported_persons_are_to_be_confirmed_by_themselves(store: Store) -> None:
    take(store, annex3_bytes([dispatched("1")], info=INFO))
    (row,) = rows_of(store)
    assert row.awaiting_confirmation
    assert row.eligible is None
    (filed,) = store.read_now(lambda c: list(applications.filed(c, CAMPAIGN)))
    assert filed.status is ApplicationStatus.IMPORTED


def test_a_known_person_is_brought_up_to_date_and_not_added(store: Store) -> None:
    take(store, annex3_bytes([dispatched("1")], info=INFO))
    plan = take(store, annex3_bytes([dispatched("1", present_location="老挝", level=Level.SENIOR)], info=INFO))
    assert plan.count(Outcome.CHANGED) == 1
    (row,) = rows_of(store)
    assert (row.present_location, row.level) == ("老挝", Level.SENIOR)


def test_an_empty_cell_takes_nothing_away(store: Store) -> None:
    take(store, annex3_bytes([dispatched("1")], info=INFO))
    bare = Enterprise(name=ROAD_COMPANY.name)
    take(store, annex3_bytes([dispatched("1", enterprise=bare, statement="", present_location="老挝")], info=INFO))
    (row,) = rows_of(store)
    assert row.enterprise == ROAD_COMPANY
    assert row.statement
    assert row.present_location == "老挝"


def test_newer_figures_hold_for_everyone_on_the_project(store: Store) -> None:
    people = [dispatched("1"), dispatched("2", name="周知秋", phone="+8613812345679")]
    take(store, annex3_bytes(people, info=INFO))
    newer = ROAD.model_copy(update={"chinese_engineers": 50})
    take(store, annex3_bytes([dispatched("1", project=newer)], info=INFO))
    assert {row.project for row in rows_of(store)} == {newer}


def test_one_company_with_two_contacts_stays_one_name_with_two_contacts(store: Store) -> None:
    other = ROAD_COMPANY.model_copy(update={"contact_name": "沈云起"})
    people = [dispatched("1"), dispatched("2", name="周知秋", phone="+8613812345679", enterprise=other)]
    take(store, annex3_bytes(people, info=INFO))
    assert [row.enterprise for row in rows_of(store)] == [ROAD_COMPANY, other]
    count = store.read_now(lambda c: c.execute(select(func.count()).select_from(enterprise)).scalar_one())
    assert count == 2


def hand_in(store: Store, **changes: object) -> int:
    record = Application(
        campaign=CAMPAIGN,
        candidate=Candidate(
            name="陆行远",
            phone="+8613812345678",
            field="土木工程类",
            present_location="缅甸",
            statement="我领导了设计工作，提出新的方案并组织实施，取得成效。",
        ),
        level=Level.PROFESSIONAL,
        posting=Posting.DISPATCHED,
        enterprise=Enterprise(name=ROAD_COMPANY.name),
        project=ROAD.model_copy(
            update={"chinese_engineers": None, "foreign_engineers": None, "qualified_engineers": None}
        ),
        submitted_at=NOW,
    ).model_copy(update=changes)

    def work(connection: Connection) -> int:
        owner = connection.execute(person.insert().values(created_at=NOW).returning(person.c.id)).scalar_one()
        return applications.hand_in(connection, owner, record, NOW, eligible=True, verdict="{}", unit_id=None)

    return store.write_now(work)


def test_a_form_completes_what_engineers_handed_in(store: Store) -> None:
    hand_in(store)
    plan = take(store, annex3_bytes([dispatched("1")], info=INFO))
    assert plan.count(Outcome.CHANGED) == 1
    (row,) = rows_of(store)
    assert (row.enterprise, row.project, row.unit) == (ROAD_COMPANY, ROAD, "远山工程集团")
    assert row.awaiting_confirmation, "the form's statement is not the person's own"


def test_whoever_was_imported_and_hands_in_by_themselves_is_one_person(store: Store) -> None:
    take(store, annex3_bytes([dispatched("1")], info=INFO))
    hand_in(store)
    (row,) = rows_of(store)
    assert not row.awaiting_confirmation
    assert row.unit == "远山工程集团", "the unit that enrolled them stays theirs"
    count = store.read_now(lambda c: c.execute(select(func.count()).select_from(candidate)).scalar_one())
    assert count == 1


def stand(store: Store, application_id: int, *statuses: ApplicationStatus) -> None:
    for status in statuses:
        change = application.update().where(application.c.id == application_id).values(status=status)
        store.write_now(lambda c, change=change: c.execute(change))


def test_a_case_that_has_moved_on_is_not_changed(store: Store) -> None:
    stand(store, hand_in(store), ApplicationStatus.RECOMMENDED, ApplicationStatus.SCREENING)
    plan = take(store, annex3_bytes([dispatched("1", present_location="老挝")], info=INFO))
    assert plan.refused == 1
    assert Reason.CLOSED in {each.reason for each in plan.findings}
    assert [row.present_location for row in rows_of(store)] == ["缅甸"]


def test_whoever_withdrew_is_not_brought_back_by_a_form(store: Store) -> None:
    stand(store, hand_in(store), ApplicationStatus.WITHDRAWN)
    plan = take(store, annex3_bytes([dispatched("1")], info=INFO))
    assert plan.refused == 1
    assert Reason.WITHDRAWN in {each.reason for each in plan.findings}
    assert rows_of(store) == []


def test_a_units_form_neither_changes_nor_shows_another_units_people(store: Store) -> None:
    take(store, annex3_bytes([dispatched("1")], info=INFO))
    own = store.write_now(lambda c: units.find_or_make_unit(c, "甲单位", NOW))
    stranger = dispatched("2", name="别名", enterprise=Enterprise(name=ROAD_COMPANY.name))

    theirs = take(store, annex3_bytes([dispatched("1", present_location="老挝")], info=INFO), unit=own)
    new = take(store, annex3_bytes([stranger], info=INFO), unit=own)

    assert {each.reason for each in theirs.findings} == {Reason.ELSEWHERE}
    assert (theirs.refused, new.findings) == (1, ()), "whose number it is as well is not told"
    by_name = {row.name: row for row in rows_of(store)}
    assert by_name["陆行远"].present_location == "缅甸"
    assert by_name["别名"].enterprise == Enterprise(name=ROAD_COMPANY.name), (
        "another unit's contact is not theirs to see"
    )


def test_a_planned_posting_keeps_a_country_without_a_project(store: Store) -> None:
    somewhere = ROAD.model_copy(
        update={"name": "", "type": None, "status": None, "chinese_engineers": None, "foreign_engineers": None}
        | {"qualified_engineers": None}
    )
    take(store, annex3_bytes([planned("1", project=somewhere)], info=INFO))
    (row,) = rows_of(store)
    assert row.project == somewhere


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (ExportFilter(), ["甲", "乙", "丙"]),
        (ExportFilter(unit="远山工程集团"), ["甲", "丙"]),
        (ExportFilter(field="机械工程类"), ["乙"]),
        (ExportFilter(level=Level.SENIOR), ["丙"]),
        (ExportFilter(posting=Posting.PLANNED), ["丙"]),
        (ExportFilter(status=ApplicationStatus.IMPORTED, level=Level.PROFESSIONAL), ["甲", "乙"]),
        (ExportFilter(status=ApplicationStatus.SUBMITTED), []),
        (ExportFilter(eligible=True), []),
    ],
)
def test_a_filter_lets_through_who_it_names(sqlite_store: Store, wanted: ExportFilter, names: list[str]) -> None:
    people = [
        dispatched("1", name="甲", phone=""),
        dispatched("2", name="乙", phone="", unit="乙单位", field="机械工程类"),
        planned("3", name="丙", phone="", level=Level.SENIOR),
    ]
    take(sqlite_store, annex3_bytes(people, info=INFO))
    assert sorted(row.name for row in rows_of(sqlite_store, wanted)) == sorted(names)


def test_projects_of_which_nothing_but_figures_is_known_are_kept_apart(sqlite_store: Store) -> None:
    ours, theirs = (ROAD.model_copy(update={"chinese_engineers": each}) for each in (30, 40))
    people = [
        dispatched("1", enterprise=None, project=ours),
        dispatched("2", name="周知秋", phone="", enterprise=None, project=theirs),
    ]
    take(sqlite_store, annex3_bytes(people, info=INFO))
    assert [row.project for row in rows_of(sqlite_store)] == [ours, theirs]
    variants = sqlite_store.read_now(
        lambda c: c.execute(select(project.c.variant).order_by(project.c.id)).scalars().all()
    )
    assert variants == [0, 1]
