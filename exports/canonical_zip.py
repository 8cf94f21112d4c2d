"""Zip files whose bytes depend on nothing but their content: fixed times, rights and system of every member."""

import shutil
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o644 << 16


class CanonicalZip(ZipFile):
    """A zip to be written, whose members all look made at the epoch of zip files, on one system."""

    def __init__(self, target: BinaryIO) -> None:
        super().__init__(target, "w", ZIP_DEFLATED, allowZip64=True)

    def write(self, filename: str | PathLike[str], arcname: Any = None, *_: Any, **__: Any) -> None:
        """Add a file's content under `arcname`."""
        with Path(filename).open("rb") as source, self.open(_member(str(arcname or filename)), "w") as member:
            shutil.copyfileobj(source, member, 1 << 20)

    def writestr(self, zinfo_or_arcname: str | ZipInfo, data: Any, *_: Any, **__: Any) -> None:
        """Add `data` (bytes, or text as UTF-8) under a name."""
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        super().writestr(_member(name), data)


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    info.create_system = _UNIX
    info.external_attr = _PLAIN_FILE
    return info
