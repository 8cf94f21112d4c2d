import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from domain.records import OverseasProject
from domain.vocabulary import Level, Posting
from exports.annex3_info import ExportInfo
from exports.annex3_table import Row
from exports.annex3_workbook import Incomplete, write_annex3
from exports.cell_text import CellTooLongError
from tests.exports.people import DAM, INFO, MOMENT, STATEMENT, WATER_COMPANY, annex3_bytes, dispatched, many, planned

# The notice's wording, white space aside.
TABLE_1 = [
    "序号",
    "企业名称(企业联系及手机号码)",
    "企业海外重点项目名称",
    "项目所在国家(地区)",
    "项目类型(对外投资、承包工程、对外劳务、对外援助、其他)",
    "项目状态(筹建、准备、在建、完工、已完工等待验收移交、运营中)",
    "中方在外工程师人数",
    "聘用外方工程师人数",
    "中方在外工程师满足专业工程会员基本条件数(本科毕业、工作5年以上)",
    "拟互认人员信息（姓名、联系方式、所在领域、当前所在地、拟申请级别（专业/资深）、300字以内主要工程实践经历）",
]
TABLE_2 = [
    "序号",
    "企业名称(企业联系及手机号码)",
    "计划外派海外重点项目名称(如有)",
    "计划外派国家(地区)(如有)",
    "拟互认人员信息(姓名、联系方式、所在领域、当前所在地、拟申请级别(专业/资深)、300字以内主要工程实践经历)",
]
PERSON = ["姓名", "联系方式", "所在领域", "当前所在地", "拟申请级别(专业/资深)", "300字以内主要工程实践经历"]


def opened(workbook: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(workbook))


def filled(sheet: Worksheet, row: int) -> list[object]:
    return [cell.value for cell in sheet[row] if cell.value is not None]


def merged(sheet: Worksheet) -> set[str]:
    return {str(each) for each in sheet.merged_cells.ranges}


def written(rows: list[Row], **options: object) -> bytes:
    target = BytesIO()
    write_annex3(target, rows, info=INFO, **options)  # type: ignore[arg-type]
    return target.getvalue()


def test_headings_and_headers_are_worded_as_the_notice_has_them() -> None:
    book = opened(annex3_bytes([dispatched("1"), planned("2")], info=INFO))
    assert book.sheetnames == ["已外派", "未来三年计划外派", "导出信息"]
    for sheet, title, headers in (
        (book["已外派"], "已外派参与工程项目人员汇总（可另附）", TABLE_1),
        (book["未来三年计划外派"], "未来三年计划外派参与工程项目人员汇总（可另附）", TABLE_2),
    ):
        assert filled(sheet, 1) == ["推荐参加工程能力评价人员情况表"]
        assert filled(sheet, 2) == ["推荐单位（盖章）：远山工程集团"]
        assert filled(sheet, 3) == [title]
        assert filled(sheet, 4) == headers
        assert filled(sheet, 5) == ["此列可另附表"]
        assert filled(sheet, 6) == PERSON


def test_the_spanning_header_covers_the_six_columns_of_the_person() -> None:
    book = opened(annex3_bytes([], info=INFO))
    assert {"J4:O4", "J5:O5", "A4:A6", "I4:I6"} <= merged(book["已外派"])
    assert {"E4:J4", "E5:J5", "A4:A6", "D4:D6"} <= merged(book["未来三年计划外派"])


def test_a_row_holds_what_was_recorded() -> None:
    sheet = opened(annex3_bytes([dispatched("1", level=Level.SENIOR)], info=INFO))["已外派"]
    assert [cell.value for cell in sheet[7]] == [
        1,
        "远山工程集团（示例）有限公司 (联系人：林海，手机：13900001111)",
        "皎漂港配套道路工程",
        "缅甸",
        "承包工程",
        "在建",
        46,
        18,
        21,
        "陆行远",
        "13812345678",
        "土木工程类",
        "缅甸",
        "资深工程会员",
        STATEMENT,
    ]


