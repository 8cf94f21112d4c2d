"""Hostile and mistaken files are refused with a sentence, before and while they are parsed."""

import time
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from domain.vocabulary import Language
from exports.annex3_reader import read_annex3
from exports.reading.findings import FileRefusedError, Refusal
from exports.reading.guard import LARGEST, LARGEST_UNPACKED, Kind, check
from tests.exports.people import INFO, annex3_bytes, dispatched

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def book() -> bytes:
    return annex3_bytes([dispatched("1")], info=INFO)


def with_member(name: str, content: bytes) -> bytes:
    target = BytesIO(book())
    with ZipFile(target, "a", ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(BytesIO(book())) as source, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for each in source.namelist():
            content = source.read(each)
            archive.writestr(each, change(content) if each == name else content)
    return target.getvalue()


def zipped(**members: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def ole2(*streams: str) -> bytes:
    return OLE2 + b"\0" * 512 + b"".join(stream.encode("utf-16-le") + b"\0\0" for stream in streams)


def lying_size() -> bytes:
    """A member whose directory entry claims 10 bytes for what unpacks to far more."""
    big = bytearray(with_member("xl/media/big.bin", b"\0" * (LARGEST_UNPACKED + 1)))
    size = (LARGEST_UNPACKED + 1).to_bytes(4, "little")
    return bytes(big.replace(size, (10).to_bytes(4, "little")))


HOSTILE = {
    "empty": (b"", Refusal.EMPTY),
    "21 MB": (b"PK\x03\x04" + b"\0" * LARGEST, Refusal.TOO_LARGE),
    "bomb": (with_member("xl/media/big.bin", b"\0" * (LARGEST_UNPACKED + 1)), Refusal.UNPACKS_TOO_LARGE),
    "steep": (with_member("xl/media/big.bin", b"\0" * (20 << 20)), Refusal.UNPACKS_TOO_LARGE),
    "lying bomb": (lying_size(), Refusal.BROKEN),
    "macros": (with_member("xl/vbaProject.bin", b"x"), Refusal.MACROS),
    "macro type": (
        changed(
            "[Content_Types].xml", lambda content: content.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
        ),
        Refusal.MACROS,
    ),
    "Excel 4 macros": (with_member("xl/macrosheets/sheet1.xml", b"<x/>"), Refusal.MACROS),
    "external links": (with_member("xl/externalLinks/externalLink1.xml", b"<x/>"), Refusal.EXTERNAL_LINKS),
    "connections": (with_member("xl/connections.xml", b"<x/>"), Refusal.EXTERNAL_LINKS),
    "password": (ole2("EncryptedPackage", "EncryptionInfo"), Refusal.ENCRYPTED),
    "old macros": (ole2("Workbook", "_VBA_PROJECT_CUR"), Refusal.MACROS),
    "Word": (zipped(word__document=b"<x/>"), Refusal.NOT_A_SPREADSHEET),
    "old Word": (ole2("WordDocument"), Refusal.NOT_A_SPREADSHEET),
    "PDF": (b"%PDF-1.7 ...", Refusal.NOT_A_SPREADSHEET),
    "HTML called .xls": ("<html><table>序号</table></html>".encode(), Refusal.NOT_A_SPREADSHEET),
    "cut off": (book()[:3000], Refusal.BROKEN),
    "no sheets": (changed("xl/worksheets/sheet1.xml", lambda _: b"\xff\xfe not xml"), Refusal.BROKEN),
    "broken xls": (ole2("Workbook"), Refusal.BROKEN),
    "cells far apart": (
        changed(
            "xl/worksheets/sheet1.xml",
            lambda content: content.replace(
                b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
            ),
        ),
        Refusal.UNPACKS_TOO_LARGE,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_mistaken_file_is_refused_with_a_sentence(name: str) -> None:
    content, refusal = HOSTILE[name]
    start = time.perf_counter()
    with pytest.raises(FileRefusedError) as refused:
        read_annex3(content)
    assert refused.value.refusal is refusal
    for language in Language:
        assert refused.value.text(language)
        assert "{" not in refused.value.text(language)
    assert time.perf_counter() - start < 20


def test_an_ods_with_macros_or_a_linked_sheet_is_refused() -> None:
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    with pytest.raises(FileRefusedError) as macros:
        check(zipped(mimetype=kind, Basic__script=b"x"))
    assert macros.value.refusal is Refusal.MACROS
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", '<table:table-source xlink:href="file:///etc/passwd"/>')
    with pytest.raises(FileRefusedError) as linked:
        check(target.getvalue())
    assert linked.value.refusal is Refusal.EXTERNAL_LINKS


def test_the_kind_is_told_by_content() -> None:
    assert check(book()) is Kind.XLSX
    assert check(ole2("Workbook")) is Kind.XLS


def test_a_hyperlink_to_a_mail_address_is_no_external_link() -> None:
    relations = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship
        Id="r1" TargetMode="External" Target="mailto:a@example.org"
        Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"/></Relationships>"""
    assert len(read_annex3(with_member("xl/worksheets/_rels/sheet1.xml.rels", relations)).rows) == 1
