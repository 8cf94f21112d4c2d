"""Whether a major is engineering or related to it (工程类或相关专业), as far as its name tells."""

from functools import cache, lru_cache
from importlib.resources import files

from dialogs.parsers.normal import compact


@lru_cache(maxsize=1024)
def major_is_engineering(major: str) -> bool:
    """Whether the name of the major alone shows that it is engineering or related."""
    words = compact(major)
    return any(each in words for each in _engineering_words())


@cache
def _engineering_words() -> tuple[str, ...]:
    lines = files("dialogs").joinpath("data/engineering_majors.txt").read_text("utf8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
