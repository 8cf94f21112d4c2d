"""The main job, as people do it: taken in by chat on Telegram, exported by the secretariat."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.engineer import DISPATCHED, STATEMENT, question_on, take_in
from tests.peers.telegram_people import Person
from tests.peers.telegram_server import TelegramServer
from tests.program import Program


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as started:
        yield started


@pytest.fixture
def program(tmp_path: Path, server: TelegramServer) -> Program:
    return Program(
        tmp_path / "data", TELEGRAM_TOKEN=server.token, TELEGRAM_BASE_URL=server.base_url, TELEGRAM_RATE="500"
    )


class Phone:
    """A person who waits for the answer to each message."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def say(self, text: str) -> None:
        self.person.say(text)
        self.person.wait_for_message()
        self.person.wait_quiet(0.1, 5)

    def screen(self) -> str:
        return self.person.received[-1].text


def begin(server: TelegramServer, number: int, name: str) -> Phone:
    phone = Phone(server.person(number, name, "zh-hans"))
    phone.say("/start")
    return phone


def test_an_engineer_is_taken_in_and_the_export_holds_what_was_typed(program: Program, server: TelegramServer) -> None:
    with program:
        engineer = begin(server, 101, "张伟")
        asked = take_in(DISPATCHED, engineer.screen, engineer.say)
        assert len(asked) <= 22

        secretary = begin(server, 102, "秘书")
        secretary.say("/export")
        assert "授权" in secretary.screen()
        secretary.say(f"/join {program.code}")
        secretary.say("/export")
        secretary.say("全部")
        secretary.person.say("所有已提交的")
        sent = secretary.person.wait_for(lambda message: bool(message.file_id), 20)

        workbook = load_workbook(BytesIO(secretary.person.download(sent)))
        cells = {str(cell.value) for row in workbook.worksheets[0].iter_rows() for cell in row if cell.value}
        assert {"张伟", "13800138000", "土木工程类", "缅甸仰光", "仰光大桥项目", "承包工程", "在建", STATEMENT} <= cells
        assert program.stop() == 0


def test_killed_and_restarted_in_the_middle_it_goes_on_at_the_same_question(
    program: Program, server: TelegramServer
) -> None:
    with program:
        engineer = begin(server, 201, "李四")
        take_in(DISPATCHED, engineer.screen, engineer.say, until="project_type")
        program.kill()
        program.start()

        engineer.say("/status")

        assert question_on(engineer.screen()) == "project_type"
        take_in(DISPATCHED, engineer.screen, engineer.say)
