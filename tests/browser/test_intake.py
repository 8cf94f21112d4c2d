"""The whole intake in a real browser, however bad the circumstances: the same record, nothing doubled."""

import random
from asyncio import sleep

import pytest
from playwright.async_api import Browser, Route

from domain.records import Application
from tests.browser.person import Person, answers
from tests.browser.records import applications_of, messages_of, times_answered
from tests.engineer import STATEMENT
from tests.program import Program

pytestmark = pytest.mark.asyncio(loop_scope="session")

DROPS = 10


def the_record(program: Program, phone: str) -> Application:
    """The one record of the person with that number; fails where an answer stands twice."""
    found = applications_of(program, phone)
    assert len(found) == 1
    doubled = {question: times for question, times in times_answered(program, phone).items() if times > 1}
    assert not doubled
    return found[0]


@pytest.fixture(scope="session")
def expected() -> dict[str, Application]:
    """The record that every way must end in: the first test to finish sets it."""
    return {}


def agrees(expected: dict[str, Application], record: Application) -> None:
    assert record.candidate.name == "张伟"
    assert record.candidate.statement == STATEMENT
    assert record == expected.setdefault("record", record)


@pytest.mark.parametrize(
    "circumstances",
    [
        pytest.param({}, id="with a script"),
        pytest.param({"java_script_enabled": False}, id="without a script"),
        pytest.param({"width": 320, "height": 568}, id="320 pixels wide"),
        pytest.param({"width": 320, "java_script_enabled": False}, id="320 pixels wide without a script"),
    ],
)
async def test_an_intake_ends_in_the_record(
    chrome: Browser, program: Program, expected: dict[str, Application], circumstances: dict[str, object]
) -> None:
    given = answers()
    person = await Person.arrive(chrome, program.address, **circumstances)
    await person.take_in(given)
    await person.leave()

    agrees(expected, the_record(program, given["phone"]))
    assert person.complaints == []
    assert all(url.startswith(program.address) for url in person.requests)


