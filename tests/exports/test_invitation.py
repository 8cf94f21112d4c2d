import re
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.vocabulary import Language
from exports.invitation import (
    CODE_LIMIT,
    InvitationError,
    invitation_png,
    invitation_svg,
    telegram_link,
    web_link,
)
from exports.plain_svg import NAMESPACE

CODE = "ABCD-EFGH-JKLM"
LINK = f"https://t.me/hurentong_bot?start={CODE}"
CAPTION = "远山工程集团 · 皎漂港配套道路工程"


@pytest.mark.parametrize("bot", ["hurentong_bot", "@hurentong_bot"])
def test_telegram_opens_the_bot_with_the_code(bot: str):
    assert telegram_link(bot, CODE) == LINK


@pytest.mark.parametrize(
    ("public_url", "link"),
    [
        ("https://hrt.example", "https://hrt.example/?start=A_1"),
        ("https://hrt.example/", "https://hrt.example/?start=A_1"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/?start=A_1"),
        ("https://hrt.example/chat", "https://hrt.example/chat/?start=A_1"),
    ],
)
def test_the_page_opens_with_the_code(public_url: str, link: str):
    assert web_link(public_url, "A_1") == link


@pytest.mark.parametrize(
    "public_url", ["", "hrt.example", "ftp://x", "javascript:alert(1)", "https://x/?a=1", "https://"]
)
def test_what_is_no_address_of_a_page_is_refused(public_url: str):
    with pytest.raises(InvitationError, match="HURENTONG_PUBLIC_URL"):
        web_link(public_url, "A_1")


@pytest.mark.parametrize("bot", ["", "@", "a b_bot", "bot?start=x", "机器人"])
def test_what_is_no_name_of_a_bot_is_refused(bot: str):
    with pytest.raises(InvitationError, match="用户名"):
        telegram_link(bot, CODE)


@pytest.mark.parametrize("code", ["", "A B", "A=B", "邀请", "A" * (CODE_LIMIT + 1), "A&start=B", "A\n"])
def test_a_code_that_telegram_does_not_take_is_refused(code: str):
    with pytest.raises(InvitationError, match="64"):
        telegram_link("hurentong_bot", code)
    with pytest.raises(InvitationError, match="64"):
        web_link("https://hrt.example", code)


@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_the_code_comes_out_of_the_link_as_it_went_in(code: str):
    for link in (telegram_link("hurentong_bot", code), web_link("https://hrt.example", code)):
        assert parse_qs(urlsplit(link).query) == {"start": [code]}


def _drawn_modules(svg: str) -> set[tuple[int, int]]:
    """The black modules of the picture by column and row, without the white around."""
    [path] = fromstring(svg).iter(f"{{{NAMESPACE}}}path")
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v10h-(\d+)z", path.get("d", ""))
    return {
        (int(x) // 10 - 4 + at, int(y) // 10 - 4)
        for x, y, width, back in runs
        for at in range(int(width) // 10)
        if width == back
    }


def test_the_picture_has_every_module_of_the_code():
    code = segno.make_qr(LINK, error="q", boost_error=False)
    black = {(x, y) for y, row in enumerate(code.matrix) for x, module in enumerate(row) if module}
    assert _drawn_modules(invitation_svg(LINK, caption=CAPTION)) == black


def test_the_caption_and_the_code_stand_under_it():
    svg = invitation_svg(LINK, caption=CAPTION, code=CODE)
    texts = [node.text for node in fromstring(svg).iter(f"{{{NAMESPACE}}}text")]
    assert "".join(str(each) for each in texts[:-2]).replace(" ", "") == CAPTION.replace(" ", "")
    assert texts[-2:] == ["扫码填写推荐信息", f"邀请码：{CODE}"]
    assert f"Code: {CODE}" in invitation_svg(LINK, caption=CAPTION, code=CODE, language=Language.EN)


@settings(deadline=None)  # the first picture loads the library
@given(st.text(max_size=300))
def test_any_caption_fits_in_and_stays_text(caption: str):
    root = fromstring(invitation_svg(LINK, caption=caption))
    texts = list(root.iter(f"{{{NAMESPACE}}}text"))
    assert len(texts) <= 4
    assert all(float(each.get("y", "0")) < float(root.get("height", "0")) for each in texts)


def test_the_same_invitation_gives_the_same_picture_and_another_one_another():
    assert invitation_png(LINK, caption=CAPTION) == invitation_png(LINK, caption=CAPTION)
    assert invitation_png(LINK, caption=CAPTION) != invitation_png(f"{LINK}2", caption=CAPTION)
    assert invitation_png(LINK, caption=CAPTION).startswith(b"\x89PNG")


@pytest.mark.parametrize("link", ["", "https://hrt.example/" + "x" * 3000])
def test_a_link_that_no_code_holds_is_refused(link: str):
    with pytest.raises(InvitationError):
        invitation_png(link, caption=CAPTION)
