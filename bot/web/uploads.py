"""A file in a form: bounded, of a kind that the product takes, told by its first bytes and not by its name."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.errors import FileTooLargeError, UnknownFileError

FILE_LIMIT = 10 * 1024 * 1024
"""Bytes of one file: a photograph of a certificate, or its scan."""
_FORM_LIMIT = FILE_LIMIT + 64 * 1024
_FIELDS = 10
_NAME_LENGTH = 100
ACCEPTED = "image/*,.pdf,.docx"
"""What the file picker offers; `image/*` makes a telephone offer its camera."""
_KINDS = (
    (0, b"%PDF-", "application/pdf", ".pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (8, b"WEBP", "image/webp", ".webp"),
    (4, b"ftyphei", "image/heic", ".heic"),
    (4, b"ftypmif1", "image/heic", ".heic"),
    (0, b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came; the media type is what its content says."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def is_upload(request: Request) -> bool:
    """Whether the form may hold a file."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def read_upload(request: Request) -> tuple[Mapping[str, str], Upload | None]:
    """The form's fields and its file, if one was chosen.

    Raises FileTooLargeError beyond FILE_LIMIT, UnknownFileError for a kind that is not taken.
    """
    # The server reads no more than was announced, so what is announced is what counts; a page always announces.
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > _FORM_LIMIT:
        raise FileTooLargeError(f"a file may have {FILE_LIMIT} bytes")
    try:
        async with request.form(max_files=1, max_fields=_FIELDS, max_part_size=64 * 1024) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            file = form.get("file")
            content = await file.read() if isinstance(file, UploadFile) else b""
            name = file.filename or "" if isinstance(file, UploadFile) else ""
    except HTTPException:  # what is not multipart after all
        return {}, None
    if not content:
        return fields, None
    if len(content) > FILE_LIMIT:
        raise FileTooLargeError(f"a file may have {FILE_LIMIT} bytes")
    return fields, _known(name, content)


def _known(name: str, content: bytes) -> Upload:
    for at, mark, media_type, suffix in _KINDS:
        if content[at : at + len(mark)] == mark:
            return Upload(_safe_name(name, suffix), media_type, content)
    raise UnknownFileError("the file is neither a picture, nor PDF, nor DOCX")


def _safe_name(name: str, suffix: str) -> str:
    """The last part of the name without control characters, with the suffix of what it is."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem = "".join(each for each in PurePosixPath(last).stem if unicodedata.category(each)[0] != "C")
    return f"{stem[:_NAME_LENGTH].strip('. ') or 'file'}{suffix}"
