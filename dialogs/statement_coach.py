"""What a practice statement still lacks. It is pointed out, never written for the person."""

import re
from enum import StrEnum
from functools import cache, lru_cache

from dialogs.parsers.normal import folded
from dialogs.parsers.tables import word_lists
from domain.records import STATEMENT_LIMIT, statement_length

SHORT = STATEMENT_LIMIT // 5
"""Characters below which there is room for more, whatever the statement says."""


class Part(StrEnum):
    """What a good statement says (附件3: 第一人称, 我领导/设计/…), in the order in which it is pointed out."""

    PROJECT = "project"
    ROLE = "role"
    DOING = "doing"
    RESULT = "result"
    FIGURES = "figures"


_FIGURES = re.compile(r"[0-9零一二三四五六七八九十百千万亿]+ ?(?:[a-z%‰℃]|[多余]?[㐀-鿿])|[0-9]{2,}")


@lru_cache(maxsize=256)
def missing(statement: str, project: str = "") -> tuple[Part, ...]:
    """The parts that the statement does not show; a statement that names `project` names its project."""
    plain = folded(statement)
    named = bool(project) and folded(project) in plain
    return tuple(part for part in Part if not (_pattern(part).search(plain) or (part is Part.PROJECT and named)))


def wants_more(statement: str, project: str = "") -> bool:
    """Whether it is worth asking the person to look at it again: more than one part is missing, or it is very short."""
    lacking = missing(statement, project)
    return len(lacking) > 1 or (statement_length(statement) < SHORT and bool(lacking))


@cache
def _pattern(part: Part) -> re.Pattern[str]:
    if part is Part.FIGURES:
        return _FIGURES
    words = word_lists("statement.toml", "shown")[part]
    return re.compile("|".join(rf"\b{re.escape(word)}" if word.isascii() else re.escape(word) for word in words))
