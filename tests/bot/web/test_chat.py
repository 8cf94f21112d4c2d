"""The chat page without a script: what it shows, takes and refuses."""

import asyncio
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from bot.store.states import OutboxState
from bot.store.tables import account, inbox, outbox
from bot.web.mailbox import PAGE
from dialogs.effects import RecordAnswer
from domain.vocabulary import Role
from tests.bot.web.browser import Browser, read
from tests.bot.web.house import House, open_house


def rows(house: House, table: object) -> int:
    return house.store.read_now(lambda connection: connection.scalar(select(func.count()).select_from(table)))


def answers(house: House) -> list[tuple[str, object]]:
    return [(each.question, each.value) for each in house.effects if isinstance(each, RecordAnswer)]


async def begin(browser: Browser) -> None:
    """As far as the question for the name."""
    await browser.open()
    await browser.press("中文")
    await browser.press(next(label for label in browser.page.buttons if label.startswith("同意")))


async def test_the_first_page_asks_the_first_question_with_its_buttons(browser: Browser) -> None:
    page = await browser.open()

    assert page.status == 200
    assert "互认通" in page.said[0]
    assert {"中文", "English"} <= page.buttons.keys()


async def test_looking_at_the_page_stores_nothing(house: House, browser: Browser) -> None:
    for _ in range(3):
        await browser.open()

    assert rows(house, account) == rows(house, inbox) == rows(house, outbox) == 0


async def test_a_press_is_answered_with_the_next_question(house: House, browser: Browser) -> None:
    await browser.open()
    page = await browser.press("中文")

    assert page.said[1] == "您： 中文"
    assert "同意" in page.said[2]
    assert ("language", "zh") in answers(house)
    assert "中文" not in page.buttons


async def test_a_browser_that_prefers_english_is_greeted_in_english(browser: Browser) -> None:
    browser.client.headers["accept-language"] = "en-GB,en;q=0.9,zh;q=0.5"
    page = await browser.open()

    assert '<html lang="en"' in page.html
    assert "Hello" in page.said[0]


async def test_the_same_form_sent_twice_is_one_message(house: House, browser: Browser) -> None:
    await browser.open()
    await browser.press("中文")
    page = browser.page
    label = next(label for label in page.buttons if label.startswith("同意"))
    await browser.press(label)
    after_one = rows(house, inbox)
    browser.page = page
    again = await browser.press(label)

    assert rows(house, inbox) == after_one
    assert again.said.count("您： " + label) == 1


async def test_other_words_from_a_page_gone_back_to_are_another_message(house: House, browser: Browser) -> None:
    await browser.open()
    first = browser.page
    await browser.press("中文")
    browser.page = first
    await browser.press("English")

    assert rows(house, inbox) == 2


async def test_fetching_a_card_is_its_delivery(house: House, browser: Browser) -> None:
    await browser.open()
    await browser.press("中文")

    states = house.store.read_now(lambda connection: list(connection.scalars(select(outbox.c.state))))
    assert states == [OutboxState.SENT]


async def test_what_people_type_is_shown_as_text(browser: Browser) -> None:
    await begin(browser)
    attack = '<script>alert(1)</script>" onload="x\' {{7*7}} <img src=x>'
    page = await browser.type(attack)

    assert "<script>alert" not in page.html
    assert "<img src=x>" not in page.html
    assert f"您： {attack}" in page.said


async def test_a_form_of_another_session_is_refused_and_its_text_is_kept(house: House, browser: Browser) -> None:
    await browser.open()
    stranger = Browser.at(house)
    await stranger.open()
    stranger.page.hidden["csrf"] = browser.page.hidden["csrf"]
    page = await stranger.type("张伟")

    assert page.status == 403
    assert page.field_value == "张伟"
    assert rows(house, inbox) == 0
    await stranger.client.aclose()


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "é", "A" * 5000])
async def test_a_damaged_cookie_is_a_new_session_and_no_error(house: House, cookie: str) -> None:
    transport = httpx.ASGITransport(house.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.example") as client:
        answer = await client.get("/", headers={b"cookie": b"hurentong=" + cookie.encode()})

    assert answer.status_code == 200
    assert "hurentong=" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"text=a", 400),
        (b"id=12345678901&csrf=x", 400),
        (b"id=../../etc/passwd&text=a", 400),
        (b"id=12345678901&text=a&csrf=x", 403),
        (b"\xff\xfe\x00&=&&text", 400),
        (b"a=1&" * 1000, 400),
        (b"id=12345678901&text=" + b"a" * 300_000, 413),
    ],
)
async def test_a_body_that_makes_no_sense_is_refused_politely(browser: Browser, body: bytes, status: int) -> None:
    await browser.open()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await browser.client.post("/", content=body, headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\0",
        "😀" * 5000,
        "字" * 19_000,
        "'; DROP TABLE inbox; --",
        "=cmd|' /C calc'!A0",
        "\u202e\u200b",
        "{{config}}",
    ],
)
async def test_odd_words_get_a_sentence_and_the_question_again(house: House, browser: Browser, text: str) -> None:
    await begin(browser)
    before = answers(house)
    page = await browser.type(text)

    assert page.status == 200
    assert page.subject == "name"
    assert page.said[-1].startswith("互认通：")
    assert answers(house) == before


