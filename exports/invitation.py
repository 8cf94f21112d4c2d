"""How people come in by a unit's or a project's invitation: deep links, and a QR picture to print or to pass on."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any
from unicodedata import east_asian_width
from urllib.parse import urlencode, urlsplit, urlunsplit
from xml.sax.saxutils import escape

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import HurentongError
from domain.vocabulary import Language
from exports.cell_text import one_line
from exports.picture import FONT_FAMILIES, png
from exports.plain_svg import INK, NAMESPACE

CODE_LIMIT = 64
"""Characters of a start parameter (Telegram, «Deep Linking»: A-Z, a-z, 0-9, _ and -, up to 64)."""

_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_QUIET_ZONE = 4  # modules of white around the code (ISO/IEC 18004)
_MODULE = 10  # units of the picture a module of the code takes
_CAPTION, _LINE, _PAD, _MOST_LINES = 26, 40, 24, 3
_ZOOM = 1.5


class InvitationError(HurentongError):
    """A link or picture cannot be made of what was given."""


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def __getitem__(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en


class InvitationWords(BaseModel):
    """What stands under the code, of `exports/data/invitation.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engineer: _Words
    code: _Words


@cache
def invitation_words() -> InvitationWords:
    """The words in both languages."""
    text = files("exports").joinpath("data/invitation.toml").read_text("utf8")
    return InvitationWords.model_validate(tomllib.loads(text))


def telegram_link(bot: str, code: str) -> str:
    """The link that opens the bot in Telegram and sends /start with the code; `bot` is its name, with or without @.

    Raises InvitationError for a name or a code that Telegram does not take.
    """
    name = bot.removeprefix("@")
    if not _BOT.fullmatch(name):
        raise InvitationError(f"“{bot}”不是 Telegram 机器人的用户名；应为 5 到 32 个字母、数字或下划线。")
    return f"https://t.me/{name}?start={_checked(code)}"


def web_link(public_url: str, code: str) -> str:
    """The link that opens the chat page with the code.

    Raises InvitationError where `public_url` is no http address, or for a code that does not fit.
    """
    parts = urlsplit(public_url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise InvitationError(
            f"“{public_url}”不是网页地址；请在设置 HURENTONG_PUBLIC_URL 中填写，例如 https://hurentong.example。"
        )
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode({"start": _checked(code)}), ""))


def _checked(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise InvitationError(f"邀请码最多 {CODE_LIMIT} 个字符，只能用字母、数字、_ 和 -。")
    return code


def invitation_png(link: str, *, caption: str, code: str = "", language: Language = Language.ZH) -> bytes:
    """The QR picture of a link, with a caption (unit and project) and, where given, the code to type by hand.

    A quarter of the code may be dirty or torn and it is still read (level Q). Same arguments, same bytes. Raises
    InvitationError for a link that is empty or too long for a QR code.
    """
    return png(invitation_svg(link, caption=caption, code=code, language=language), zoom=_ZOOM)


def invitation_svg(link: str, *, caption: str, code: str = "", language: Language = Language.ZH) -> str:
    """The SVG behind `invitation_png`, without script and style."""
    rows = _modules(link)
    side = (len(rows) + 2 * _QUIET_ZONE) * _MODULE
    words = invitation_words()
    lines = [(text, _CAPTION) for text in _wrapped(one_line(caption), side - 2 * _PAD)]
    lines.append((words.engineer[language], _CAPTION - 4))
    if code:
        lines.append((words.code[language].format(code=code), _CAPTION - 4))
    height = side + len(lines) * _LINE + _PAD
    texts = "".join(
        f'<text x="{side / 2:g}" y="{side + (at + 0.5) * _LINE:g}" font-size="{size}" text-anchor="middle"'
        f' fill="{INK}">{escape(text)}</text>'
        for at, (text, size) in enumerate(lines)
    )
    return (
        f'<svg xmlns="{NAMESPACE}" role="img" width="{side}" height="{height}" viewBox="0 0 {side} {height}"'
        f' font-family="{FONT_FAMILIES}"><title>{escape(one_line(caption))}</title>'
        f'<rect width="{side}" height="{height}" fill="#ffffff"/><path fill="#000000" d="{_path(rows)}"/>{texts}</svg>'
    )


def _modules(link: str) -> list[bytes]:
    """The rows of the code, a byte a module, 1 for black."""
    import segno  # noqa: PLC0415 - needed for pictures only

    if not link:
        raise InvitationError("链接为空，无法生成二维码。")
    try:
        code: Any = segno.make_qr(link, error="q", boost_error=False)
    except segno.DataOverflowError as error:
        raise InvitationError(f"链接有 {len(link)} 个字符，放不进一个二维码。") from error
    return [bytes(row) for row in code.matrix]


def _path(rows: list[bytes]) -> str:
    """Every black run of a row as a rectangle."""
    parts: list[str] = []
    for y, row in enumerate(rows):
        for run in re.finditer(rb"\x01+", row):
            x, width = (run.start() + _QUIET_ZONE) * _MODULE, (run.end() - run.start()) * _MODULE
            parts.append(f"M{x} {(y + _QUIET_ZONE) * _MODULE}h{width}v{_MODULE}h-{width}z")
    return "".join(parts)


def _wrapped(text: str, width: float) -> list[str]:
    """The caption in lines that fit; what does not fit on the last one ends in …"""
    lines = [""]
    for character in text:
        if _width(lines[-1] + character) > width:
            if len(lines) == _MOST_LINES:
                lines[-1] = lines[-1][:-1] + "…"
                break
            lines.append("")
        lines[-1] += character
    return [line.strip() for line in lines if line.strip()]


def _width(text: str) -> float:
    return sum(_CAPTION * (1.0 if east_asian_width(each) in "WF" else 0.6) for each in text)
