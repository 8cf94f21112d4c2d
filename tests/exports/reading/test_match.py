from exports.annex3_layout import Column
from exports.annex3_reader import ReadRow
from exports.annex3_table import Row
from exports.reading.findings import Reason
from exports.reading.match import Matching, Outcome, match
from tests.exports.people import dispatched


def read(row: Row, cell: str = "J7") -> ReadRow:
    return ReadRow(
        sheet="已外派",
        cell=cell,
        name=row.name,
        phone=row.phone,
        unit=row.unit,
        enterprise=row.enterprise,
        project=row.project,
        field=row.field,
        present_location=row.present_location,
        level=row.level,
        statement=row.statement,
        posting=row.posting,
    )


def outcomes(matching: Matching) -> list[tuple[Outcome, str | None]]:
    return [(each.outcome, each.key) for each in matching.matches]


def test_somebody_unknown_is_new() -> None:
    assert outcomes(match([read(dispatched("x"))], [])) == [(Outcome.NEW, None)]


def test_the_same_row_changes_nothing() -> None:
    assert outcomes(match([read(dispatched("x"))], [dispatched("7")])) == [(Outcome.UNCHANGED, "7")]


def test_phone_and_name_tell_the_person_and_the_changed_cells_are_named() -> None:
    (found,) = match([read(dispatched("x", name="陆 行 远", present_location="老挝"))], [dispatched("7")]).matches
    assert (found.outcome, found.key, found.changed) == (Outcome.CHANGED, "7", (Column.PRESENT_LOCATION,))


def test_an_empty_cell_takes_nothing_away() -> None:
    (found,) = match([read(dispatched("x", statement="", project=None))], [dispatched("7")]).matches
    assert (found.outcome, found.changed) == (Outcome.UNCHANGED, ())


def test_without_a_phone_the_name_within_the_unit_tells_the_person_if_only_one_fits() -> None:
    row = read(dispatched("x", phone="", statement="我"))
    assert outcomes(match([row], [dispatched("7")])) == [(Outcome.CHANGED, "7")]
    assert outcomes(match([row], [dispatched("7", unit="别的单位")])) == [(Outcome.NEW, None)]
    two = [dispatched("7"), dispatched("8", phone="+8613700000001")]
    assert outcomes(match([row], two)) == [(Outcome.NEW, None)]


def test_a_phone_registered_for_another_name_makes_another_person_and_is_reported() -> None:
    matching = match([read(dispatched("x", name="沈望舒"))], [dispatched("7")])
    assert outcomes(matching) == [(Outcome.NEW, None)]
    assert [finding.reason for finding in matching.findings] == [Reason.SHARED_PHONE]


def test_a_namesake_with_another_phone_is_another_person_and_is_reported() -> None:
    matching = match([read(dispatched("x", phone="+8613700000001"))], [dispatched("7")])
    assert outcomes(matching) == [(Outcome.NEW, None)]
    assert [finding.reason for finding in matching.findings] == [Reason.NAMESAKE]


def test_a_second_row_about_one_person_is_not_taken_twice() -> None:
    rows = [read(dispatched("x")), read(dispatched("x", statement="另写"), "J8")]
    matching = match(rows, [])
    assert outcomes(matching) == [(Outcome.NEW, None), (Outcome.DUPLICATE, None)]
    assert [(finding.cell, finding.args) for finding in matching.findings] == [("J8", (("place", "已外派!J7"),))]


def test_no_record_is_matched_twice() -> None:
    nameless = [read(dispatched("x", phone="", statement="一")), read(dispatched("x", phone="", statement="二"))]
    assert outcomes(match(nameless, [dispatched("7")])) == [(Outcome.CHANGED, "7"), (Outcome.NEW, None)]
