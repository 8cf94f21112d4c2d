"""Export, import into nothing, export: equal cells; and importing an export again changes nothing."""

from io import BytesIO

import openpyxl
from hypothesis import HealthCheck, given, settings

from exports.annex3_reader import read_annex3
from exports.annex3_table import Row
from exports.reading.match import Outcome, match
from tests.exports.people import INFO, annex3_bytes, row_lists

A_FILE = 25
FILES = 40  # 1,000 candidates


def table_cells(workbook: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(BytesIO(workbook))
    tables = [sheet for sheet in book if sheet.title not in ("待补", "导出信息")]
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in tables}


def imported(workbook: bytes) -> list[Row]:
    return [row.row(str(number)) for number, row in enumerate(read_annex3(workbook).rows)]


@settings(max_examples=FILES, deadline=None, suppress_health_check=list(HealthCheck))
@given(row_lists(least=A_FILE, most=A_FILE))
def test_export_import_export_gives_equal_cells(rows: list[Row]) -> None:
    first = annex3_bytes(rows, info=INFO)
    taken = imported(first)
    assert len(taken) == len(rows)
    assert table_cells(annex3_bytes(taken, info=INFO)) == table_cells(first)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(row_lists(least=1, most=10))
def test_importing_an_export_again_changes_nothing(rows: list[Row]) -> None:
    reading = read_annex3(annex3_bytes(rows, info=INFO))
    matches = match(reading.rows, rows).matches
    assert {each.outcome for each in matches} == {Outcome.UNCHANGED}
    assert sorted(str(each.key) for each in matches) == sorted(row.key for row in rows)