@pytest.mark.parametrize(
    "query", ["before=x", "before=9999-99-99", "before=0001-01-01T00:00:00%2B23:59", "before=2026-01-01"]
)
async def test_an_odd_address_is_no_error(browser: Browser, query: str) -> None:
    await browser.open()
    await browser.press("中文")

    assert (await browser.open(f"/?{query}")).status == 200


async def test_every_answer_carries_the_protecting_headers(browser: Browser) -> None:
    for path in ("/", "/news", "/manifest.webmanifest", "/static/none.css", "/file/x", "/resume/x", "/nowhere"):
        headers = (await browser.client.get(path)).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in headers


async def test_over_https_the_cookie_is_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    async with (
        open_house(tmp_path, address="https://chat.example") as house,
        httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url="https://chat.example") as client,
    ):
        answer = await client.get("/")

    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-hurentong=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= {part.strip() for part in cookie.split(";")}
    assert answer.headers["strict-transport-security"].startswith("max-age=")


async def test_the_page_holds_no_inline_script_or_style(browser: Browser) -> None:
    await browser.open()
    page = await browser.press("中文")

    assert " style=" not in page.html
    assert " onclick=" not in page.html
    assert page.html.count("<script") == page.html.count("<script src=") == 1
    assert "//" not in page.html.replace("https://", "//").split("<head>")[1].split("</head>")[0]


async def test_an_answer_can_be_changed_from_its_bubble(house: House, browser: Browser) -> None:
    await begin(browser)
    await browser.type("张伟")
    assert ("text", "/edit name") in browser.page.buttons.values()
    page = await browser.submit({"text": "/edit name"})

    assert page.said[-2] == "您： 修改：姓名"
    assert "张伟" in page.said[-1]
    assert ("text", "/edit name") not in page.buttons.values()


async def test_an_old_button_changes_nothing_and_is_answered(house: House, browser: Browser) -> None:
    await browser.open()
    await browser.press("中文")
    agree = next(value for label, value in browser.page.buttons.items() if label.startswith("同意"))
    await browser.submit(dict([agree]))
    before = answers(house)
    page = await browser.submit(dict([agree]))

    assert answers(house) == before
    assert "按钮" in page.said[-1]


async def test_a_forged_button_changes_nothing_and_is_answered(house: House, browser: Browser) -> None:
    await browser.open()
    await browser.press("中文")
    before = answers(house)
    page = await browser.submit({"press": "A" * 35})

    assert answers(house) == before
    assert "按钮" in page.said[-1]


async def test_a_slow_turn_shows_the_message_as_under_way(tmp_path: Path) -> None:
    async with open_house(tmp_path, work=False, turn_seconds=0.05) as house:
        browser = Browser.at(house)
        await browser.open()
        page = await browser.press("中文")
        await browser.client.aclose()

    assert "已收到，正在处理" in page.html
    assert '<noscript><meta http-equiv="refresh"' in page.html


async def test_letters_can_be_big(browser: Browser) -> None:
    await browser.open()
    form = {"csrf": browser.page.hidden["csrf"], "size": "large"}
    await browser.client.post("/look", data=form)

    assert 'class="large"' in (await browser.open()).html


async def test_a_code_is_not_shown_again(browser: Browser) -> None:
    await browser.open()
    page = await browser.type("/join ABCD-EFGH-JKLM")

    assert "ABCD" not in page.html