def test_enterprise_and_project_cells_span_their_candidates() -> None:
    rows = [
        dispatched("1", name="甲一"),
        dispatched("2", name="乙二", project=DAM),
        dispatched("3", name="丙三"),
        dispatched("4", name="丁四", enterprise=WATER_COMPANY),
    ]
    sheet = opened(annex3_bytes(rows, info=INFO))["已外派"]
    assert [sheet.cell(row, 10).value for row in range(7, 11)] == ["丁四", "乙二", "甲一", "丙三"]
    spans = {each for each in merged(sheet) if int(re.search(r"\d+", each)[0]) > 6}  # type: ignore[index]
    assert spans == {"B8:B10", *(f"{column}9:{column}10" for column in "CDEFGHI")}


def test_rows_stand_by_unit_and_within_a_project_in_the_order_of_submission() -> None:
    rows = [
        dispatched("1", name="后到", submitted_at=MOMENT + timedelta(days=1)),
        dispatched("2", name="先到", submitted_at=MOMENT),
        dispatched("3", name="同时", submitted_at=MOMENT),
        dispatched("4", name="别家", unit="安远公司"),
    ]
    sheet = opened(annex3_bytes(rows, info=INFO))["已外派"]
    assert [sheet.cell(row, 10).value for row in range(7, 11)] == ["别家", "先到", "同时", "后到"]
    assert sheet["A2"].value == "推荐单位（盖章）："


def test_empty_cells_of_strangers_are_never_joined() -> None:
    rows = [dispatched(str(number), enterprise=None, project=None) for number in range(3)]
    sheet = opened(annex3_bytes(rows, info=INFO))["已外派"]
    assert not [each for each in merged(sheet) if int(re.search(r"\d+", each)[0]) > 6]  # type: ignore[index]


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+86", "-1", "@SUM(A1)", "#N/A", "13800000000", "1E5"])
def test_text_stays_text_whatever_it_begins_with(text: str) -> None:
    sheet = opened(annex3_bytes([dispatched("1", name=text, statement=text)], info=INFO))["已外派"]
    for cell in (sheet["J7"], sheet["O7"]):
        assert (cell.value, cell.data_type) == (text, "s" if text != "#N/A" else cell.data_type)
        assert bool(cell.quotePrefix) == text.startswith(("=", "+", "-", "@"))
    assert b"<f>" not in ZipFile(BytesIO(annex3_bytes([dispatched("1", name=text)], info=INFO))).read(
        "xl/worksheets/sheet1.xml"
    )


def test_phones_are_text() -> None:
    sheet = opened(annex3_bytes([dispatched("1"), dispatched("2", phone="+95912345678")], info=INFO))["已外派"]
    assert {sheet["K7"].number_format, sheet["K8"].number_format} == {"@"}
    assert (sheet["K7"].value, sheet["K8"].value) == ("13812345678", "+95 912345678")


def test_what_no_spreadsheet_can_open_is_left_out() -> None:
    odd = "陆\x00行\ud800远\ufffe\uffff\r\n完"
    row = dispatched("1", name=odd, statement=odd)
    sheet = opened(annex3_bytes([row], info=INFO))["已外派"]
    assert (sheet["J7"].value, sheet["O7"].value) == ("陆行远完", "陆行远\n完")


def test_a_text_longer_than_a_cell_is_refused_not_cut() -> None:
    with pytest.raises(CellTooLongError, match="32767"):
        annex3_bytes([dispatched("1", present_location="远" * 32_768)], info=INFO)


