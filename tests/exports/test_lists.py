"""The plain lists: whom a broadcast did not reach, who comes to a briefing, societies, partner bodies."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from domain.application import ApplicationStatus
from domain.audience import Attendance
from domain.briefing import Briefing
from domain.broadcast import NOT_REACHED, DeliveryState, Report
from domain.campaign import campaign
from domain.vocabulary import Language, Level
from exports.annex3_info import ExportInfo
from exports.attendance import Invitee, attendance_workbook
from exports.cell_text import CellTooLongError
from exports.list_form import list_forms
from exports.list_workbook import ListSheet, list_workbook
from exports.not_reached import NotReached, not_reached_workbook
from exports.society_list import ListedCandidate, NotRegisteredError, partner_workbook, society_workbook

INFO = ExportInfo(asked_at=datetime(2025, 5, 1, 2, tzinfo=UTC), asked_by="林秘书", filter="阶段：已提交")
LU = NotReached(
    name="陆行远", phone="+8613812345678", unit="远山工程集团", country="缅甸", state=DeliveryState.UNREACHABLE
)
CIVIL = ListedCandidate(
    name="陆行远",
    phone="+8613812345678",
    field="土木工程类",
    specialty="结构工程",
    level=Level.SENIOR,
    unit="远山工程集团",
    location="缅甸仰光",
    stage=ApplicationStatus.ALLOCATED,
)


def _book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def _table(sheet: Worksheet) -> list[list[object]]:
    """The rows below the header, which begins with 序号."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(at for at, row in enumerate(rows) if row[0] == "序号")
    return rows[top + 1 :]


def _not_reached(people: list[NotReached]) -> bytes:
    counts = {state: sum(each.state is state for each in people) for state in DeliveryState}
    return not_reached_workbook(
        people, text="{name}您好", audience="全部人员", report=Report(len(people), counts), info=INFO
    )


def test_only_those_who_were_not_reached_are_listed_each_with_a_reason():
    people = [
        NotReached(name=f"人{at}", phone="+95912345678", unit="甲", country="缅甸", state=state)
        for at, state in enumerate(DeliveryState)
    ]
    sheet = _book(_not_reached(people)).worksheets[0]
    rows = _table(sheet)
    assert [row[0] for row in rows] == list(range(1, len(NOT_REACHED) + 1))
    assert {row[1] for row in rows} == {each.name for each in people if each.state in NOT_REACHED}
    assert all(row[6] for row in rows)
    assert "未送达人数：6" in {cell.value for cell in sheet["A"]}
    assert "总人数：9" in {cell.value for cell in sheet["A"]}


def test_a_phone_number_is_text_that_can_be_dialled():
    sheet = _book(_not_reached([LU])).worksheets[0]
    [row] = _table(sheet)
    assert row[1:6] == ["陆行远", "13812345678", "远山工程集团", "缅甸", "无法送达"]
    cell = sheet.cell(sheet.max_row, 3)
    assert (cell.data_type, cell.number_format) == ("s", "@")


def test_a_detail_stands_behind_the_reason():
    detailed = NotReached(name="甲", phone="", unit="", country="", state=DeliveryState.FAILED, detail="文件过大")
    [row] = _table(_book(_not_reached([detailed])).worksheets[0])
    assert str(row[6]).endswith("（文件过大）")


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2", "张\x00三", "李😀四"])
def test_whatever_a_name_begins_with_stays_text(name: str):
    hostile = NotReached(name=name, phone="", unit=name, country="", state=DeliveryState.FAILED)
    sheet = _book(_not_reached([hostile])).worksheets[0]
    cell = sheet.cell(sheet.max_row, 2)
    assert cell.value == name.replace("\x00", "")
    assert cell.data_type == "s"
    assert sheet.cell(sheet.max_row, 4).value == name.replace("\x00", "")


def test_the_attendance_list_counts_the_answers_and_has_room_to_sign():
    start = datetime(2025, 5, 8, 7, tzinfo=UTC)
    briefing = Briefing(key="b1", title="申报辅导", starts_at=start, minutes=60, place="会议室")
    people = [
        Invitee(name="丙", phone="", unit="甲", country="缅甸"),
        Invitee(
            name="乙",
            phone="+8613912345678",
            unit="甲",
            country="缅甸",
            answer=Attendance.COMING,
            answered_at=start - timedelta(days=2),
        ),
        Invitee(name="丁", phone="", unit="甲", country="", answer=Attendance.NOT_COMING),
    ]
    sheet = _book(attendance_workbook(briefing, people, info=INFO)).worksheets[0]
    above = [sheet.cell(row, 1).value for row in range(1, 9)]
    assert above == [
        "宣讲会出席名单",
        "宣讲会：申报辅导",
        "开始时间（北京时间）：2025-05-08 15:00",
        "地点或链接：会议室",
        "参加：1",
        "不参加：1",
        "回看：0",
        "未答复：1",
    ]
    assert [row[1] for row in _table(sheet)] == ["乙", "丁", "丙"]
    assert _table(sheet)[0][5:] == ["参加", "2025-05-06 15:00", None]


