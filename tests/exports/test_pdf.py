"""What LibreOffice makes of the workbook; skipped, and said so, where it is not installed."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest

from exports.annex3_workbook import write_annex3
from exports.pdf import LibreOfficeMissingError, PdfError, libreoffice, workbook_pdf
from tests.exports.people import INFO, dispatched, planned

LONG = "我领导设计" * 60
needs_libreoffice = pytest.mark.skipif(libreoffice() is None, reason="LibreOffice is not installed on this machine")
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None or shutil.which("pdftoppm") is None, reason="poppler is not installed here"
)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [dispatched("1", statement=LONG), dispatched("2", name="沈望舒", phone="+95912345678"), planned("3")]
    target = BytesIO()
    write_annex3(target, rows, info=INFO, tables_only=True)
    path = tmp_path_factory.mktemp("pdf") / "annex3.pdf"
    path.write_bytes(workbook_pdf(target.getvalue()))
    return path


def said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, timeout=60, text=True).stdout


@needs_libreoffice
@needs_poppler
def test_both_tables_print_on_a4_landscape_with_no_column_cut(printed: Path) -> None:
    info = said("pdfinfo", str(printed))
    assert "841.89 x 595.304 pts (A4)" in info or "842 x 595 pts (A4)" in info
    pages = said("pdftotext", "-layout", str(printed), "-").replace(" ", "").split("\f")[:-1]
    # A column that did not fit would stand on a page of its own: each table takes one page.
    assert len(pages) == 2
    for page, title in zip(pages, ("已外派参与工程项目人员汇总", "未来三年计划外派参与工程项目人员汇总"), strict=True):
        assert title in page
        assert "序号" in page
        assert "主要工程实践经历" in page
    assert "13812345678" in pages[0]


@needs_libreoffice
@needs_poppler
def test_the_whole_of_a_300_character_statement_is_printed(printed: Path) -> None:
    text = said("pdftotext", "-f", "1", "-l", "1", str(printed), "-")
    assert "".join(text.split()).count("我领导设计") >= 58  # a line break may fall into a neighbouring cell's text


@needs_libreoffice
@needs_poppler
def test_nothing_is_printed_outside_the_margins(printed: Path) -> None:
    said("pdftoppm", "-r", "50", "-gray", str(printed), str(printed.with_suffix("")))
    pictures = sorted(printed.parent.glob("annex3-*.pgm"))
    assert len(pictures) == 2
    for picture in pictures:
        width, height, pixels = _pgm(picture)
        assert width > height
        edge = [
            pixels[row * width + column] for row in range(height) for column in (*range(8), *range(width - 8, width))
        ]
        assert set(edge) == {255}
        assert min(pixels) < 100


def _pgm(path: Path) -> tuple[int, int, bytes]:
    _, size, _, pixels = path.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    return width, height, pixels


@needs_libreoffice
def test_a_workbook_that_takes_too_long_is_given_up_with_a_sentence() -> None:
    target = BytesIO()
    write_annex3(target, [dispatched("1")], info=INFO)
    with pytest.raises(PdfError, match="没有完成"):
        workbook_pdf(target.getvalue(), seconds=0.01)


def test_without_libreoffice_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(LibreOfficeMissingError, match="LibreOffice"):
        workbook_pdf(b"")
