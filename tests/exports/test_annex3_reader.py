import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from domain.records import Enterprise, OverseasProject
from domain.vocabulary import Language, Level, Posting, ProjectStatus, ProjectType
from exports.annex3_reader import Reading, read_annex3
from exports.pdf import libreoffice
from exports.reading.findings import FileRefusedError, FindingKind, Reason, Refusal
from tests.exports.by_hand import FULL, PERSON, SAMPLE_1, SAMPLE_STATEMENT, Sheet
from tests.exports.people import INFO, annex3_bytes, dispatched, planned


def lines(reading: Reading) -> list[str]:
    return [finding.text(Language.ZH) for finding in reading.findings]


def reasons(reading: Reading) -> list[tuple[str, Reason]]:
    return [(finding.cell, finding.reason) for finding in reading.findings]


def read_one(*cells: object) -> Reading:
    """A dispatched row; `cells` takes the place of the first row's."""
    sheet = Sheet()
    sheet.heading("远山集团")
    sheet.table_1(cells)
    return read_annex3(sheet.saved())


def with_cell(column: int, value: object) -> Reading:
    return read_one(*(value if at == column else cell for at, cell in enumerate(FULL, 1)))


def test_the_form_as_printed_is_read_by_its_headers() -> None:
    reading = read_one(*FULL)
    (row,) = reading.rows
    assert reading.findings == ()
    assert row.enterprise == Enterprise(name="远山工程公司", contact_name="林海", contact_phone="+8613900001111")
    assert row.project == OverseasProject(
        name="示例道路",
        country="缅甸",
        type=ProjectType.CONTRACTING,
        status=ProjectStatus.UNDER_CONSTRUCTION,
        chinese_engineers=46,
        foreign_engineers=18,
        qualified_engineers=21,
    )
    assert (row.sheet, row.cell, row.name, row.phone) == ("Sheet1", "J6", "陆行远", "+8613812345678")
    assert (row.field, row.present_location, row.level) == ("土木工程类", "缅甸", Level.PROFESSIONAL)
    assert (row.statement, row.posting, row.unit) == ("我设计桥梁，取得批准。", Posting.DISPATCHED, "远山集团")


@pytest.mark.parametrize(("right", "down"), [(0, 0), (1, 0), (3, 7)])
def test_two_tables_on_one_sheet_are_found_wherever_they_begin(right: int, down: int) -> None:
    sheet = Sheet(right=right, down=down)
    sheet.heading("远山集团   2025年4月20日")
    sheet.table_1(FULL, (2, *[None] * 8, "沈望舒", "13712345678", "电气工程类", "老挝", "资深", "我测试仪器。"))
    sheet.row += 2
    sheet.table_2(
        (1, "示例水电公司", None, "新加坡", "韩云起", "13612345678", "机械工程类", "中国", "资深工程会员", "我")
    )
    reading = read_annex3(sheet.saved())
    assert [(row.name, row.posting) for row in reading.rows] == [
        ("陆行远", Posting.DISPATCHED),
        ("沈望舒", Posting.DISPATCHED),
        ("韩云起", Posting.PLANNED),
    ]
    assert {row.unit for row in reading.rows} == {"远山集团"}
    assert reading.rows[2].project == OverseasProject(country="新加坡")
    assert reading.rows[1].project == reading.rows[0].project


def test_sample_rows_of_the_form_are_not_people() -> None:
    sheet = Sheet()
    sheet.heading()
    sheet.table_1(*SAMPLE_1, FULL)
    reading = read_annex3(sheet.saved())
    assert [row.name for row in reading.rows] == ["陆行远"]
    assert reading.findings == ()


def test_a_real_person_named_like_the_sample_is_taken() -> None:
    reading = read_one(*FULL[:9], "张三", "13812345678", *FULL[11:])
    assert [row.name for row in reading.rows] == ["张三"]


def test_a_sample_enterprise_or_statement_that_was_left_standing_is_left_empty() -> None:
    reading = read_one(1, "XX公司 (联系人：王五，手机：13700000000)", *FULL[2:14], SAMPLE_STATEMENT)
    (row,) = reading.rows
    assert (row.enterprise, row.statement) == (None, "")
    assert sorted(reasons(reading)) == [("B6", Reason.SAMPLE_LEFT), ("O6", Reason.SAMPLE_LEFT)]


def test_merged_enterprise_and_project_cells_hold_for_all_their_rows() -> None:
    sheet = Sheet()
    sheet.heading()
    first = sheet.table_1(FULL, (2, *[None] * 8, "沈望舒"), (3, *[None] * 8, "韩云起"))
    sheet.merge(first, 2, first + 2, 2)
    sheet.merge(first, 3, first + 1, 3)
    rows = read_annex3(sheet.saved()).rows
    assert [row.enterprise.name if row.enterprise else None for row in rows] == ["远山工程公司"] * 3
    assert rows[0].project == rows[1].project
    assert rows[0].project is not None


