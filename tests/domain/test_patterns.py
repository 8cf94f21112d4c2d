import re
import subprocess
import sys
from datetime import date

import pytest

from dialogs.parsers.slots import parse_slots
from domain import patterns
from domain.patterns import pattern


def test_a_pattern_finds_what_a_compiled_one_finds() -> None:
    late, compiled = pattern(r"(?P<year>\d{4})年?", re.IGNORECASE), re.compile(r"(?P<year>\d{4})年?", re.IGNORECASE)
    found = late.search("在2019年")
    assert found
    assert found["year"] == "2019"
    assert [each.span() for each in late.finditer("2019年, 2020")] == [
        each.span() for each in compiled.finditer("2019年, 2020")
    ]
    assert late.sub("X", "2019年") == "X"
    assert late.pattern == compiled.pattern


def test_one_that_cannot_be_compiled_says_so_at_its_first_use() -> None:
    broken = pattern("(")
    with pytest.raises(re.error):
        broken.search("x")


def test_reading_makes_no_patterns_that_would_be_kept() -> None:
    sentence = "张伟，本科，土木工程，目前在缅甸仰光，做桥梁设计八年，外派两年"
    parse_slots(sentence, on=date(2025, 4, 1))
    made = len(patterns._made)
    parse_slots(sentence, on=date(2025, 4, 1))
    assert len(patterns._made) == made


def test_every_pattern_of_the_program_can_be_compiled() -> None:
    """In a process of its own, where none has been used."""
    script = """
import pkgutil, importlib, dialogs, domain
from domain import patterns
for package in (dialogs, domain):
    for each in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(each.name)
patterns.compile_all()
print(len(patterns._made))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert int(done.stdout) > 50
