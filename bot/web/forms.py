"""What the page posts, read with care: sizes bounded, odd encodings harmless."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.errors import FileTooLargeError

BODY_LIMIT = 256 * 1024
"""Bytes of a form: 20,000 characters of any script, urlencoded."""
FIELDS_LIMIT = 20
_POST_ID = re.compile(r"[A-Za-z0-9_-]{8,40}")


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields, the last of each name; raises FileTooLargeError beyond BODY_LIMIT.

    Only the plain encoding is read: no form of the page has another one.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise FileTooLargeError(f"a form may have {BODY_LIMIT} bytes")
    try:
        return dict(parse_qsl(body.decode("utf8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_LIMIT))
    except ValueError:
        return {}


@dataclass(frozen=True, slots=True)
class Said:
    """A message out of a form."""

    id: str
    text: str
    press: str


def said(form: Mapping[str, str], has_file: bool = False, *, scripted: bool) -> Said | None:
    """The message; None where the form holds none.

    A script names each message. A page without one carries a name that all of its buttons share, so the words become
    part of it: sent twice they are one message, and other words from a page gone back to are another.
    """
    given, press = form.get("id", ""), form.get("press", "")
    text = "" if press else form.get("text", "").replace("\r\n", "\n")
    if not _POST_ID.fullmatch(given) or not ("text" in form or press or has_file):
        return None
    if scripted:
        return Said(given, text, press)
    digest = blake2b(f"{press}\0{text}".encode("utf8", "replace"), digest_size=6).hexdigest()
    return Said(f"{given}.{digest}", text, press)