class Tunnel:
    """A link that drops at random moments: before a request leaves, while its answer is under way, or for a while."""

    def __init__(self, person: Person, seed: int) -> None:
        self.person = person
        self.dice = random.Random(seed)  # noqa: S311 - a test that can be repeated
        self.at = set(self.dice.sample(range(18), DROPS))
        self.messages = 0
        self.drops: list[str] = []

    async def carry(self, route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        number, self.messages = self.messages, self.messages + 1
        if number not in self.at:
            await route.continue_()
            return
        kind = self.dice.choice(("unsent", "unheard", "away"))
        self.drops.append(kind)
        if kind == "unheard":  # the server has it, the browser does not hear so
            await route.fetch()
        if kind == "away":
            await self.person.context.set_offline(True)
        await route.abort("internetdisconnected")
        if kind == "away":
            await sleep(self.dice.uniform(0.1, 0.6))
            await self.person.context.set_offline(False)


@pytest.mark.parametrize("seed", [1, 2])
async def test_an_intake_with_ten_dropped_links_ends_in_the_same_record(
    chrome: Browser, program: Program, expected: dict[str, Application], seed: int
) -> None:
    given = answers()
    person = await Person.at(chrome, program.address)
    tunnel = Tunnel(person, seed)
    await person.page.route(f"{program.address}/", tunnel.carry)
    await person.open()
    asked = await person.take_in(given)
    await person.leave()

    assert len(tunnel.drops) == DROPS, tunnel.drops
    agrees(expected, the_record(program, given["phone"]))
    assert messages_of(program, given["phone"]) == len(asked)


async def test_what_is_answered_offline_is_sent_in_order_later(chrome: Browser, program: Program) -> None:
    given = answers()
    person = await Person.arrive(chrome, program.address)
    await person.take_in(given, until="name")
    await person.context.set_offline(True)
    await person.type(given["name"])
    await person.page.locator("#offline:not([hidden])").wait_for()
    await person.type(given["phone"])
    await person.page.locator(".state", has_text="待发送").nth(1).wait_for()
    await person.context.set_offline(False)
    await person.leaves("name")
    await person.leaves("phone")
    await person.take_in(given)
    await person.leave()

    the_record(program, given["phone"])


async def test_an_unsent_message_and_a_draft_survive_a_reload(chrome: Browser, program: Program) -> None:
    given = answers()
    person = await Person.arrive(chrome, program.address)
    await person.take_in(given, until="name")

    async def refuse(route: Route) -> None:
        if route.request.method == "POST":
            await route.abort("internetdisconnected")
        else:
            await route.continue_()

    await person.page.route(f"{program.address}/", refuse)
    await person.type(given["name"])
    await person.page.locator(".state", has_text="待发送").wait_for()
    await person.page.locator("#text").fill("写到一半")
    await person.page.reload()
    unsent = await person.said()
    draft = await person.page.locator("#text").input_value()
    await person.page.unroute_all(behavior="wait")
    await person.leaves("name")
    heard = await person.said()
    await person.leave()

    assert unsent[-1] == heard[-1] == given["name"]
    assert draft == "写到一半"
    assert heard.count(given["name"]) == 1


async def test_a_refused_message_is_marked_and_can_be_sent_again_or_discarded(
    chrome: Browser, program: Program
) -> None:
    given = answers()
    person = await Person.arrive(chrome, program.address)
    await person.take_in(given, until="name")

    async def refuse(route: Route) -> None:
        await (route.fulfill(status=400) if route.request.method == "POST" else route.continue_())

    await person.page.route(f"{program.address}/", refuse)
    await person.type("甲")
    await person.page.get_by_role("button", name="删除").click()
    gone = await person.said()
    await person.type(given["name"])
    retry = person.page.get_by_role("button", name="重试")
    await retry.wait_for()
    await person.page.unroute_all(behavior="wait")
    await retry.click()
    await person.leaves("name")
    said = await person.said()
    await person.leave()

    assert "甲" not in gone
    assert said.count(given["name"]) == 1


async def test_an_answer_is_changed_in_place(chrome: Browser, program: Program) -> None:
    given = answers()
    person = await Person.arrive(chrome, program.address)
    await person.take_in(given, until="degree")
    await person.page.locator('.edit[data-edits="name"]').click()
    await person.leaves("degree")
    changed = await person.question()
    await person.type("李四")
    await person.leaves("name")
    back = await person.question()
    await person.take_in(given)
    await person.leave()

    assert (changed, back) == ("name", "degree")
    assert applications_of(program, given["phone"])[0].candidate.name == "李四"


async def test_the_language_is_switched_in_place(chrome: Browser, program: Program) -> None:
    person = await Person.arrive(chrome, program.address)
    await person.take_in(answers(), until="name")
    await person.page.get_by_role("button", name="English").click()
    await person.page.locator('html[lang="en"]').wait_for(state="attached")
    button = await person.page.locator(".send").inner_text()
    await person.leave()

    assert button == "Send"


async def test_the_counter_counts_as_the_server_does(chrome: Browser, program: Program) -> None:
    from domain.records import statement_length  # noqa: PLC0415

    white = "".join(chr(code) for code in range(0x20, 0x3100) if chr(code).isspace())
    text = f"我 领导\n了😀{white}设计\ufeff"
    person = await Person.arrive(chrome, program.address)
    await person.take_in(answers(), until="statement")
    await person.page.locator("#text").fill(text)
    shown = await person.page.locator("#count").inner_text()
    await person.page.locator("#text").fill("字" * 305)
    over = await person.page.locator("#count").inner_text()
    await person.leave()

    assert shown.startswith(f"{statement_length(text)}/300")
    assert "超出 5 字" in over


async def test_an_old_button_on_another_tab_changes_nothing(chrome: Browser, program: Program) -> None:
    given = answers()
    person = await Person.arrive(chrome, program.address)
    await person.take_in(given, until="degree")
    other = Person(person.context, await person.context.new_page(), program.address)
    await other.open()
    await person.page.bring_to_front()
    await person.answer(given["degree"])
    await person.leaves("degree")
    await other.page.bring_to_front()
    await other.answer("博士")
    await other.page.locator(".bot", has_text="按钮").wait_for()
    await person.page.bring_to_front()
    await person.take_in(given)
    await person.leave()

    assert applications_of(program, given["phone"])[0].candidate.degree == "bachelor"
