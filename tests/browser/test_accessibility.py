"""WCAG 2.2 AA by axe, and what axe cannot see: the keyboard alone, targets, what a screen reader is told."""

from importlib.resources import files

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.person import Person, answers
from tests.program import Program

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = files("tests.browser").joinpath("axe.min.js").read_text("utf8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGET = 44


async def violations(page: Page) -> list[str]:
    await page.evaluate(AXE)
    found = await page.evaluate("rules => axe.run(document, {runOnly: rules}).then(result => result.violations)", RULES)
    return [f"{each['id']}: {each['help']} — {node['html'][:160]}" for each in found for node in each["nodes"]]


async def small_targets(page: Page) -> list[str]:
    return await page.evaluate(
        """least => [...document.querySelectorAll('button, a, summary, input:not([type=hidden]), textarea')]
        .filter(each => each.offsetParent)
        .map(each => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
        .filter(([, box]) => Math.min(box.width, box.height) < least - 0.5)
        .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)""",
        TARGET,
    )


async def overflow(page: Page) -> int:
    return await page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_no_step_of_the_intake_has_a_violation(
    chrome: Browser, program: Program, scheme: str, width: int
) -> None:
    given = answers()
    person = await Person.arrive(chrome, program.address, width=width, color_scheme=scheme, reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    while (question := await person.question()) != "home":
        problems = await violations(person.page) + await small_targets(person.page)
        if await overflow(person.page):
            problems.append("scrolls sideways")
        found |= {question: problems} if problems else {}
        await person.answer(given[question])
        await person.leaves(question)
    await person.page.locator("summary").click()
    found["menu"] = await violations(person.page) + await small_targets(person.page)
    for path in ("/resume", "/file/gone"):
        await person.page.goto(f"{program.address}{path}")
        found[path] = await violations(person.page) + await small_targets(person.page)
    await person.leave()

    assert {place: problems for place, problems in found.items() if problems} == {}


async def test_the_intake_is_possible_with_the_keyboard_alone(chrome: Browser, program: Program) -> None:
    given = answers()
    person = await Person.arrive(chrome, program.address, width=1280, height=800)
    keyboard = person.page.keyboard
    while (question := await person.question()) != "home":
        if await person.page.locator(".choice").count():
            await tab_to(person.page, ".choice")
            await keyboard.press("Enter")
        else:
            await tab_to(person.page, "#text")
            await keyboard.insert_text(given[question])
            long = await person.page.locator("textarea#text").count()
            await keyboard.press("Control+Enter" if long else "Enter")
        await person.leaves(question)
        if question == "posting":
            break
    await tab_to(person.page, "summary")
    await keyboard.press("Enter")
    await expect(person.page.locator(".sheet")).to_be_visible()
    await keyboard.press("Escape")
    await expect(person.page.locator(".sheet")).to_be_hidden()
    await person.leave()


async def tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        if await page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {selector}")


async def test_a_screen_reader_hears_what_is_new(chrome: Browser, program: Program) -> None:
    person = await Person.arrive(chrome, program.address)
    await person.take_in(answers(), until="name")
    log = person.page.get_by_role("log")
    heard = await log.aria_snapshot()
    status = await person.page.locator("#offline").get_attribute("role")
    await person.leave()

    assert "互认通：" in heard
    assert "您：" in heard
    assert status == "status"


async def test_big_letters_fit_the_narrowest_telephone(chrome: Browser, program: Program) -> None:
    person = await Person.arrive(chrome, program.address, width=320)
    await person.page.locator("summary").click()
    await person.page.get_by_role("button", name="大字").click()
    await person.page.locator("html.large").wait_for()
    await person.take_in(answers(), until="degree")
    wide = await overflow(person.page)
    await person.leave()

    assert wide == 0


async def test_a_picture_of_the_page_can_be_taken_at_every_size(chrome: Browser, program: Program) -> None:
    for width, height in ((320, 480), (360, 640), (768, 1024), (1280, 800)):
        person = await Person.arrive(chrome, program.address, width=width, height=height)
        await person.take_in(answers(), until="name")
        field, card = person.page.locator("#text"), person.page.locator(".bot").last
        for each in (field, card):
            box = await each.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height
        await person.leave()