async def test_the_field_suits_the_question(house: House, browser: Browser) -> None:
    await begin(browser)
    page = await browser.type("张伟")

    assert page.field_kind == "tel/tel"


async def test_longer_talks_lead_back_to_their_beginning(browser: Browser) -> None:
    await browser.open()
    await browser.press("中文")
    for _ in range(20):
        await browser.type("/help")
    page = browser.page
    assert len(page.said) == PAGE
    earlier = next(link for label, link in page.links.items() if "更早" in label)
    await browser.open(earlier)

    assert any("互认通" in said for said in browser.page.said)


async def test_the_script_gets_only_what_is_new(browser: Browser) -> None:
    page = await browser.open()
    form = {"id": "0123456789abcdef", "csrf": page.hidden["csrf"], "text": "中文", "after": "0.0"}
    first = await browser.client.post("/", data=form, headers={"x-chat": "1"})
    again = await browser.client.post("/", data=form, headers={"x-chat": "1"})
    nothing = await browser.client.get("/news?after=1.1", headers={"x-chat": "1"})

    assert [len(read(answer).said) for answer in (first, again)] == [2, 2]
    assert 'data-post="0123456789abcdef"' in first.text
    assert "<header" not in first.text
    assert nothing.status_code == 204


async def test_a_form_of_another_session_is_refused_to_the_script_too(browser: Browser) -> None:
    await browser.open()
    form = {"id": "0123456789abcdef", "csrf": "x", "text": "中文"}

    assert (await browser.client.post("/", data=form, headers={"x-chat": "1"})).status_code == 403


async def test_everything_typed_at_once_is_answered_once_each(house: House, browser: Browser) -> None:
    page = await browser.open()
    hidden = page.hidden

    async def send(number: int) -> httpx.Response:
        form = {"id": f"post-{number:06d}", "csrf": hidden["csrf"], "text": "/help", "after": "0.0"}
        return await browser.client.post("/", data=form, headers={"x-chat": "1"})

    answered = await asyncio.gather(*(send(number % 8) for number in range(24)))

    assert {each.status_code for each in answered} == {200}
    assert rows(house, inbox) == rows(house, outbox) == 8


async def test_an_export_is_downloaded_once_by_its_owner_only(house: House, browser: Browser) -> None:
    house.roles = frozenset({Role.SECRETARIAT, Role.CANDIDATE})
    await browser.open()
    await browser.press("中文")
    await browser.type("/export")
    await browser.press("全部")
    await browser.press("所有已提交的")
    link = next(link for label, link in browser.page.links.items() if "下载" in label)
    stranger = Browser.at(house)
    await stranger.open()
    refused = await stranger.client.get(link)
    taken = await browser.client.get(link)
    again = await browser.client.get(link)
    await browser.open()
    fresh = next(link for label, link in browser.page.links.items() if "下载" in label)
    await stranger.client.aclose()

    assert [refused.status_code, taken.status_code, again.status_code] == [410, 200, 410]
    assert taken.content.startswith(b"PK")
    assert taken.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E9%99%84")
    assert (await browser.client.get(fresh)).status_code == 200


async def test_a_link_hands_the_conversation_to_another_device_once(house: House, browser: Browser) -> None:
    await browser.open()
    await browser.press("中文")
    offered = await browser.client.get("/resume")
    link = offered.text.split('value="http://chat.example')[1].split('"')[0]
    other = Browser.at(house)
    asked = read(await other.client.get(link))
    peeked = read(await other.client.get(link))
    taken = await other.client.post(link, data={"csrf": peeked.hidden["csrf"]})
    page = await other.open()
    third = Browser.at(house)
    once_more = read(await third.client.get(link))
    refused = await third.client.post(link, data={"csrf": once_more.hidden["csrf"]})
    await other.client.aclose()
    await third.client.aclose()

    assert asked.status == peeked.status == 200
    assert taken.status_code == 303
    assert "您： 中文" in page.said
    assert refused.status_code == 410


async def test_an_invitation_link_is_used_by_sending_what_it_puts_in_the_field(house: House, browser: Browser) -> None:
    page = await browser.open("/?start=ABCDEFGHJKLMNPQR")

    assert "邀请链接" in page.html
    assert page.field_value == "/start ABCDEFGHJKLMNPQR"
    assert rows(house, inbox) == 0, "looking does nothing"
