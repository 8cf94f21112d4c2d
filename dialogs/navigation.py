"""The words by which people move about in a dialogue (返回, 跳过, cancel …), from `dialogs/data/navigation.toml`."""

import tomllib
from functools import cache
from importlib.resources import files

from dialogs.parsers.normal import compact
from dialogs.questions import Go

LONGEST = 20
"""Characters that words of navigation may have, with what stands around them."""


def way_of(text: str) -> Go | None:
    """The way that these words name as a whole; None for anything longer or else."""
    return _words().get(compact(text)) if len(text) <= LONGEST else None


def is_undecided(text: str) -> bool:
    """Whether these words say that something is not settled yet."""
    return len(text) <= LONGEST and compact(text) in _undecided()


@cache
def _undecided() -> frozenset[str]:
    lines = files("dialogs").joinpath("data/undecided.txt").read_text("utf8").splitlines()
    return frozenset(compact(line) for line in lines if line and not line.startswith("#"))


@cache
def _words() -> dict[str, Go]:
    table = tomllib.loads(files("dialogs").joinpath("data/navigation.toml").read_text("utf8"))
    return {word: Go(way) for way, words in table.items() for word in words}
