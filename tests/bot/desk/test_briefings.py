"""Briefings on the desk: called after a look at how many, changed, called off, with the list of who comes."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from bot.deciding import Member
from bot.store import briefings
from domain.audience import Attendance
from tests.bot.desk.browser import DeskBrowser
from tests.bot.desk.office import Office

PARTS = {
    "title": "申报辅导（第一场）",
    "starts": "2025-03-10T15:00",
    "minutes": "90",
    "place": "线上",
    "join_link": "https://meeting.example/1",
    "text": "请提前十分钟进入。",
    "materials": "毕业证书",
}


@pytest.fixture
def member(office: Office) -> Member:
    return office.hires("王芳")


async def at_the_desk(office: Office, member: Member) -> DeskBrowser:
    browser = DeskBrowser(office)
    await browser.sign_in(member)
    await browser.open("/desk/briefings")
    return browser


def called(office: Office) -> list[briefings.Called]:
    return list(office.store.read_now(briefings.listing))


async def test_one_is_called_only_after_its_audience_was_counted(office: Office, member: Member) -> None:
    office.takes_in("张伟")
    browser = await at_the_desk(office, member)

    await browser.post("/desk/briefings", **PARTS, do="check")
    assert "将邀请 1 人" in browser.text
    assert called(office) == []
    await browser.post("/desk/briefings", **PARTS, do="send")

    (made,) = called(office)
    assert made.briefing.title == PARTS["title"]
    assert f"{made.briefing.starts_at:%H:%M %z}" == "15:00 +0800"
    assert "未回复 1" in browser.text
    assert "briefing 1" in {subject for _, subject, _ in office.audited("brief")}


async def test_only_those_who_are_chosen_are_counted(office: Office, member: Member) -> None:
    office.takes_in("张伟")
    browser = await at_the_desk(office, member)

    await browser.post("/desk/briefings", **PARTS, levels="senior", stages="registered", do="check")

    assert "将邀请 0 人" in browser.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"starts": "明天"},
        {"starts": "2020-01-01T10:00"},
        {"minutes": "0"},
        {"minutes": "-5"},
        {"place": "", "join_link": ""},
        {"join_link": "javascript:alert(1)"},
        {"levels": "king"},
    ],
)
async def test_what_makes_no_briefing_is_said_and_what_was_typed_is_kept(
    office: Office, member: Member, wrong: dict[str, str]
) -> None:
    browser = await at_the_desk(office, member)

    await browser.post("/desk/briefings", **{**PARTS, **wrong}, do="send")

    assert browser.last.status_code == 422
    assert "没有保存" in browser.text
    assert "毕业证书" in browser.last.text
    assert called(office) == []


async def test_a_change_is_made_once_and_a_late_one_is_told_so(office: Office, member: Member) -> None:
    office.takes_in("张伟")
    browser = await at_the_desk(office, member)
    await browser.post("/desk/briefings", **PARTS, do="send")
    await browser.open("/desk/briefings/1")

    await browser.post("/desk/briefings/1", **{**PARTS, "place": "会议室"}, sequence="0")
    assert "正在通知变动" in browser.text
    await browser.post("/desk/briefings/1", **{**PARTS, "place": "礼堂"}, sequence="0")

    assert "其他成员刚刚修改过" in browser.text
    (made,) = called(office)
    assert (made.briefing.place, made.briefing.sequence) == ("会议室", 1)


async def test_one_that_is_called_off_cannot_be_changed_any_more(office: Office, member: Member) -> None:
    office.takes_in("张伟")
    browser = await at_the_desk(office, member)
    await browser.post("/desk/briefings", **PARTS, do="send")
    await browser.open("/desk/briefings/1")

    await browser.post("/desk/briefings/1/cancel")
    assert "已取消" in browser.text
    assert "保存并通知" not in browser.text
    await browser.post("/desk/briefings/1", **{**PARTS, "place": "礼堂"}, sequence="1")

    (made,) = called(office)
    assert made.briefing.cancelled
    assert made.briefing.place == "线上"


async def test_the_attendance_list_names_everyone_who_was_called_and_is_audited(office: Office, member: Member) -> None:
    engineer, _ = office.takes_in("张伟")
    browser = await at_the_desk(office, member)
    await browser.post("/desk/briefings", **PARTS, do="send")
    person = engineer.account.person
    office.store.write_now(lambda c: briefings.record_answer(c, 1, person, Attendance.COMING, office.clock()))

    answer = await browser.open("/desk/briefings/1/attendance")

    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert {"张伟", "参加"} <= cells
    assert answer.headers["cache-control"] == "no-store"
    assert "attendance of briefing 1" in {subject for _, subject, _ in office.audited("export")}


async def test_material_needs_words_and_is_sent_once_for_each_press(office: Office, member: Member) -> None:
    office.takes_in("张伟")
    browser = await at_the_desk(office, member)
    await browser.post("/desk/briefings", **PARTS, do="send")
    await browser.open("/desk/briefings/1")

    await browser.post("/desk/briefings/1/material", material="  ")
    assert browser.last.status_code == 422
    await browser.open("/desk/briefings/1")
    await browser.post("/desk/briefings/1/material", material="回放 https://meeting.example/r")

    assert "材料正在发送" in browser.text
    found = office.store.read_now(lambda c: briefings.material(c, 1))
    assert found is not None
    assert found.text == "回放 https://meeting.example/r"


async def test_a_briefing_that_is_none_is_nowhere(office: Office, member: Member) -> None:
    browser = await at_the_desk(office, member)
    for path in ("/desk/briefings/77", "/desk/briefings/77/attendance"):
        assert (await browser.open(path)).status_code == 404
