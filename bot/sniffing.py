"""What kind of file this is, by its first bytes: names and declared types are anybody's claim."""

_BEGINNINGS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))
PICTURES_AND_PDF = frozenset(media_type for _, media_type in _BEGINNINGS)


def media_type_of(content: bytes) -> str:
    """A picture's or a PDF's media type; '' for anything else."""
    return next((media_type for begin, media_type in _BEGINNINGS if content.startswith(begin)), "")
