"""A recommending unit's year, as people do it on Telegram: contact, link, engineer, figures, package, scan, form."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.engineer import DISPATCHED, take_in
from tests.exports.people import INFO, annex3_bytes, dispatched
from tests.peers.telegram_server import TelegramServer
from tests.program import Program
from tests.test_main_job import Phone, begin

UNIT = "重庆远行建设集团"
ENTERPRISE = DISPATCHED["enterprise"]


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as started:
        yield started


@pytest.fixture
def program(tmp_path: Path, server: TelegramServer) -> Program:
    return Program(
        tmp_path / "data", TELEGRAM_TOKEN=server.token, TELEGRAM_BASE_URL=server.base_url, TELEGRAM_RATE="500"
    )


def contact_of_the_unit(program: Program, server: TelegramServer) -> Phone:
    made = program.run("invite", "unit", UNIT)
    assert made.returncode == 0, made.stderr
    contact = begin(server, 301, "联系人")
    contact.say(f"/join {made.stdout.strip().splitlines()[-1].split()[-1]}")
    assert UNIT in contact.screen()
    return contact


def says(phone: Phone, *texts: str) -> str:
    """What the bot says to the last of these, whatever it had sent unasked before."""
    for text in texts:
        before = {message.message_id for message in phone.person.received}
        phone.person.say(text)
        phone.person.wait_for(lambda message, known=before: message.from_bot and message.message_id not in known, 20)
        phone.person.wait_quiet(0.1, 5)
    return phone.screen()


def wait_after(phone: Phone, seen: int, part: str) -> None:
    """Until something that came after the first `seen` messages says so."""
    known = {message.message_id for message in phone.person.received[:seen]}
    phone.person.wait_for(lambda message: message.message_id not in known and part in message.text, 60)


def test_a_unit_enrols_an_engineer_completes_the_figures_and_sends_its_package(
    program: Program, server: TelegramServer
) -> None:
    with program:
        contact = contact_of_the_unit(program, server)

        says(contact, "/projects", ENTERPRISE, "王五", "13700000000", DISPATCHED["project"], "缅甸", "承包工程", "在建")
        assert "多于" in says(contact, "12", "30", "13")
        assert UNIT in says(contact, "9"), "the hub says what the unit has"

        says(contact, "/link")
        contact.person.say(DISPATCHED["project"])
        picture = contact.person.wait_for(lambda message: bool(message.file_id), 30)
        link = next(line for line in picture.text.splitlines() if "t.me" in line)
        letters = link.rsplit("=", 1)[1]

        engineer = Phone(server.person(302, "张伟", "zh-hans"))
        assert UNIT in says(engineer, f"/start {letters}")
        asked = take_in(DISPATCHED, engineer.screen, engineer.say)
        assert not {"enterprise", "project", "country", "project_type", "project_status"} & set(asked)
        other = Phone(server.person(303, "李四", "zh-hans"))
        assert UNIT in says(other, f"/start {letters}"), "one link is for many"

        screen = says(contact, "/candidates")
        assert "资料齐全" in screen
        says(contact, "张伟", "推荐")
        assert "已推荐" in contact.screen()
        engineer.person.wait_for(lambda message: "推荐" in message.text, 10)

        says(contact, "/unit")
        contact.person.say("生成报送材料（附件3、PDF、邮件草稿）")
        workbook = contact.person.wait_for(lambda message: (message.file_name or "").endswith(".xlsx"), 60)
        cells = {
            str(cell.value)
            for row in load_workbook(BytesIO(contact.person.download(workbook))).worksheets[0].iter_rows()
            for cell in row
            if cell.value is not None
        }
        assert {f"{ENTERPRISE} (联系人：王五，手机：13700000000)", "12", "30", "9", "张伟", "缅甸"} <= cells
        mail = contact.person.wait_for(lambda message: (message.file_name or "").endswith(".eml"), 90)
        assert UNIT in mail.text

        says(contact, "/scan")
        contact.person.send_document(b"%PDF-1.7 stamped", "scan.pdf")
        contact.person.wait_for(lambda message: "盖章扫描件 1 份" in message.text, 20)


def test_a_filled_form_is_shown_then_taken_and_its_person_confirms_by_link(
    program: Program, server: TelegramServer
) -> None:
    with program:
        contact = contact_of_the_unit(program, server)
        form = annex3_bytes([dispatched("1", unit=UNIT, present_location="")], info=INFO)

        says(contact, "/import")
        contact.person.send_document(form, "附件3.xlsx")
        contact.person.wait_for(lambda message: "新增 1 人" in message.text, 60)
        assert "没有" in says(contact, "/candidates"), "nothing is changed before it is confirmed"

        read_before = len(contact.person.received)
        says(contact, "/import")
        contact.person.send_document(form, "附件3.xlsx")
        wait_after(contact, read_before, "新增 1 人")
        says(contact, "导入")
        contact.person.wait_for(lambda message: "已导入" in message.text, 60)

        says(contact, "/import")
        contact.person.send_document(b"MZ not a spreadsheet", "附件3.xlsx")
        contact.person.wait_for(lambda message: "没能收下" in message.text, 60)
        says(contact, "/cancel")

        assert "待本人确认" in says(contact, "/candidates")
        says(contact, "陆行远")
        contact.person.say("给本人发确认链接")
        sent = contact.person.wait_for(lambda message: "只能用一次" in message.text, 30)
        letters = next(line for line in sent.text.splitlines() if "t.me" in line).rsplit("=", 1)[1]

        engineer = Phone(server.person(402, "陆行远", "zh-hans"))
        assert "陆行远" in says(engineer, f"/start {letters}")
        asked = take_in(DISPATCHED, engineer.screen, engineer.say)
        assert not {"name", "phone", "posting", "project", "statement"} & set(asked)
        stranger = Phone(server.person(403, "别人", "zh-hans"))
        says(stranger, f"/start {letters}")
        assert "陆行远" not in stranger.screen(), "a link to confirm works once"
