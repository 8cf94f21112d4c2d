"""Regular expressions that are compiled when first used: all of them at once would take a tenth of the start."""

import re
from typing import TYPE_CHECKING

_NAMES = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn", "pattern", "flags", "groups")


class LatePattern:
    """What `re.compile` returns, from the first use on: its members become this object's own."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        if name not in _NAMES:
            raise AttributeError(name)
        compiled = self.compiled()
        for each in _NAMES:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)

    def compiled(self) -> re.Pattern[str]:
        """The pattern itself; raises re.error."""
        return re.compile(self._text, self._flags)


_made: list[LatePattern] = []
"""For compile_all."""


def compile_all() -> None:
    """Compiles what is still to be compiled; raises re.error where one cannot be."""
    for each in _made:
        each.search  # noqa: B018 - compiles


if TYPE_CHECKING:

    def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
        """Like `re.compile`, but raises re.error when it is first used. For constants: each one made is kept."""

else:

    def pattern(text, flags=0):
        """Like `re.compile`, but raises re.error when it is first used. For constants: each one made is kept."""
        made = LatePattern(text, flags)
        _made.append(made)
        return made