def test_type_status_field_and_level_are_chosen_from_lists() -> None:
    sheet = opened(annex3_bytes([dispatched("1")], info=INFO))["已外派"]
    lists = {str(rule.sqref).split("7:")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists["E"] == '"对外投资,承包工程,对外劳务,对外援助,其他"'
    assert lists["F"] == '"筹建,准备,在建,完工,已完工等待验收移交,运营中"'
    assert lists["N"] == '"专业工程会员,资深工程会员"'
    assert lists["L"].count(",") == 11
    assert all(len(formula) <= 257 for formula in lists.values()), "Excel takes 255 characters between the quotes"


def test_the_page_is_a4_landscape_as_wide_as_the_paper_with_its_headers_repeated() -> None:
    for sheet in opened(annex3_bytes([dispatched("1")], info=INFO)):
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
        assert sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        if sheet.title != "导出信息":
            assert sheet.print_title_rows == "$4:$6"
            assert sheet["O7" if sheet.max_column > 10 else "J7"].font.name in ("仿宋", "Calibri")


def test_every_cell_of_a_merged_range_has_its_border_and_font() -> None:
    sheet = opened(annex3_bytes([dispatched("1"), dispatched("2")], info=INFO))["已外派"]
    for row in range(4, 9):
        for column in range(1, 11):
            assert sheet.cell(row, column).border.left.style == "thin", (row, column)
        assert sheet.cell(row, 15).border.right.style == "thin", row
    assert sheet["B7"].font.name == "仿宋"
    assert sheet["A4"].font.name == "宋体"
    assert sheet["O7"].alignment.wrap_text


def test_a_long_statement_makes_its_row_high_enough() -> None:
    short, long = "我设计桥梁。", "我设计桥梁并取得批准。" * 27
    sheet = opened(annex3_bytes([dispatched("1", statement=short), dispatched("2", statement=long)], info=INFO))[
        "已外派"
    ]
    assert sheet.row_dimensions[7].height < 100
    # 297 Han characters, 24 to a line of the column's width: 13 lines of 13 points at least
    assert 13 * 13 < sheet.row_dimensions[8].height <= 409


def test_a_statement_higher_than_a_row_is_set_small_and_named_when_even_that_is_not_enough() -> None:
    rows = [dispatched("1", statement="我\n" * 30), dispatched("2", name="长行", statement="我\n" * 150)]
    book = opened(annex3_bytes(rows, info=INFO))
    assert [book["已外派"].cell(row, 15).font.size for row in (7, 8)] == [7, 7]
    info = [[cell for cell in row if cell is not None] for row in book["导出信息"].iter_rows(values_only=True)]
    assert ["已外派", 2, "长行"] in info
    assert ["已外派", 1, "陆行远"] not in info


def test_missing_cells_are_named_with_their_addresses() -> None:
    rows = [
        dispatched("1", project=DAM.model_copy(update={"status": None, "country": ""}), phone=""),
        planned("2", statement=""),
        planned("3"),
    ]
    book = opened(annex3_bytes(rows, info=INFO))
    assert book.sheetnames == ["已外派", "未来三年计划外派", "待补", "导出信息"]
    lines = [list(row) for row in book["待补"].iter_rows(min_row=3, values_only=True)]
    assert [line[-1] for line in lines] == [
        "项目所在国家(地区)(D7)、项目状态(F7)、联系方式(K7)",
        "主要工程实践经历(J7)",
    ]
    assert lines[1][:4] == ["未来三年计划外派", 1, "远山工程集团", "陆行远"]


def test_only_complete_rows_names_those_left_out() -> None:
    target = BytesIO()
    rows = [dispatched("1"), dispatched("2", name="缺号码", phone="")]
    summary = write_annex3(target, rows, info=INFO, incomplete=Incomplete.LEAVE_OUT)
    assert (summary.total, [row.key for row in summary.left_out]) == (1, ["2"])
    book = opened(target.getvalue())
    assert book.sheetnames == ["已外派", "未来三年计划外派", "导出信息"]
    cells = [cell for row in book["导出信息"].iter_rows(values_only=True) for cell in row]
    assert "缺号码：联系方式" in cells


def test_the_last_sheet_says_when_who_what_and_whom_to_ask() -> None:
    rows = [dispatched("1"), planned("2", name="待确认", awaiting_confirmation=True), planned("3", unit="安远公司")]
    info = ExportInfo(asked_at=MOMENT, asked_by="秘书处 王", filter="全部领域", withdrawn=2)
    target = BytesIO()
    summary = write_annex3(target, rows, info=info)
    book = opened(target.getvalue())
    assert book.sheetnames[-1] == "导出信息"
    cells = [[cell for cell in row if cell is not None] for row in book["导出信息"].iter_rows(values_only=True)]
    for line in (
        ["导出时间（北京时间）", "2025-04-20 10:00:00"],
        ["导出人", "秘书处 王"],
        ["筛选条件", "全部领域"],
        ["人数合计", 3],
        ["各行内容校验值（SHA-256）", summary.digest],
        ["已撤回、未列入", 2],
        ["未来三年计划外派", 2, "待确认"],
        ["未来三年计划外派", 1, 1, "安远公司"],
    ):
        assert line in cells


def test_same_rows_and_moment_give_the_same_bytes() -> None:
    rows = [*many(60), planned("x", awaiting_confirmation=True, phone="")]
    assert written(rows) == written(list(rows))


def test_at_another_moment_the_tables_are_the_same_and_only_the_moment_differs() -> None:
    rows = many(60)
    later = ExportInfo(asked_at=MOMENT + timedelta(days=3), asked_by=INFO.asked_by, filter=INFO.filter)
    one, other = (ZipFile(BytesIO(annex3_bytes(rows, info=info))) for info in (INFO, later))
    differing = {name for name in one.namelist() if one.read(name) != other.read(name)}
    assert differing == {"xl/worksheets/sheet3.xml", "docProps/core.xml"}


def test_the_digest_tells_rows_apart() -> None:
    def digest(*rows: object) -> str:
        return write_annex3(BytesIO(), rows, info=INFO).digest  # type: ignore[arg-type]

    assert digest(dispatched("1")) == digest(dispatched("other key"))
    assert digest(dispatched("1")) != digest(dispatched("1", name="陆行近"))
    assert digest(dispatched("1")) != digest(planned("1"))


def test_more_rows_than_a_sheet_holds_go_on_in_further_sheets() -> None:
    rows = [dispatched(str(number), name=f"第{number}人") for number in range(25)]
    book = opened(written(rows, sheet_rows=16))
    assert book.sheetnames == ["已外派", "已外派(2)", "已外派(3)", "未来三年计划外派", "导出信息"]
    pages = [book[name] for name in book.sheetnames[:3]]
    assert [sheet.cell(row, 1).value for sheet in pages for row in range(7, sheet.max_row + 1)] == list(range(1, 26))
    assert "B7:B16" in merged(pages[1])
    assert [sheet.max_row for sheet in pages] == [16, 16, 11]


def test_who_is_neither_abroad_nor_planned_stands_apart_from_the_two_tables() -> None:
    book = opened(annex3_bytes([dispatched("1", name="无计划", posting=Posting.NONE, project=None)], info=INFO))
    assert book.sheetnames == ["已外派", "未来三年计划外派", "尚无外派计划", "待补", "导出信息"]
    assert book["尚无外派计划"]["E7"].value == "无计划"
    assert book["已外派"].max_row == book["未来三年计划外派"].max_row == 6


def test_what_a_unit_stamps_holds_only_the_tables() -> None:
    assert opened(written([planned("1", phone="")], tables_only=True)).sheetnames == ["已外派", "未来三年计划外派"]


def test_progress_ends_at_all_rows() -> None:
    heard: list[tuple[int, int]] = []
    write_annex3(BytesIO(), many(450), info=INFO, progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (450, 450)
    assert heard == sorted(heard)
    assert len(heard) >= 3


def test_a_project_known_only_by_country_keeps_its_country() -> None:
    sheet = opened(annex3_bytes([planned("1", project=OverseasProject(country="新加坡"))], info=INFO))[
        "未来三年计划外派"
    ]
    assert (sheet["C7"].value, sheet["D7"].value) == (None, "新加坡")
