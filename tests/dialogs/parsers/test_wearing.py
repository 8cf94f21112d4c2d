"""No pattern that reads what people type can be worn out: each is tried on repetitions of its own pieces."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest

import dialogs
import domain.classification
from dialogs.parsers.normal import MAX_LENGTH
from domain.patterns import LatePattern

SECONDS = 0.5
"""What one pattern may take for one text; honest ones take a hundredth of it, one that backtracks never ends."""
LENGTH = MAX_LENGTH // 2
PIECES_AT_MOST = 14


def modules() -> Iterator[ModuleType]:
    """Every module of the two packages."""
    for package in (dialogs, domain.classification):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern that stands in a module, alone, in a container, or behind a cached function without arguments."""
    found: dict[str, re.Pattern[str]] = {}
    for module in modules():
        for name, value in vars(module).items():
            for at, pattern in enumerate(held(value, module)):
                found.setdefault(f"{module.__name__}.{name}.{at}", pattern)
    distinct = {pattern.pattern: (name, pattern) for name, pattern in reversed(found.items())}
    return dict(distinct.values())


def held(value: Any, module: ModuleType) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, LatePattern):
        yield value.compiled()
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from held(each, module)
    elif isinstance(value, dict):
        yield from held(tuple(value.values()), module)
    elif hasattr(value, "cache_info") and value.__module__ == module.__name__:
        returns = value.__wrapped__.__annotations__.get("return")
        if returns == re.Pattern[str] and set(value.__wrapped__.__annotations__) == {"return"}:
            yield from held(value(), module)


def pieces(pattern: str) -> list[str]:
    """Words and characters that the pattern itself speaks of, and some that fit its classes."""
    words = re.findall(r"[一-鿿]{1,4}|[a-z]{1,8}|[0-9]", re.sub(r"\\[a-zA-Z]|\?P?<\w+>|\?P=\w+", " ", pattern))
    own = list(dict.fromkeys(words))
    step = max(1, len(own) // PIECES_AT_MOST)
    return [*own[::step][:PIECES_AT_MOST], "A", "Aa", "1", "一", "十", " ", "-", ".", ",", "("]


def texts(pattern: str) -> Iterator[str]:
    """Long repetitions of one piece, and of two in turn, that end in something that fits nowhere."""
    own = pieces(pattern)
    for piece in (*own, *(one + other for one, other in pairwise(own))):
        yield piece * (LENGTH // len(piece)) + "☃"


@pytest.mark.parametrize("name", sorted(patterns()))
def test_no_repetition_of_its_own_pieces_wears_a_pattern_out(name: str) -> None:
    pattern = patterns()[name]
    for text in texts(pattern.pattern):
        began = time.process_time()
        pattern.search(text)
        pattern.fullmatch(text)
        sum(1 for _ in pattern.finditer(text))
        took = time.process_time() - began
        assert took < SECONDS, (text[:20], round(took, 2))


def test_the_patterns_are_all_looked_at() -> None:
    assert len(patterns()) > 60
    assert any("slot_projects._COMPANY" in name for name in patterns())


def test_a_pattern_that_can_be_worn_out_would_be_found() -> None:
    worn = r"(?:公司|集团|集团公司)*!"
    short, doubled = seconds(re.compile(worn), ["集团公司" * 8 + "☃", "集团公司" * 16 + "☃"])
    assert doubled > 50 * short


def seconds(pattern: re.Pattern[str], texts: list[str]) -> list[float]:
    """Seconds for each text."""
    times = []
    for text in texts:
        began = time.process_time()
        pattern.match(text)
        times.append(time.process_time() - began)
    return times
