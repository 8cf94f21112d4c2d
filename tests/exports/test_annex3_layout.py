from domain.vocabulary import Level, Posting
from exports.annex3_layout import PERSON_COLUMNS, Column, Gap, annex3_form


def test_table_1_has_fifteen_columns_and_table_2_ten() -> None:
    assert len(annex3_form().columns(Posting.DISPATCHED)) == 15
    assert len(annex3_form().columns(Posting.PLANNED)) == 10


def test_the_last_six_columns_are_the_persons() -> None:
    for posting in Posting:
        assert tuple(column.id for column in annex3_form().columns(posting)[-6:]) == PERSON_COLUMNS


def test_every_gap_has_a_name_and_every_level_its_word() -> None:
    assert set(annex3_form().incomplete.gaps) == set(Gap)
    assert set(annex3_form().levels) == set(Level)


def test_every_column_that_can_be_empty_is_a_gap() -> None:
    assert {gap.column for gap in Gap} - {None} == set(Column) - {Column.NUMBER}
