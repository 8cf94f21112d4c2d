"""Who is talking: a signed cookie holds a random session id, which is the account's address on the web channel.

Nothing is stored for a session until its person says something, so a crawler leaves no row behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes

from starlette.requests import Request
from starlette.responses import Response

from bot.web.signing import Signer, decode, encode

LASTS = timedelta(days=180)
"""How long a browser that stays away is remembered."""
RENEWED_AFTER = timedelta(days=1)
"""A cookie older than this is signed anew, so that whoever keeps coming is never forgotten."""
COOKIES = ("__Host-hurentong", "hurentong")
"""The cookie's name over https, and on a machine of one's own without it."""
RESUME_LASTS = timedelta(days=7)
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's conversation. `fresh`: the browser does not have its cookie yet, or should get a new one."""

    id: str
    fresh: bool

    @property
    def mark(self) -> str:
        """Tells sessions apart without being one: the browser keeps it with its unsent messages."""
        return encode(sha256(b"mark" + self.id.encode()).digest()[:6])


class Sessions:
    """Reads and writes the cookie, the CSRF token that is bound to it, and the link that moves it to another device.

    `secure`: the page is served over https.
    """

    def __init__(self, secrets: Sequence[str], *, secure: bool, now: Callable[[], datetime]) -> None:
        self._cookies = Signer(secrets, "cookie")
        self._forms = Signer(secrets, "form")
        self._moves = Signer(secrets, "resume")
        self._secure = secure
        self._now = now
        # Browsers take a __Host- cookie only from https, for the whole site, from no other host.
        self.cookie = COOKIES[0] if secure else COOKIES[1]

    def of(self, request: Request) -> Session:
        """The browser's session, or a new one that nothing is stored for yet."""
        text = request.cookies.get(self.cookie, "")
        now = self._now()
        opened = self._cookies.open(text, now, LASTS)
        if opened is None or len(opened[0]) != _ID_BYTES:
            return Session(encode(token_bytes(_ID_BYTES)), fresh=True)
        content, at = opened
        return Session(encode(content), fresh=now - at > RENEWED_AFTER or not self._cookies.is_newest(text))

    def has_one(self, request: Request) -> bool:
        """Whether the browser came with a cookie of ours."""
        return self._cookies.open(request.cookies.get(self.cookie, ""), self._now(), LASTS) is not None

    def keep(self, session: Session, response: Response) -> None:
        """Hands the browser its cookie where it needs one."""
        if session.fresh:
            response.set_cookie(
                self.cookie,
                self._cookies.sign(decode(session.id) or b"", self._now()),
                max_age=int(LASTS.total_seconds()),
                path="/",
                secure=self._secure,
                httponly=True,
                samesite="lax",
            )

    def form_token(self, session: Session) -> str:
        """The CSRF token, different each time it is shown: a compressed page must not give it away letter by letter
        (the BREACH attack)."""
        mask = token_bytes(_ID_BYTES)
        return encode(mask + _masked(mask, self._forms.tag(session.id.encode())))

    def form_is_ours(self, session: Session, token: str) -> bool:
        """Whether the form was shown to this very session."""
        raw = decode(token) or b""
        return len(raw) == 2 * _ID_BYTES and self._forms.fits(
            _masked(raw[:_ID_BYTES], raw[_ID_BYTES:]), session.id.encode()
        )

    def resume_token(self, session: Session) -> str:
        """What another device shows to go on with this conversation; once, within RESUME_LASTS."""
        return self._moves.sign((decode(session.id) or b"") + token_bytes(6), self._now())

    def resumed(self, token: str) -> Session | None:
        """The session that the token hands over; whether it was used before is the store's to say."""
        opened = self._moves.open(token, self._now(), RESUME_LASTS)
        return Session(encode(opened[0][:_ID_BYTES]), fresh=True) if opened else None


def _masked(mask: bytes, content: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(mask, content, strict=True))
