"""WeChat's signatures: who knows the token may speak for the platform, for five minutes at a time."""

import hmac
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha1, sha256

from bot.channels.wechat_limits import CLOCK_WINDOW, SIGNATURE_FIELD
from domain.errors import HurentongError

_SECONDS = re.compile(r"[0-9]{1,12}")
_REMEMBERED = 10_000
"""Requests that are remembered; at 30 a second, five minutes of them."""


class ForgedError(HurentongError):
    """The request does not come from WeChat, or is too old."""


def signature(*parts: str) -> str:
    """SHA-1 of the parts, sorted and joined, as 40 hexadecimal digits (manual, 接入指南)."""
    return sha1("".join(sorted(parts)).encode("utf8", "surrogateescape")).hexdigest()  # noqa: S324 - the platform's choice


class Seals:
    """Checks signatures by any of the tokens: two are valid while one takes the other's place."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tuple(tokens)
        self._bodies: OrderedDict[bytes, bytes] = OrderedDict()

    def check(self, query: Mapping[str, str], now: datetime) -> None:
        """Raises ForgedError unless `signature` is that of token, timestamp and nonce, and the time is ours."""
        self._check(query.get("signature", ""), query, (), now)

    def check_encrypted(self, query: Mapping[str, str], encrypted: str, now: datetime) -> None:
        """The same for `msg_signature`, which covers the encrypted message too."""
        self._check(query.get("msg_signature", ""), query, (encrypted,), now)
        if "signature" in query:
            self.check(query, now)

    def check_body(self, query: Mapping[str, str], body: bytes) -> None:
        """Raises ForgedError where a request with this very signature had another body.

        The signature of a plain message does not cover it: who has seen one request could put other words in. Holds
        for the requests that this process has seen; encrypted messages need none of it.
        """
        name, digest = _name(query), sha256(body).digest()
        if self._bodies.setdefault(name, digest) != digest:
            raise ForgedError("the signature of another message was used again")
        self._forget()

    def encrypted_came(self, query: Mapping[str, str]) -> None:
        """The plain signature beside an encrypted message serves no plain one from now on."""
        self._bodies[_name(query)] = b""
        self._forget()

    def _forget(self) -> None:
        while len(self._bodies) > _REMEMBERED:
            self._bodies.popitem(last=False)

    def _check(self, given: str, query: Mapping[str, str], more: tuple[str, ...], now: datetime) -> None:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not _SECONDS.fullmatch(timestamp) or not 0 < len(nonce) <= SIGNATURE_FIELD:
            raise ForgedError("timestamp or nonce is missing")
        found = given.encode("utf8", "surrogateescape")
        genuine = False
        for token in self._tokens:  # every one, so that the time taken tells nothing
            genuine |= hmac.compare_digest(found, signature(token, timestamp, nonce, *more).encode())
        if not genuine:
            raise ForgedError("the signature is not ours")
        if abs(now.timestamp() - int(timestamp)) > CLOCK_WINDOW.total_seconds():
            raise ForgedError("the timestamp is more than five minutes off; check this server's clock")


def _name(query: Mapping[str, str]) -> bytes:
    return sha256("\n".join(query.get(each, "") for each in ("timestamp", "nonce", "signature")).encode()).digest()
