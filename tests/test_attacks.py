"""Harmful input on every way in: no server error, no effect, words shown back as they were and as nothing but words."""

import json
import os
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection, func, select

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import TelegramApi
from bot.channels.web import WebChannel
from bot.store.crypto import KeyRing
from bot.store.states import OutboxState
from bot.store.store import Store
from bot.store.tables import answer, application, audit, enquiry, event, inbox, outbox, role_grant
from exports.annex3_workbook import write_annex3
from tests.attacks import FAMILIES, FORMULAS, MARKUP, SQL, attacks
from tests.engineer import DISPATCHED
from tests.exports.people import INFO, dispatched
from tests.peers.telegram_server import TelegramServer
from tests.program import Program
from tests.web_visitor import Visitor, seen

WANTED = 2000 if os.environ.get("HURENTONG_SOAK") else 300
FEWER = WANTED // 5
"""Telegram is slower: a chat takes one message after the other."""
HARMLESS = {
    *("div", "p", "span", "button", "form", "input", "textarea", "label", "progress", "small", "time", "a", "i"),
    *("ul", "li", "dl", "dt", "dd", "strong"),
}
"""Elements that the page itself is made of."""
MAX_LINE = 4096
NOT_SO = "都不对，我一项一项填"


@pytest.fixture(scope="module")
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as started:
        yield started


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, server: TelegramServer) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("attacked") / "data"
    with Program(
        folder, TELEGRAM_TOKEN=server.token, TELEGRAM_BASE_URL=server.base_url, TELEGRAM_RATE="1000"
    ) as started:
        yield started


class Records:
    """What the program has written down, read beside it."""

    def __init__(self, program: Program) -> None:
        secret = (program.folder / "secret_key").read_text().strip()
        self.store = Store(f"sqlite:///{program.folder / 'hurentong.db'}", KeyRing.from_secret(secret))

    def __enter__(self) -> "Records":
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def figures(self) -> dict[str, int]:
        """How many rows there are of everything that an effect writes."""

        def count(connection: Connection) -> dict[str, int]:
            tables = (answer, application, audit, enquiry, role_grant)
            return {
                each.name: connection.execute(select(func.count()).select_from(each)).scalar_one() for each in tables
            }

        return self.store.read_now(count)

    def troubles(self) -> list[str]:
        """Messages that could not be handled, or not be sent."""

        def look(connection: Connection) -> list[str]:
            failed = connection.execute(select(inbox.c.id).where(inbox.c.status == "failed")).scalars().all()
            bad = (OutboxState.FAILED, OutboxState.UNCERTAIN)
            unsent = connection.execute(select(outbox.c.reason).where(outbox.c.state.in_(bad))).scalars().all()
            noted = connection.execute(select(event.c.detail).where(event.c.subject == "inbox")).scalars().all()
            return [*(f"inbox {each}" for each in failed), *map(str, unsent), *map(str, noted)]

        return self.store.read_now(look)


def begun(visitor: Visitor, until: str) -> None:
    visitor.says("你好")
    while visitor.subject != until:
        visitor.says(DISPATCHED[visitor.subject])


def words(text: str) -> str:
    """What a person reads: white space does not count, nor what cannot be stored or is no character."""
    return "".join(each for each in text.replace("\0", "") if not each.isspace() and each.isprintable())


@pytest.mark.slow
def test_on_the_chat_page_harm_is_asked_again_and_shown_as_words(program: Program) -> None:
    with Visitor(program.address) as visitor, Records(program) as records:
        begun(visitor, "degree")
        before = records.figures()
        for attack in attacks(WANTED):
            part = seen(visitor.says(attack))
            tags = {tag for tag, _ in part.elements}
            assert tags <= HARMLESS, (attack, tags - HARMLESS)
            assert not [name for _, attributes in part.elements for name in attributes if name.startswith("on")], attack
            own = [
                attributes.get("href", "") + attributes.get("src", "") + attributes.get("action", "")
                for _, attributes in part.elements
            ]
            assert all(each in ("", "/") or each.startswith("/files/") for each in own), (attack, own)
            if len(attack) < MAX_LINE and words(attack) and "/join" not in attack:  # a code is not repeated
                assert words(attack) in words(part.text), attack
            if visitor.subject == "proposed":  # a card that asks whether it was meant so
                visitor.says(NOT_SO)
            if visitor.subject != "degree":
                visitor.says("/cancel")
            assert visitor.subject == "degree", attack
        after = records.figures()
        assert {name: after[name] - before[name] for name in ("answer", "application", "enquiry", "role_grant")} == {
            "answer": 0,
            "application": 0,
            "enquiry": 0,
            "role_grant": 0,
        }
        assert records.troubles() == []
    assert "Traceback" not in program.written()


@pytest.mark.slow
def test_on_telegram_harm_is_shown_back_as_words_in_messages_that_telegram_takes(
    program: Program, server: TelegramServer
) -> None:
    person = server.person(901, "<b>Mallory</b> =1+1", "zh-hans")
    person.say("/start")
    person.wait_for_message()
    quoted = 0
    for attack in attacks(FEWER):
        if not attack.strip() or len(attack) > 400 or attack.lstrip().startswith("/"):
            continue
        person.say(f"/ask {attack}")
        answered = person.wait_for_message().text
        if words(attack) in words(answered):
            quoted += 1
        person.wait_quiet(0.05, 5)
        person.say("/cancel")
        person.wait_for_message()
        person.wait_quiet(0.05, 5)
    with Records(program) as records:
        assert records.troubles() == []
        assert records.figures()["enquiry"] == 0
    assert quoted >= FEWER // 3
    assert "Traceback" not in program.written()


