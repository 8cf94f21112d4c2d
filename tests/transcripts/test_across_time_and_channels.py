"""What no transcript shows: reminders as time passes, going on elsewhere, files sent together; by the real program."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.channels.base import ChannelName
from tests.engineer import DISPATCHED, question_on, take_in
from tests.peers.telegram_people import Attachment, Person
from tests.peers.telegram_server import TelegramServer
from tests.transcripts.beside import Beside
from tests.transcripts.clocked_program import ClockedProgram
from tests.web_visitor import Visitor, seen

DAY = 24.0
PHOTO = b"\xff\xd8\xff\xe0 a photo"
NO_PHOTO = b"MZ\x90\x00 a program that calls itself a photo"


@dataclass
class World:
    """The program, the platform, the records."""

    server: TelegramServer
    program: ClockedProgram
    beside: Beside

    def phone(self, number: int) -> "Phone":
        return Phone(self, self.server.person(number))


@dataclass
class Phone:
    """One person on Telegram who waits for each answer."""

    world: World
    person: Person
    done: int = 0

    def says(self, text: str) -> None:
        self.person.say(text)
        self.answered()

    def answered(self, messages: int = 1) -> None:
        self.done += messages
        self.world.beside.wait_until_answered(ChannelName.TELEGRAM, str(self.person.id), self.done)

    def screen(self) -> str:
        return self.person.received[-1].text

    def leaves_at(self, question: str) -> "Phone":
        self.says("/start")
        take_in(DISPATCHED, self.screen, self.says, until=question)
        return self

    def reminders(self) -> list[int]:
        return [each.message_id for each in self.person.received if any(b.text == "不再提醒" for b in each.buttons)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("across") / "data"
    with TelegramServer() as server:
        program = ClockedProgram(
            folder, TELEGRAM_TOKEN=server.token, TELEGRAM_BASE_URL=server.base_url, TELEGRAM_RATE="1000"
        )
        with program, Beside(program) as beside:
            yield World(server, program, beside)
            assert "Traceback" not in program.written()


def code_on(screen: str) -> str:
    return next(word for word in screen.split() if word.count("-") == 2)


def test_a_code_takes_the_conversation_to_the_page_once_and_for_ten_minutes(world: World) -> None:
    phone = world.phone(1).leaves_at("degree")
    phone.says("/continue")
    code = code_on(phone.screen())
    with Visitor(world.program.address) as page, Visitor(world.program.address) as thief:
        page.says(f"/start {code}")
        assert page.subject == "degree"
        page.says(DISPATCHED["degree"])
        assert page.subject == "major"

        refused = seen(thief.says(f"/start {code}")).text
        assert "已被使用或已过期" in refused

    phone.says("/status")
    assert question_on(phone.screen()) == "major"
    phone.says("/continue")
    late = code_on(phone.screen())
    world.program.wait(10.1 / 60)
    with Visitor(world.program.address) as page:
        assert "已被使用或已过期" in seen(page.says(f"/start {late}")).text


def test_a_code_takes_the_conversation_from_the_page_to_telegram(world: World) -> None:
    with Visitor(world.program.address) as page:
        page.says("你好")
        while page.subject != "phone":
            page.says(DISPATCHED[page.subject])
        code = code_on(seen(page.says("/continue")).text)
    phone = world.phone(2)

    phone.says(f"/start {code}")
    phone.person.wait_for_text("手机号")

    assert question_on(phone.screen()) == "phone"
    record = world.beside.record(ChannelName.TELEGRAM, "2")
    assert record["name"] == DISPATCHED["name"]


def test_files_sent_together_are_one_answer_and_are_told_by_their_content(world: World) -> None:
    phone = world.phone(3).leaves_at("home")
    phone.person.press("补充附件")
    phone.answered()
    before = len(phone.person.received)

    phone.person.album(*(Attachment("photo", PHOTO) for _ in range(3)))
    phone.answered(3)
    phone.person.album(Attachment("document", PHOTO, "毕业证.exe"), Attachment("document", NO_PHOTO, "photo.jpg"))
    phone.answered(2)

    first, second = (each.text for each in phone.person.received[before:])
    assert "3" in first
    assert "1 个文件没能收下" in second
    held = str(world.beside.record(ChannelName.TELEGRAM, "3")["certificate"]).split()
    assert len(held) == 4
    assert world.beside.media_types(held) == ["image/jpeg"] * 4


def test_reminders_come_three_times_and_stop_at_one_press(world: World) -> None:
    patient, annoyed = world.phone(4).leaves_at("enterprise"), world.phone(5).leaves_at("enterprise")

    world.program.wait(2 * DAY + 1)
    for phone in (patient, annoyed):
        phone.person.wait_for(lambda message: any(each.text == "不再提醒" for each in message.buttons), 20)
    annoyed.person.press("不再提醒")
    annoyed.answered()
    assert "不再提醒您" in annoyed.screen()
    assert "还有 25 天" in patient.screen()
    for days, so_far in ((5, 2), (14, 3), (60, 3)):
        world.program.wait(days * DAY)
        world.beside.wait_for_timers(world.program.now)
        patient.person.wait_quiet(0.3, 10)
        assert len(patient.reminders()) == so_far

    assert len(annoyed.reminders()) == 1
