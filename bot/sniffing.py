"""What kind of file this is, by its first bytes: names and declared types are anybody's claim."""

_PICTURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
)
_PDF = (0, b"%PDF-", "application/pdf")
OFFICE = "application/vnd.openxmlformats-officedocument"
"""A Word or Excel file, or anything else in a ZIP: only who opens it can tell which."""
_KINDS = (*_PICTURES, _PDF, (0, b"PK\x03\x04", OFFICE))
PICTURES_AND_PDF = frozenset({"image/jpeg", "image/png", "application/pdf"})


def media_type_of(content: bytes) -> str:
    """The media type of a picture, a PDF or an Office file; '' for anything else."""
    return next((kind for at, mark, kind in _KINDS if content[at : at + len(mark)] == mark), "")