REQUESTS: list[tuple[str, str, dict[str, str], bytes]] = [
    ("POST", "/", {}, b""),
    ("POST", "/", {"content-type": "application/json"}, b'{"text": 1}'),
    ("POST", "/", {"content-type": "multipart/form-data"}, b"x"),
    ("POST", "/", {"content-type": "multipart/form-data; boundary="}, b"--\r\n\r\n"),
    ("POST", "/", {"content-type": "multipart/form-data; boundary=b"}, b"--b\r\nContent-Disposition: x\r\n\r\n\xff"),
    ("POST", "/", {"content-type": "application/x-www-form-urlencoded"}, b"text=%ff%fe&id=%00&csrf=%F0%28"),
    ("POST", "/", {"content-type": "application/x-www-form-urlencoded"}, b"a=1&" * 5000),
    ("POST", "/", {"content-type": "application/x-www-form-urlencoded"}, b"text=" + b"x" * 3_000_000),
    ("POST", "/", {"cookie": "hurentong=" + "A" * 4000}, b"text=x&id=12345678"),
    ("GET", "/", {"cookie": "hurentong=%00\x7f; =; ;;a"}, b""),
    ("GET", "/", {"accept-language": "zh;q=x,*;q=-1," + "a" * 3000}, b""),
    ("GET", "/?before=9999-99-99", {}, b""),
    ("GET", "/?before=0001-01-01T00:00:00%2B23:59", {}, b""),
    ("GET", "/news?after=" + "9" * 300, {}, b""),
    ("GET", "/news?after=-1.-1", {}, b""),
    ("GET", "/files/../../secret_key", {}, b""),
    ("GET", "/files/%2e%2e%2fsecret_key", {}, b""),
    ("GET", "/static/..%2f..%2fsecret_key", {}, b""),
    ("GET", "/static/%00", {}, b""),
    ("GET", "/resume/" + "A" * 2000, {}, b""),
    ("POST", "/resume/x", {}, b"csrf=1"),
    ("GET", "/desk/" + "%F0%9F" * 50, {}, b""),
    ("POST", "/telegram", {"content-type": "application/json"}, b'{"update_id": "x"}'),
    ("POST", "/wechat", {"content-type": "text/xml"}, b'<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>'),
    ("PUT", "/", {}, b"x"),
    ("TRACE", "/", {}, b""),
    ("OPTIONS", "/", {"origin": "https://evil.example"}, b""),
]


@pytest.mark.parametrize(("method", "path", "headers", "body"), REQUESTS)
def test_a_request_of_a_wrong_kind_is_refused_without_an_error(
    program: Program, method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    with httpx.Client(base_url=program.address, timeout=30) as client:
        answered = client.request(method, path, headers=headers, content=body)

    assert answered.status_code < 500
    assert "Traceback" not in answered.text
    assert "secret" not in answered.text.lower()
    assert "Access-Control-Allow-Origin" not in answered.headers
    assert "Traceback" not in program.written()


def test_no_page_asks_anything_of_anybody_else(program: Program) -> None:
    with Visitor(program.address) as visitor:
        begun(visitor, "degree")
        page = visitor.client.get("/")

    assert "'unsafe-inline'" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for tag, attributes in seen(page.text).elements:
        for name in ("src", "href", "action"):
            assert not attributes.get(name, "/").startswith(("http", "//")), (tag, attributes)
        assert tag != "script" or attributes.get("src"), "no script within the page"
        assert "style" not in attributes


@pytest.mark.parametrize("family", range(len(FAMILIES)))
def test_payloads_of_any_shape_are_read_without_an_error(family: int) -> None:
    telegram = TelegramChannel(TelegramApi("1:a", "http://127.0.0.1:9/bot"), b"k" * 32)
    web = WebChannel()
    for attack in FAMILIES[family]:
        shapes: list[object] = [
            attack,
            [attack],
            {"update_id": attack},
            {"update_id": 1, "message": attack},
            {
                "update_id": 1,
                "message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "text": attack},
            },
            {"update_id": 1, "message": {"text": 7, "from": attack, "chat": None}},
            {"update_id": 1, "callback_query": {"id": attack, "data": attack}},
            {"from": attack, "text": [attack]},
            {"from": attack, "press": attack},
        ]
        for shape in shapes:
            payload = json.dumps(shape).encode()
            web.read(payload)
            telegram.read(payload)


def test_in_the_workbook_harm_is_nothing_but_text() -> None:
    inputs = [each for each in attacks(300) if words(each) and len(each) <= 300]
    rows = [
        dispatched(str(number), name=attack[:40], statement=attack, present_location=attack[:60], unit=attack[:80])
        for number, attack in enumerate(inputs)
    ]
    target = BytesIO()
    write_annex3(target, rows, info=INFO)

    with ZipFile(target) as parts:
        assert not [each for each in parts.namelist() if "external" in each.lower() or "vba" in each.lower()]
        for name in parts.namelist():
            content = parts.read(name)
            assert b"<f>" not in content, name
            assert b"<hyperlink" not in content, name
    workbook = load_workbook(target)
    cells = [cell for sheet in workbook for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert "f" not in {cell.data_type for cell in cells}
    shown = words("".join(str(cell.value) for cell in cells))
    assert all(words(attack) in shown for attack in ("{{7*7}}", MARKUP[0], SQL[1], FORMULAS[0]))


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(set(attacks(2000))) == 2000
    assert {each for family in FAMILIES for each in family} <= set(attacks(300))
