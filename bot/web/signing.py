"""Signed, expiring text: what a cookie or a link says can be read by all and made by us only."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

_MAC_BYTES = 16
_TIME_BYTES = 5
"""Seconds since 1970 in five bytes last until the year 36,000."""


class Signer:
    """Signs for one purpose: what was signed as a cookie does not pass as a download link.

    The first secret signs, every one verifies, so that a secret can be replaced while people are in conversation.
    """

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        label = f"hurentong/1/web/{purpose}".encode()
        self._keys = tuple(hmac.digest(each.encode(), label, sha256) for each in secrets)

    def sign(self, content: bytes, at: datetime) -> str:
        """The content with its moment and a MAC, as base64url."""
        body = int(at.timestamp()).to_bytes(_TIME_BYTES) + content
        return encode(body + _mac(self._keys[0], body))

    def open(self, text: str, now: datetime, lasts: timedelta) -> tuple[bytes, datetime] | None:
        """The content and when it was signed; None where it is forged, damaged, too old, or from the future."""
        raw = decode(text)
        if raw is None or len(raw) < _TIME_BYTES + _MAC_BYTES:
            return None
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not any(hmac.compare_digest(mac, _mac(key, body)) for key in self._keys):
            return None
        at = datetime.fromtimestamp(int.from_bytes(body[:_TIME_BYTES]), UTC)
        if not timedelta(minutes=-5) <= now - at <= lasts:
            return None
        return body[_TIME_BYTES:], at

    def is_newest(self, text: str) -> bool:
        """Whether it was signed with the first secret; ask only about what `open` accepted."""
        raw = decode(text) or b""
        return hmac.compare_digest(raw[-_MAC_BYTES:], _mac(self._keys[0], raw[:-_MAC_BYTES]))

    def tag(self, content: bytes) -> bytes:
        """A bare MAC of the content, 16 bytes."""
        return _mac(self._keys[0], content)

    def fits(self, tag: bytes, content: bytes) -> bool:
        """Whether `tag` is the content's MAC by any of the secrets."""
        return any(hmac.compare_digest(tag, _mac(key, content)) for key in self._keys)


def encode(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes | None:
    """What `encode` made; None for anything else."""
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        return None


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, sha256)[:_MAC_BYTES]
