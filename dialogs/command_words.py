"""Words that stand for commands (导出, 统计), from `dialogs/data/command_words.toml`, for those who may use them."""

import tomllib
from functools import cache
from importlib.resources import files

from dialogs.events import Commanded
from dialogs.parsers.normal import compact
from domain.permissions import action_of_command, may
from domain.vocabulary import Role

LONGEST = 200
"""Characters that the words may have, with what the command is about."""
_ANYBODY = frozenset({Role.CANDIDATE})


def command_of_words(text: str, roles: frozenset[Role]) -> Commanded | None:
    """The command that the words are; None where they are none, or none that a person with these roles may give."""
    words = text.strip()
    if roles <= _ANYBODY or len(words) > LONGEST:
        return None
    name, about = _words().get(compact(words)), ""
    if name is None:
        first, _, about = words.partition(" ")
        name = _words().get(compact(first))
    if name is None:
        return None
    action = action_of_command(f"/{name}")
    return Commanded(name, about.strip()) if action is not None and may(roles, action) else None


@cache
def _words() -> dict[str, str]:
    table = tomllib.loads(files("dialogs").joinpath("data/command_words.toml").read_text("utf8"))
    return {compact(word): name for name, words in table.items() for word in words}
