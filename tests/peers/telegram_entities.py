"""Formatted text as the Bot API reads it: `parse_mode=HTML`, entities in UTF-16 units, the wording of its complaints.

The rules and the error texts follow TDLib's `MessageEntity.cpp` (`parse_html`) and its unit tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.peers.telegram_errors import ApiError, bad_request

Entity = dict[str, Any]

_KINDS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_SPACES = b" \t\r\n\0\v"
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_CHARACTER = re.compile(rb"&(?:#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?|(lt|gt|amp|quot)(?![a-zA-Z]);?)")
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>https?://[^\s<>\"，。；、）】]+)"
)


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def found_entities(text: str) -> list[Entity]:
    """The entities Telegram finds by itself in plain text: commands, links, addresses."""
    if "/" not in text and "@" not in text:
        return []
    return [
        {"type": match.lastgroup, "offset": utf16_length(text[: match.start()]), "length": utf16_length(match[0])}
        for match in _FOUND.finditer(text)
    ]


@dataclass(slots=True)
class _Open:
    """A start tag whose end has not come."""

    tag: str
    offset: int
    part: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities; raises ApiError "can't parse entities: …" with the byte offset of the mistake."""
    if "<" not in source and "&" not in source:
        return source, []
    return _HtmlReader(source).read()


class _HtmlReader:
    def __init__(self, source: str) -> None:
        self.data = source.encode()
        self.at = 0
        self.parts: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        data = self.data
        while self.at < len(data):
            byte = data[self.at : self.at + 1]
            if byte == b"&":
                self._add(self._character())
            elif byte != b"<":
                end = min(
                    (p for p in (data.find(b"<", self.at), data.find(b"&", self.at)) if p >= 0), default=len(data)
                )
                self._add(data[self.at : end].decode())
                self.at = end
            elif data[self.at + 1 : self.at + 2] == b"/":
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.parts), self.entities

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)

    def _character(self) -> str:
        match = _CHARACTER.match(self.data, self.at)
        if match is None:
            self.at += 1
            return "&"
        code = -1
        if match[1] or match[2]:
            code = int(match[1], 16) if match[1] else int(match[2])
            if code == 0 or code > 0x10FFFF:
                self.at += 1
                return "&"
        self.at = match.end()
        if 0xD800 <= code <= 0xDFFF:
            raise _unparsable(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return chr(code) if code > 0 else _NAMED[match[3]]

    def _peek(self) -> bytes:
        return self.data[self.at : self.at + 1]

    def _skip_spaces(self) -> None:
        while self._peek() and self._peek() in _SPACES:
            self.at += 1

    def _word(self, stops: bytes) -> str:
        start = self.at
        while self._peek() and self._peek() not in _SPACES and self._peek() not in stops:
            self.at += 1
        return self.data[start : self.at].decode(errors="replace").lower()

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._word(b">")
        if not self._peek():
            raise _unparsable(f"Unclosed start tag at byte offset {begin}")
        if tag not in _KINDS:
            raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {begin}')
        opened = _Open(tag, self.length, len(self.parts))
        while self._peek() != b">":
            self._skip_spaces()
            if self._peek() == b">":
                break
            self._attribute(opened, begin)
        self.at += 1
        if tag == "span" and opened.attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(opened)

    def _attribute(self, opened: _Open, begin: int) -> None:
        name = self._word(b"=>")
        if not name:
            if not self._peek():
                raise _unparsable(f'Unclosed start tag "{opened.tag}" at byte offset {begin}')
            raise _unparsable(f'Empty attribute name in the tag "{opened.tag}" at byte offset {begin}')
        self._skip_spaces()
        if self._peek() == b"=":
            self.at += 1
            self._skip_spaces()
            if not self._peek():
                raise _unparsable(f'Unclosed start tag "{opened.tag}" at byte offset {begin}')
            opened.attributes[name] = self._value()
        else:
            opened.attributes[name] = ""
        if not self._peek():
            raise _unparsable(f"Unclosed start tag at byte offset {begin}")

    def _value(self) -> str:
        quote = self._peek()
        if quote not in (b'"', b"'"):
            start = self.at
            while re.match(rb"[A-Za-z0-9.\-]", self._peek()):
                self.at += 1
            if self._peek() and self._peek() not in _SPACES and self._peek() != b">":
                raise _unparsable(f"Unexpected end of name token at byte offset {start}")
            return self.data[start : self.at].decode()
        self.at += 1
        value: list[str] = []
        while self._peek() and self._peek() != quote:
            if self._peek() == b"&":
                value.append(self._character())
                continue
            start = self.at
            while self._peek() and self._peek() not in (quote, b"&"):
                self.at += 1
            value.append(self.data[start : self.at].decode(errors="replace"))
        self.at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _unparsable(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        name = self._word(b">")
        self._skip_spaces()
        if self._peek() != b">":
            raise _unparsable(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        opened = self.open.pop()
        if name and name != opened.tag:
            raise _unparsable(
                f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{name}>"'
            )
        if self.length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Entity = {"type": _KINDS[opened.tag], "offset": opened.offset, "length": self.length - opened.offset}
        if opened.tag == "a":
            url = _link(opened.attributes.get("href") or "".join(self.parts[opened.part :]))
            if not url:
                return
            entity["url"] = url
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        self.entities.append(entity)


def _link(address: str) -> str:
    """The address as Telegram completes it, empty for what cannot be one (the text then stays plain)."""
    if re.match(r"(https?|tg|mailto|tel|ton):", address):
        return address
    match = re.fullmatch(r"([\w-]+(?:\.[\w-]+)+(?::\d+)?)([/?#]\S*)?", address)
    if match is None:
        return ""
    rest = match[2] or ""
    return f"http://{match[1]}{rest if rest.startswith('/') else '/' + rest}"


def _unparsable(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Telegram cuts white space off both ends of a message."""
    stripped = text.strip()
    if stripped == text:
        return text, entities
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(stripped)
    moved: list[Entity] = []
    for entity in entities:
        first = max(entity["offset"] - lead, 0)
        last = min(entity["offset"] - lead + entity["length"], end)
        if last > first:
            moved.append({**entity, "offset": first, "length": last - first})
    return stripped, moved