def test_there_is_a_sheet_for_each_society_and_fields_without_one_are_named():
    notice = campaign("2025")
    societies = dict.fromkeys(notice.societies, "") | {"土木工程类": "中国土木工程学会"}
    other = ListedCandidate(**{**_members(CIVIL), "name": "周远", "field": "水利水电工程类", "specialty": "水工结构"})
    book = _book(society_workbook(notice.model_copy(update={"societies": societies}), [other, CIVIL], info=INFO))
    assert book.sheetnames == ["中国土木工程学会", "未设置学会 水利水电工程类", "导出信息"]
    assert _table(book.worksheets[0]) == [
        [1, "陆行远", "13812345678", "土木工程类", "结构工程", "资深工程会员", "远山工程集团", "缅甸仰光", "已分配学会"]
    ]
    assert book.worksheets[1]["A2"].value == "全国学会：未设置学会"


def test_only_registered_members_are_put_forward_to_a_partner_body():
    body = campaign("2025").partners[0]
    with pytest.raises(NotRegisteredError, match="陆行远"):
        partner_workbook([(body, [CIVIL])], info=INFO)
    registered = ListedCandidate(
        **{**_members(CIVIL), "stage": ApplicationStatus.REGISTERED, "registered_on": date(2025, 9, 1)}
    )
    sheet = _book(partner_workbook([(body, [registered])], info=INFO)).worksheets[0]
    assert sheet["A2"].value == f"境外工程组织：{body.name[Language.ZH]}"
    [row] = _table(sheet)
    assert row[6] == "2025-09-01"


def _members(person: ListedCandidate) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ListedCandidate.__slots__}


def _sheet(rows: int, name: str = "名单") -> ListSheet:
    form = list_forms().not_reached
    lines = tuple((f"人{at}", "", "", "", "", "", "") for at in range(rows))
    return ListSheet(name=name, title="名单", form=form, facts=("a", "b", 1, 1), rows=lines)


def test_a_list_longer_than_a_sheet_goes_on_on_the_next():
    book = _book(list_workbook([_sheet(10)], info=INFO, sheet_rows=10))
    assert book.sheetnames == ["名单", "名单(2)", "名单(3)", "导出信息"]
    names = [row[1] for sheet in book.worksheets[:-1] for row in _table(sheet)]
    assert names == [f"人{at}" for at in range(10)]


def test_sheets_have_names_that_a_spreadsheet_takes():
    long = "中国某某某某某某某某某某某某某某某某某某某某某某某某某某某学会"
    wanted = ["a/b:c", "A/B:C", long, long, "", "导出信息", "'x'"]
    book = _book(list_workbook([_sheet(1, name) for name in wanted], info=INFO))
    names = book.sheetnames
    assert len({name.casefold() for name in names}) == len(wanted) + 1
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_an_empty_list_is_a_sheet_with_its_headers():
    assert _table(_book(list_workbook([_sheet(0)], info=INFO)).worksheets[0]) == []


def test_the_last_sheet_says_what_the_file_is():
    sheet = _book(_not_reached([LU])).worksheets[-1]
    facts = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2)}
    assert facts["导出时间（北京时间）"] == "2025-05-01 10:00:00"
    assert (facts["导出人"], facts["筛选条件"], facts["人数"]) == ("林秘书", "阶段：已提交", 1)


def test_a_text_that_no_cell_holds_is_refused_and_not_cut():
    with pytest.raises(CellTooLongError):
        _not_reached([NotReached(name="长" * 32_768, phone="", unit="", country="", state=DeliveryState.FAILED)])


def test_same_list_same_bytes_in_every_run():
    code = "import sys, tests.exports.test_lists as t; sys.stdout.buffer.write(t._not_reached([t.LU, t.LU]))"
    root = Path(__file__).parents[2]
    elsewhere = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={"PYTHONHASHSEED": "1"}, capture_output=True, check=True
    )
    assert elsewhere.stdout == _not_reached([LU, LU])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=20), st.sampled_from(NOT_REACHED)), max_size=5))
def test_any_names_make_a_workbook_that_opens_with_everyone_in_it(people: list[tuple[str, str, DeliveryState]]):
    listed = [NotReached(name=name, phone="", unit=unit, country="", state=state) for name, unit, state in people]
    assert len(_table(_book(_not_reached(listed)).worksheets[0])) == len(people)
