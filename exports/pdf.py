"""A workbook as a PDF to print and stamp, made by LibreOffice where it is installed."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.errors import HurentongError

SECONDS = 120
_PROGRAMS = ("soffice", "libreoffice")


class LibreOfficeMissingError(HurentongError):
    """There is no LibreOffice on this machine."""

    def __init__(self) -> None:
        super().__init__(
            "这台服务器没有安装 LibreOffice，不能生成 PDF；请用 Excel 或 WPS 打开表格后打印。"
            " / LibreOffice is not installed on this server, so no PDF can be made;"
            " please print the workbook from Excel or WPS."
        )


class PdfError(HurentongError):
    """LibreOffice did not make the PDF."""


def libreoffice() -> str | None:
    """The program that makes PDFs, or None where there is none."""
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), None)


def workbook_pdf(workbook: bytes, *, seconds: float = SECONDS) -> bytes:
    """The printed pages of an .xlsx workbook.

    Each call has a profile of its own: two calls at once would otherwise wait for, or fail on, each other's lock.
    Takes some seconds; call it outside the event loop. Raises LibreOfficeMissingError, PdfError.
    """
    program = libreoffice()
    if program is None:
        raise LibreOfficeMissingError
    with TemporaryDirectory(prefix="hurentong-pdf-") as folder:
        home = Path(folder)
        source, made = home / "annex3.xlsx", home / "annex3.pdf"
        source.write_bytes(workbook)
        command = [
            program,
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf:calc_pdf_Export",
            "--outdir",
            str(home),
            str(source),
        ]
        said = _run(command, seconds)
        if not made.is_file():
            raise PdfError(f"LibreOffice 没有生成 PDF：{said.strip()[:200]}")
        return made.read_bytes()


def _run(command: list[str], seconds: float) -> str:
    """Run it to its end and return what it said; past its time, end it with everything that it started."""
    with subprocess.Popen(  # noqa: S603 - a fixed program with fixed arguments
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:
        try:
            return process.communicate(timeout=seconds)[0].decode(errors="replace")
        except subprocess.TimeoutExpired as slow:
            # `soffice` is a script that starts the program proper; only their group holds both.
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            raise PdfError(f"LibreOffice 超过 {seconds:g} 秒没有完成，请稍后再试。") from slow
