"""What the desk's forms post: sizes bounded, odd encodings harmless, checkboxes by their names."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

BODY_LIMIT = 64 * 1024
FIELDS_LIMIT = 200
_DIGITS = 18
"""Of a row's number; more would not fit the database's integers."""


async def read_fields(request: Request) -> Mapping[str, str]:
    """The fields, the last of each name; none where the body is too large or not a form."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return {}
    try:
        return dict(parse_qsl(body.decode("utf8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_LIMIT))
    except ValueError:
        return {}


def number(text: str) -> int:
    """A row's number; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def words(text: str, most: int) -> str:
    """Typed text with its line breaks, at most so many characters."""
    return text.replace("\r\n", "\n").strip()[:most]


def checked(fields: Mapping[str, str], prefix: str) -> tuple[str, ...]:
    """What is ticked of the boxes `prefix`<name>."""
    return tuple(name.removeprefix(prefix) for name in fields if name.startswith(prefix))
