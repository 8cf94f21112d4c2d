"""What an uploaded file must be before anything parses it: known by its content, no bomb, no macro, no link."""

from collections.abc import Callable
from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from exports.reading.findings import FileRefusedError, Refusal

MEGABYTE = 1 << 20
LARGEST = 20 * MEGABYTE
"""Bytes of a file as sent; the largest that Telegram's Bot API hands over is the same."""

LARGEST_UNPACKED = 100 * MEGABYTE
_MOST_MEMBERS = 2_000
_STEEPEST = 200  # times; filled forms pack 5 to 30 times
_STEEPNESS_MATTERS = 5 * MEGABYTE

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENCRYPTED_FLAG = 0x1
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


class Kind(StrEnum):
    """A kind of spreadsheet file, told by content; the name of the file says nothing."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"


def check(content: bytes) -> Kind:
    """The kind of a file that may be parsed. Raises FileRefusedError for every other."""
    if not content:
        raise FileRefusedError(Refusal.EMPTY)
    if len(content) > LARGEST:
        raise FileRefusedError(Refusal.TOO_LARGE, limit=LARGEST // MEGABYTE)
    if content.startswith(_OLE2):
        return _check_ole2(content)
    if content.startswith(_ZIP):
        try:
            with ZipFile(BytesIO(content)) as archive:
                return _check_zip(archive)
        except (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as broken:
            raise FileRefusedError(Refusal.BROKEN) from broken
    raise FileRefusedError(Refusal.NOT_A_SPREADSHEET)


def _check_ole2(content: bytes) -> Kind:
    """The old container holds .xls, .doc, and also an .xlsx with a password; its streams are named in UTF-16."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if has("EncryptedPackage") or has("EncryptionInfo"):
        raise FileRefusedError(Refusal.ENCRYPTED)
    if has("_VBA_PROJECT"):
        raise FileRefusedError(Refusal.MACROS)
    if not (has("Workbook") or has("Book")) or has("WordDocument"):
        raise FileRefusedError(Refusal.NOT_A_SPREADSHEET)
    return Kind.XLS


def _check_zip(archive: ZipFile) -> Kind:
    members = archive.infolist()
    if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
        raise FileRefusedError(Refusal.ENCRYPTED)
    _check_size(archive, members)
    names = {member.filename.casefold() for member in members}
    if "xl/workbook.xml" in names:
        _check_xlsx(archive, names)
        return Kind.XLSX
    if "mimetype" in names and archive.read("mimetype").strip() == _ODS:
        _check_ods(archive, names)
        return Kind.ODS
    if "xl/vbaproject.bin" in names:
        raise FileRefusedError(Refusal.MACROS)
    raise FileRefusedError(Refusal.NOT_A_SPREADSHEET)


def _check_size(archive: ZipFile, members: list[ZipInfo]) -> None:
    """Refuse a bomb, by what its directory claims first, then by what really comes out."""
    claimed = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    steep = claimed > _STEEPNESS_MATTERS and claimed / packed > _STEEPEST
    if claimed > LARGEST_UNPACKED or steep or len(members) > _MOST_MEMBERS:
        raise FileRefusedError(Refusal.UNPACKS_TOO_LARGE)
    unpacked = 0
    for member in members:
        with archive.open(member) as stream:
            while chunk := stream.read(MEGABYTE):
                unpacked += len(chunk)
                if unpacked > LARGEST_UNPACKED:
                    raise FileRefusedError(Refusal.UNPACKS_TOO_LARGE)


def _check_xlsx(archive: ZipFile, names: set[str]) -> None:
    def under(*folders: str) -> bool:
        return any(name.startswith(folders) for name in names)

    if any(name.endswith("vbaproject.bin") for name in names) or under("xl/macrosheets/", "xl/activex/"):
        raise FileRefusedError(Refusal.MACROS)
    if b"macroEnabled" in _read(archive, lambda name: name == "[content_types].xml"):
        raise FileRefusedError(Refusal.MACROS)
    if under("xl/externallinks/", "xl/querytables/") or "xl/connections.xml" in names:
        raise FileRefusedError(Refusal.EXTERNAL_LINKS)


def _check_ods(archive: ZipFile, names: set[str]) -> None:
    if any(name.startswith(("basic/", "scripts/")) for name in names):
        raise FileRefusedError(Refusal.MACROS)
    content = _read(archive, lambda name: name == "content.xml")
    # A linked sheet or a DDE source; a hyperlink in a cell (text:a) is harmless and common.
    if b"<table:table-source" in content or b"<office:dde-source" in content:
        raise FileRefusedError(Refusal.EXTERNAL_LINKS)


def _read(archive: ZipFile, wanted: Callable[[str], bool]) -> bytes:
    return b"".join(archive.read(name) for name in archive.namelist() if wanted(name.casefold()))
