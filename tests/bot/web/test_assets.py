"""Static files, manifest, and the pages for when something is not there."""

import gzip
import json
import re
from pathlib import Path

import httpx
import pytest

from bot.errors import StoreDownError
from bot.web.assets import LOCALES, SCRIPT_WORDS, Assets
from dialogs.texts import catalogue
from domain.vocabulary import Language
from tests.bot.web.browser import Browser
from tests.bot.web.house import House, open_house


async def test_static_files_are_kept_for_ever_and_come_compressed(browser: Browser) -> None:
    page = await browser.open()
    paths = re.findall(r'"(/static/[^"]+\.(?:css|js|svg))"', page.html)

    assert len(set(paths)) == 3
    for path in paths:
        answer = await browser.client.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        plain = await browser.client.get(path, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content


async def test_a_name_of_another_content_is_not_found(browser: Browser) -> None:
    assert (await browser.client.get("/static/chat.0000000000.css")).status_code == 404
    assert (await browser.client.get("/static/chat.css")).status_code == 404


async def test_the_manifest_names_icons_that_exist(browser: Browser) -> None:
    manifest = (await browser.client.get("/manifest.webmanifest")).json()

    assert manifest["short_name"] == "互认通"
    for icon in manifest["icons"]:
        image = await browser.client.get(icon["src"])
        size = int(icon["sizes"].split("x")[0])
        assert image.content[16:24] == size.to_bytes(4) * 2  # width and height in a PNG's header


def test_the_script_carries_its_texts_in_every_language() -> None:
    assets = Assets()
    script = gzip.decompress(assets._by_name["chat.js"].packed or b"").decode()
    words = json.loads(re.search(r"var WORDS = (\{.*?\}\});?", script, re.S)[1])

    assert words == {
        LOCALES[each]: {name: catalogue()[f"web.{name}"][each] for name in SCRIPT_WORDS} for each in Language
    }


async def test_a_page_that_is_not_there_says_so_and_leads_back(browser: Browser) -> None:
    page = await browser.open("/nowhere")

    assert page.status == 404
    assert page.links == {"回到对话": "/"}


async def test_without_a_database_the_page_asks_for_patience(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser.at(house)
    await browser.open()

    async def fail(work: object, **_: object) -> None:
        raise StoreDownError("gone")

    monkeypatch.setattr(house.store, "write", fail)
    page = await browser.type("张伟")
    await browser.client.aclose()

    assert page.status == 503
    assert "您的内容没有丢" in page.html


PDF = b"%PDF-1.7 a certificate"


@pytest.mark.parametrize(
    ("name", "content", "status", "kept"),
    [
        ("证书.pdf", PDF, 303, "证书.pdf"),
        ("../../etc/passwd", PDF, 303, "passwd.pdf"),
        ("a\u202eb.exe", PDF, 303, "ab.pdf"),
        ("photo.jpg", b"\xff\xd8\xff\xe0 a photograph", 303, "photo.jpg"),
        ("page.html", b"<script>alert(1)</script>", 415, None),
        ("virus.pdf.exe", b"MZ", 415, None),
        ("big.pdf", PDF + b"0" * 11_000_000, 413, None),
    ],
)
async def test_files_are_told_by_their_content_and_named_safely(
    house: House, browser: Browser, name: str, content: bytes, status: int, kept: str | None
) -> None:
    from sqlalchemy import select  # noqa: PLC0415

    from bot.store.tables import attachment  # noqa: PLC0415

    page = await browser.open()
    form = {"id": page.hidden["id"], "csrf": page.hidden["csrf"], "text": ""}
    answer = await browser.client.post("/", data=form, files={"file": (name, content)})
    again = await browser.client.post("/", data=form, files={"file": (name, content)})
    stored = house.store.read_now(lambda connection: list(connection.scalars(select(attachment.c.name))))

    assert answer.status_code == again.status_code == status
    assert stored == ([kept] if kept else [])


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", b"\xff" * 900]
)
async def test_a_broken_upload_is_no_error(browser: Browser, body: bytes) -> None:
    await browser.open()
    headers = {"content-type": "multipart/form-data; boundary=x"}

    assert (await browser.client.post("/", content=body, headers=headers)).status_code in (400, 413)


async def test_a_file_goes_to_nobody_who_did_not_send_it(tmp_path: Path) -> None:
    async with (
        open_house(tmp_path) as house,
        httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url="http://chat.example") as client,
    ):
        assert (await client.get("/file/../../etc/passwd")).status_code in (404, 410)
        assert (await client.get("/file/%2e%2e%2fsecret_key")).status_code in (404, 410)
