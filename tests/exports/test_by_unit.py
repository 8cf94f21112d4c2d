from io import BytesIO
from zipfile import ZipFile

import openpyxl

from exports.by_unit import file_stem, rows_by_unit, write_by_unit
from tests.exports.people import INFO, dispatched, planned


def test_every_unit_gets_its_own_workbook() -> None:
    rows = [
        dispatched("1", unit="甲公司"),
        planned("2", unit="乙公司"),
        dispatched("3", unit="甲公司"),
        planned("4", unit=""),
    ]
    target = BytesIO()
    summaries = write_by_unit(target, rows, info=INFO)
    assert {name: summary.total for name, summary in summaries.items()} == {
        "附件3-甲公司.xlsx": 2,
        "附件3-乙公司.xlsx": 1,
        "附件3-（未填推荐单位）.xlsx": 1,
    }
    with ZipFile(target) as archive:
        assert set(archive.namelist()) == set(summaries)
        book = openpyxl.load_workbook(BytesIO(archive.read("附件3-甲公司.xlsx")))
    assert book["已外派"]["A2"].value == "推荐单位（盖章）：甲公司"


def test_same_rows_give_the_same_zip() -> None:
    rows = [dispatched("1", unit="甲公司"), planned("2", unit="乙公司")]
    made = [BytesIO(), BytesIO()]
    for target in made:
        write_by_unit(target, rows, info=INFO)
    assert made[0].getvalue() == made[1].getvalue()


def test_a_file_name_is_fit_for_every_system() -> None:
    assert file_stem("../../etc/passwd") == "_.._etc_passwd"
    assert file_stem('甲:乙*?"<>|\\丙.') == "甲_乙_______丙"
    assert len(file_stem("远" * 300).encode()) <= 200


def test_units_whose_file_names_collide_are_kept_apart() -> None:
    names = [name for _, name, _ in rows_by_unit([dispatched("1", unit="A/B"), dispatched("2", unit="a:b")])]
    assert names == ["附件3-A_B.xlsx", "附件3-a_b(2).xlsx"]