def test_an_empty_enterprise_below_a_filled_one_means_the_same_and_is_reported() -> None:
    sheet = Sheet()
    sheet.heading()
    sheet.table_1(FULL, (2, *[None] * 8, "沈望舒"))
    reading = read_annex3(sheet.saved())
    assert reading.rows[1].enterprise == reading.rows[0].enterprise
    assert ("B7", Reason.CARRIED_DOWN) in reasons(reading)
    assert "Sheet1!B7: 此格空白，取上一行的“远山工程公司”" in lines(reading)


def test_blank_numbers_and_blank_rows_do_no_harm() -> None:
    sheet = Sheet()
    sheet.heading()
    sheet.table_1((None, *FULL[1:]), (), (3,), (None, *[None] * 8, "沈望舒"), ("填表人：某某  2025年4月",))
    reading = read_annex3(sheet.saved())
    assert [row.name for row in reading.rows] == ["陆行远", "沈望舒"]
    assert not reading.rejected


@pytest.mark.parametrize(
    ("written", "phone", "reason"),
    [
        ("13812345678", "+8613812345678", None),
        ("138 1234 5678", "+8613812345678", None),
        ("138-1234-5678", "+8613812345678", None),
        ("手机：13812345678", "+8613812345678", None),
        ("+86 138 1234 5678", "+8613812345678", None),
        ("\u202d13812345678\u202c", "+8613812345678", None),
        ("+95 9 123 45678", "+95912345678", None),
        ("0095 912345678", "+95912345678", None),
        (13812345678, "+8613812345678", Reason.NUMBER_STORED),
        (13812345678.0, "+8613812345678", Reason.NUMBER_STORED),
        ("１３８１２３４５６７８", "+8613812345678", Reason.FULL_WIDTH),
        ("13812345678/13987654321", "+8613812345678", Reason.SECOND_PHONE),
        ("13812345678、13987654321", "+8613812345678", Reason.SECOND_PHONE),
        ("1.38E+10", "", Reason.NOT_A_PHONE),
        ("见附件", "", Reason.NOT_A_PHONE),
        (None, "", None),
    ],
)
def test_a_phone_is_read_however_it_is_written(written: object, phone: str, reason: Reason | None) -> None:
    reading = with_cell(11, written)
    assert reading.rows[0].phone == phone
    assert reasons(reading) == ([("K6", reason)] if reason else [])


@pytest.mark.parametrize(
    ("written", "count", "reason"),
    [
        (46, 46, None),
        ("46", 46, None),
        ("４６", 46, Reason.FULL_WIDTH),
        ("46人", 46, Reason.COUNT_READ),
        ("约46人", 46, Reason.COUNT_ABOUT),
        ("46人左右", 46, Reason.COUNT_ABOUT),
        ("若干", None, Reason.NOT_A_COUNT),
        (-3, None, Reason.NOT_A_COUNT),
        (46.5, None, Reason.NOT_A_COUNT),
        (date(2025, 4, 6), None, Reason.NOT_A_COUNT),
        (None, None, None),
    ],
)
def test_a_headcount_is_read_however_it_is_written(written: object, count: int | None, reason: Reason | None) -> None:
    reading = with_cell(8, written)
    project = reading.rows[0].project
    assert project is not None
    assert project.foreign_engineers == count
    assert reasons(reading) == ([("H6", reason)] if reason else [])


def test_more_qualified_engineers_than_there_are_is_left_empty_and_reported() -> None:
    reading = with_cell(9, 99)
    assert reading.rows[0].project is not None
    assert reading.rows[0].project.qualified_engineers is None
    assert lines(reading) == ["Sheet1!I6: 满足条件数 99 多于中方在外工程师人数 46，留空"]


@pytest.mark.parametrize(
    ("column", "written", "attribute", "value", "reason"),
    [
        (12, "土木工程", "field", "土木工程类", Reason.WORD_READ),
        (12, "土木工程类（岩土工程）", "field", "土木工程类", Reason.FIELD_GUESSED),
        (12, "岩土工程", "field", "土木工程类", Reason.FIELD_GUESSED),
        (12, "厨师", "field", "", Reason.UNKNOWN_FIELD),
        (13, date(2025, 4, 6), "present_location", "", Reason.IS_A_DATE),
        (14, "资深工程师", "level", Level.SENIOR, None),
        (14, "专业/资深", "level", None, Reason.UNKNOWN_LEVEL),
        (14, "", "level", None, None),
    ],
)
def test_other_words_are_understood_or_reported(
    column: int, written: object, attribute: str, value: object, reason: Reason | None
) -> None:
    reading = with_cell(column, written)
    assert getattr(reading.rows[0], attribute) == value
    assert [each for _, each in reasons(reading)] == ([reason] if reason else [])


def test_type_and_status_in_other_words() -> None:
    sheet = read_one(*FULL[:4], "EPC总承包", "已竣工", *FULL[6:])
    project = sheet.rows[0].project
    assert project is not None
    assert (project.type, project.status) == (ProjectType.CONTRACTING, ProjectStatus.COMPLETED)
    assert reasons(sheet) == [("E6", Reason.WORD_READ), ("F6", Reason.WORD_READ)]
    unknown = with_cell(5, "修路")
    assert reasons(unknown) == [("E6", Reason.UNKNOWN_WORD)]


