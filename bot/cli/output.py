"""What commands write: files that stand once they are whole, sentences in the terminal's language."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

import typer

from domain.errors import HurentongError
from domain.vocabulary import Language


class OutputError(HurentongError):
    """The file cannot be written there."""


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file that stands under its name once it is whole; what stood there before stays until then."""
    try:
        number, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner only
        try:
            with os.fdopen(number, "w+b") as target:
                yield target
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}") from error


def terminal_language() -> Language:
    """English where the terminal is set to it, else Chinese."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Language.EN if locale.startswith("en") else Language.ZH


def text(key: str, language: Language, **args: str | int) -> str:
    """A text of the catalogue."""
    from dialogs.cards import Line  # noqa: PLC0415
    from dialogs.texts import catalogue  # noqa: PLC0415

    return catalogue().say(Line(key=key, args={**args}), language)


def say(key: str, **args: str | int) -> None:
    """What was done, on standard error: standard output is for the findings."""
    typer.echo(text(key, terminal_language(), **args), err=True)
