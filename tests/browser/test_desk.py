"""The secretariat's desk in a real browser, on a phone and on an office PC: everything it is for, seen and used."""

import re
from asyncio import to_thread
from collections.abc import AsyncIterator, Iterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
from openpyxl import load_workbook
from playwright.async_api import Browser, Page, expect

from tests.browser.office import office_of
from tests.browser.person import Person
from tests.browser.test_accessibility import TARGET, overflow, violations
from tests.program import Program

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE, PC = (360, 640), (1280, 800)
PAGES = (
    "",
    "/stats",
    "/societies",
    "/clock",
    "/partners",
    "/questions",
    "/briefings",
    "/broadcasts",
    "/exports",
    "/people",
    "/audit",
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with office_of(tmp_path_factory.mktemp("desk") / "data") as program:
        yield program


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lead(chrome: Browser, office: Program) -> AsyncIterator[Person]:
    """The lead at the chat page, bound by the code of the first start."""
    person = await Person.arrive(chrome, office.address)
    await person.type(f"/join {office.code}")
    await person.page.locator(".bot", has_text="绑定成功").wait_for()
    yield person
    await person.leave()


async def link_of(lead: Person) -> str:
    """Another one-time link, as the lead's own chat shows it."""
    count = await lead.page.locator(".bot", has_text="/enter?code=").count()
    await lead.type("/desk")
    await expect(lead.page.locator(".bot", has_text="/enter?code=")).to_have_count(count + 1)
    said = await lead.page.locator(".bot", has_text="/enter?code=").last.inner_text()
    found = re.search(r"http\S+/enter\?code=[A-Z0-9-]+", said)
    assert found, said
    return found[0]


async def at_the_desk(
    chrome: Browser, office: Program, lead: Person, size: tuple[int, int], **context: object
) -> Person:
    person = await Person.at(chrome, office.address, width=size[0], height=size[1], reduced_motion="reduce", **context)
    await person.page.goto(await link_of(lead))
    await person.page.get_by_role("button", name="登录").click()
    await expect(person.page.get_by_role("heading", name="人员", exact=True)).to_be_visible()
    return person


async def open_case(person: Person, name: str) -> None:
    await person.page.goto(f"{person.address}/desk?text={name}")
    await person.page.get_by_role("link", name=name).first.click()
    await expect(person.page.get_by_role("heading", name=name)).to_be_visible()


async def tidy(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    problems = await violations(page) + await small_targets(page)
    if await overflow(page):
        problems.append(f"scrolls sideways by {await overflow(page)}")
    return problems


async def small_targets(page: Page) -> list[str]:
    """What a thumb would miss: everything that is pressed but links within a text."""
    return await page.evaluate(
        """least => [...document.querySelectorAll(
            'button, summary, select, textarea, input:not([type=hidden], [type=checkbox]), label.tick, nav a, '
            + (innerWidth < 600 ? 'tbody th a, a.button' : 'a.button'))]
        .filter(each => each.offsetParent)
        .map(each => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
        .filter(([, box]) => box.height < least - 0.5)
        .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)""",
        TARGET,
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, PC], ids=["phone", "pc"])
async def test_no_page_has_a_violation_or_a_complaint_or_asks_anybody_else(
    chrome: Browser, office: Program, lead: Person, size: tuple[int, int], scheme: str
) -> None:
    person = await at_the_desk(chrome, office, lead, size, color_scheme=scheme)
    found: dict[str, list[str]] = {}
    for path in PAGES:
        await person.page.goto(f"{person.address}/desk{path}")
        found[path] = await tidy(person.page)
    await open_case(person, "张伟")
    for each in await person.page.locator("details").all():
        await each.locator("summary").click()
    found["case"] = await tidy(person.page)
    await person.page.goto(f"{person.address}/desk/candidates/999999")
    found["nothing here"] = await violations(person.page)
    complaints = [each for each in person.complaints if "404" not in each]
    await person.leave()
    stranger = await Person.at(chrome, office.address, width=size[0], height=size[1], color_scheme=scheme)
    await stranger.page.goto(f"{office.address}/desk")
    found["entrance"] = await tidy(stranger.page)
    await stranger.leave()

    assert {path: problems for path, problems in found.items() if problems} == {}
    assert complaints == []
    assert {each for each in person.requests if not each.startswith(office.address)} == set()


@pytest.mark.parametrize("scripted", [True, False], ids=["with a script", "without a script"])
@pytest.mark.parametrize("size", [PHONE, PC], ids=["phone", "pc"])
async def test_one_signs_in_finds_filters_decides_and_answers(
    chrome: Browser, office: Program, lead: Person, size: tuple[int, int], scripted: bool
) -> None:
    person = await at_the_desk(chrome, office, lead, size, java_script_enabled=scripted)
    page = person.page
    box = page.get_by_role("searchbox")
    await box.fill("zhangwei")
    await box.press("Enter")
    await expect(page.get_by_role("link", name="张伟")).to_be_visible()
    await expect(page.get_by_text("共 1 人")).to_be_visible()
    await page.get_by_role("link", name="全部").click()
    await page.get_by_text("筛选与排序").click()
    await page.get_by_label("领域").select_option("水利水电工程类")
    await page.get_by_label("状态").select_option(label="已提交")
    await page.get_by_role("button", name="查看", exact=True).click()
    await page.wait_for_url("**status=submitted**")
    rows = page.locator("tbody tr")
    assert await rows.count() > 2
    for each in await rows.all_inner_texts():
        assert "水利水电工程类" in each
        assert "已提交" in each

    await open_case(person, "张伟")
    await expect(page.get_by_text("手机号打不通，请核对。")).to_be_visible()
    await page.get_by_label("新备注（候选人看不到）").fill("已电话核对")
    await page.get_by_role("button", name="保存备注").click()
    await expect(page.get_by_text("已电话核对").last).to_be_visible()
    await expect(page.get_by_role("status")).to_have_text("备注已保存。")

    await page.goto(f"{person.address}/desk?status=submitted&order=oldest")
    name = await page.locator("tbody th a").first.inner_text()
    await page.locator("tbody th a").first.click()
    await page.get_by_role("button", name="改为“已推荐”").click()
    await expect(page.get_by_role("heading", name=name)).to_contain_text("已推荐")
    await expect(page.get_by_role("status")).to_contain_text("已处理")
    await person.leave()


async def test_the_figures_are_pictures_with_real_chinese_glyphs(
    chrome: Browser, office: Program, lead: Person
) -> None:
    for size in (PHONE, PC):
        person = await at_the_desk(chrome, office, lead, size)
        await person.page.goto(f"{person.address}/desk/stats")
        await expect(person.page.locator("figure svg")).to_have_count(5)
        texts = await person.page.locator("figure svg text").all_text_contents()
        assert {"土木工程类", "已推荐"} <= {each.strip() for each in texts}
        assert [each for each in await glyphs(person.page) if each["drawn"] in each["missing"]] == []
        await person.leave()


async def glyphs(page: Page) -> list[dict[str, object]]:
    """Each Chinese character of the pictures as it is drawn with their font, and how what no font has is drawn."""
    return await page.evaluate(
        """() => {
        const canvas = document.createElement('canvas'), brush = canvas.getContext('2d', {willReadFrequently: true});
        canvas.width = canvas.height = 48;
        const draw = (text, font) => {
            brush.clearRect(0, 0, 48, 48);
            brush.font = '32px ' + font;
            brush.fillText(text, 4, 38);
            return brush.getImageData(0, 0, 48, 48).data.join();
        };
        const found = new Map();
        for (const each of document.querySelectorAll('figure svg text'))
            for (const letter of each.textContent)
                if (letter > '\\u2e80') found.set(letter, getComputedStyle(each).fontFamily);
        return [...found].map(([letter, font]) => ({
            letter,
            drawn: draw(letter, font),
            missing: [draw('\\u{10fffd}', font), draw('\\u{e123}', font), draw(' ', font)],
        }));
    }"""
    )


async def test_an_export_appears_by_itself_and_holds_the_people(chrome: Browser, office: Program, lead: Person) -> None:
    person = await at_the_desk(chrome, office, lead, PC)
    page = person.page
    await page.goto(f"{person.address}/desk/exports")
    await page.get_by_role("button", name="导出各学会名单").click()
    link = page.get_by_role("link", name=re.compile("全国学会名单"))
    await expect(link).to_be_visible(timeout=40_000)  # nothing is pressed: the page keeps itself fresh
    async with page.expect_download() as arriving:
        await link.click()
    download = await arriving.value
    content = await to_thread(Path(await download.path()).read_bytes)
    await page.goto(f"{person.address}/desk/audit")
    audited = await page.locator("tbody").inner_text()
    await person.leave()

    assert load_workbook(BytesIO(content)).sheetnames
    for action in ("export", "fetch_export", "desk_sign_in", "view_full_record", "decide"):
        assert action in audited, action
    assert person.complaints == []


async def test_a_broadcast_is_approved_and_its_progress_moves_by_itself(
    chrome: Browser, office: Program, lead: Person
) -> None:
    person = await at_the_desk(chrome, office, lead, PHONE)
    page = person.page
    await page.goto(f"{person.address}/desk/broadcasts")
    waiting = page.locator("section", has_text="辅导会录像")
    await expect(waiting).to_contain_text("等待另一位成员批准")
    await waiting.get_by_role("button", name="批准发送").click()
    await expect(page.get_by_role("status")).to_have_text("已批准。")
    await expect(waiting.locator("progress")).to_be_visible()
    await expect(waiting).to_contain_text("发送中")
    await page.evaluate("document.querySelector('#live .count').textContent = 'old'")
    await expect(page.locator("#live .count").first).to_contain_text("自动更新", timeout=15_000)
    await page.locator("section", has_text="辅导会录像").get_by_role("button", name="取消").click()
    await expect(page.locator("section", has_text="辅导会录像")).to_contain_text("已取消")
    await person.leave()

    assert person.complaints == []


async def test_a_question_from_the_chat_page_is_answered_on_the_desk(
    chrome: Browser, office: Program, lead: Person
) -> None:
    engineer = await Person.arrive(chrome, office.address)
    await engineer.type("/ask 我的护照过期了，还能报名吗？正在换发")
    await engineer.page.get_by_role("button", name=re.compile("是|发给|转")).first.click()
    person = await at_the_desk(chrome, office, lead, PHONE)
    await expect(person.page.get_by_role("link", name=re.compile("个问题等待回复"))).to_be_visible()
    await person.page.goto(f"{person.address}/desk/questions")
    asked = person.page.locator("section.question", has_text="护照过期")
    await asked.get_by_label("回复").fill("可以报名，换发后补交。")
    await asked.get_by_role("button", name="发送").click()
    await expect(person.page.get_by_role("status")).to_have_text("回复已发出。")
    await expect(engineer.page.locator(".bot", has_text="可以报名，换发后补交。")).to_be_visible(
        timeout=40_000  # the chat page asks every twenty seconds
    )
    await person.leave()
    await engineer.leave()


async def test_a_used_link_opens_nothing(chrome: Browser, office: Program, lead: Person) -> None:
    link = await link_of(lead)
    first = await Person.at(chrome, office.address)
    await first.page.goto(link)
    await first.page.get_by_role("button", name="登录").click()
    await expect(first.page.get_by_role("heading", name="人员", exact=True)).to_be_visible()
    await first.page.get_by_role("button", name="退出").click()
    await expect(first.page.get_by_role("button", name="登录")).to_be_visible()
    second = await Person.at(chrome, office.address)
    await second.page.goto(link)
    await second.page.get_by_role("button", name="登录").click()
    await expect(second.page.get_by_role("alert")).to_contain_text("代码不对、用过了或已过期")
    await second.page.goto(f"{office.address}/desk")
    await expect(second.page.get_by_role("button", name="登录")).to_be_visible()
    await first.leave()
    await second.leave()
