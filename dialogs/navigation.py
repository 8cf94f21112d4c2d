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


@cache
def _words() -> dict[str, Go]:
    table = tomllib.loads(files("dialogs").joinpath("data/navigation.toml").read_text("utf8"))
    return {word: Go(way) for way, words in table.items() for word in words}