def test_a_statement_over_300_characters_keeps_its_row_out_and_is_never_cut() -> None:
    assert read_one(*FULL[:14], "我" * 300 + " \n").rows[0].statement == "我" * 300
    reading = read_one(*FULL[:14], "我" * 301)
    assert reading.rows == ()
    assert reading.rejected
    assert lines(reading) == ["Sheet1!O6: 实践经历 301 字，超过 300 字，这一行未导入"]


def test_a_row_without_a_name_is_wrong_and_the_others_are_taken() -> None:
    sheet = Sheet()
    sheet.heading()
    sheet.table_1(FULL, (2, *[None] * 9, "13712345678"))
    reading = read_annex3(sheet.saved())
    assert [row.name for row in reading.rows] == ["陆行远"]
    assert [(finding.cell, finding.kind) for finding in reading.findings] == [("J7", FindingKind.WRONG)]


def test_a_spaced_short_name_is_one_name() -> None:
    assert with_cell(10, "陆　远").rows[0].name == "陆远"
    assert with_cell(10, "阿不都·热合曼").rows[0].name == "阿不都·热合曼"


def test_headers_of_their_own_over_the_person_may_stand_in_another_order() -> None:
    sheet = Sheet()
    sheet.put([None, "推荐单位：", "远山集团"])
    sheet.put(["序号", "单位名称", "项目名称", "国家", "手机号码", "姓名", "申请级别", "所在领域", "主要工程实践经历"])
    sheet.put([1, "远山工程公司", "示例道路", "缅甸", "13812345678", "陆行远", "资深", "土木工程类", "我设计。"])
    (row,) = read_annex3(sheet.saved()).rows
    assert (row.name, row.phone, row.level, row.statement, row.unit) == (
        "陆行远",
        "+8613812345678",
        Level.SENIOR,
        "我设计。",
        "远山集团",
    )


def test_a_table_that_does_not_say_which_it_is_counts_as_abroad_and_is_reported() -> None:
    sheet = Sheet()
    sheet.put(["序号", "企业名称", "姓名", "联系方式"])
    sheet.put([1, "远山工程公司", "陆行远", "13812345678"])
    reading = read_annex3(sheet.saved())
    assert [row.posting for row in reading.rows] == [Posting.DISPATCHED]
    assert reasons(reading) == [("A1", Reason.POSTING_GUESSED)]


def test_a_hidden_sheet_is_not_read_and_said_so() -> None:
    sheet = Sheet(name="旧表")
    sheet.heading()
    sheet.table_1(FULL)
    sheet.book.create_sheet("封面")["A1"] = "附件3"
    sheet.sheet.sheet_state = "hidden"
    reading = read_annex3(sheet.saved())
    assert (reading.rows, reasons(reading)) == ((), [("A1", Reason.HIDDEN_SHEET)])


def test_a_workbook_without_the_form_is_refused_with_a_sentence() -> None:
    sheet = Sheet()
    sheet.put(["购物清单", "数量"])
    with pytest.raises(FileRefusedError) as refused:
        read_annex3(sheet.saved())
    assert refused.value.refusal is Refusal.NO_TABLE
    assert "附件3" in str(refused.value)


def test_the_unit_asked_for_stands_above_what_the_file_says() -> None:
    sheet = Sheet()
    sheet.heading("远山集团")
    sheet.table_1(FULL)
    assert [row.unit for row in read_annex3(sheet.saved(), unit="安远公司").rows] == ["安远公司"]


def test_units_of_an_export_of_all_come_back() -> None:
    rows = [
        dispatched("1", name="甲一", unit="安远公司"),
        dispatched("2", name="乙二"),
        planned("3", name="丙三", unit=""),
    ]
    read = read_annex3(annex3_bytes(rows, info=INFO)).rows
    assert {row.name: row.unit for row in read} == {"甲一": "安远公司", "乙二": "远山工程集团", "丙三": ""}


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_other_formats_are_read_alike(ending: str, tmp_path: Path) -> None:
    program = libreoffice()
    if program is None:
        pytest.skip("LibreOffice, which makes the .xls and .ods, is not installed here")
    rows = [dispatched("1"), dispatched("2", name="沈望舒", phone="+95912345678"), planned("3", name="韩云起")]
    book = annex3_bytes(rows, info=INFO)
    (tmp_path / "form.xlsx").write_bytes(book)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", ending, "--outdir", str(tmp_path), "form.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    other = read_annex3((tmp_path / f"form.{ending}").read_bytes())
    assert other.rows == read_annex3(book).rows
    shutil.rmtree(tmp_path / "profile", ignore_errors=True)


def test_imported_people_have_still_to_confirm() -> None:
    (row,) = read_one(*FULL).rows
    application = row.application("2025")
    assert not application.confirmed_by_candidate
    assert (application.candidate.name, application.posting) == (PERSON[0], Posting.DISPATCHED)
    assert row.row("1").awaiting_confirmation
