"""The token behind a button: (conversation, subject, opening, option) and a MAC, at most 40 bytes.

Telegram allows 64 bytes of callback data; no words go in, so Chinese costs nothing.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from struct import Struct, error

_LAYOUT = Struct(">8sIIH")
_MAC_BYTES = 8
TOKEN_LIMIT = 40
"""Bytes that a token may have (design.md)."""


@dataclass(frozen=True, slots=True)
class Press:
    """An authentic press. `conversation` is 8 bytes; subject and option are codes of their ids."""

    conversation: bytes
    subject: int
    opening: int
    option: int


@lru_cache(maxsize=4096)
def subject_code(subject: str) -> int:
    """32 bits that stand for a question's (or notice's) id in a token."""
    return int.from_bytes(blake2b(subject.encode(), digest_size=4).digest())


@lru_cache(maxsize=4096)
def option_code(option: str) -> int:
    """16 bits that stand for a choice's id in a token; unlike within one card (a test checks the scripts')."""
    return int.from_bytes(blake2b(option.encode(), digest_size=2).digest())


def seal(press: Press, key: bytes) -> str:
    """The token's text, 35 characters of base64url."""
    body = _LAYOUT.pack(press.conversation, press.subject, press.opening, press.option)
    return urlsafe_b64encode(body + _mac(body, key)).rstrip(b"=").decode()


def unseal(token: str, key: bytes) -> Press | None:
    """The press that the token stands for; None where it is not one of ours."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        body, mac = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
        fields = _LAYOUT.unpack(body)
    except (ValueError, error):
        return None
    if not hmac.compare_digest(mac, _mac(body, key)):
        return None
    return Press(*fields)


def _mac(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, body, sha256)[:_MAC_BYTES]
