"""The lexicon: which words speak for which specialty, read from `domain/data/lexicon/*.tsv` (one term a line).

A line holds `term`, `source` (a key of `sources.toml` beside it, saying where the term is from) and `targets`:
`field.specialty=weight` pairs of Annex 1's ids, or `outside=weight` for words of trades that no field covers.
Weights run from above 0 to 5: 4 names the specialty itself, 3 is typical of it, 2 fits several, 1 is a hint.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from domain.annex1 import SpecialtyRef, annex1
from domain.errors import DataFileError

OUTSIDE = "outside"
MAX_WEIGHT = 5.0
_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A term with its weight per specialty (index into `Lexicon.refs`) and for belonging to no field."""

    term: str
    source: str
    weights: tuple[tuple[int, float], ...]
    outside: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All entries in file order; `version` changes with any byte of the data."""

    refs: tuple[SpecialtyRef, ...]
    field_of: tuple[int, ...]
    entries: tuple[Entry, ...]
    version: str


def specialty_keys() -> Mapping[str, SpecialtyRef]:
    """`civil.structural` and so on, in Annex 1's order, with the printed names they stand for."""
    return {
        f"{field.id}.{each.id}": SpecialtyRef(field.name, each.name)
        for field in annex1().fields
        for each in field.specialties
    }


def lexicon_folder() -> Traversable:
    """The folder of the lexicon's data files."""
    return files("domain").joinpath("data/lexicon")


def term_sources() -> Mapping[str, str]:
    """The allowed source tags, each with the sentence that explains it."""
    return {
        tag: str(what)
        for tag, what in tomllib.loads(lexicon_folder().joinpath("sources.toml").read_text("utf8")).items()
    }


def entry_lines() -> Iterator[tuple[str, str]]:
    """(`file:line`, text) of every entry line of every lexicon file, in a fixed order."""
    for file in sorted(lexicon_folder().iterdir(), key=lambda each: each.name):
        if file.name.endswith(".tsv"):
            for number, line in enumerate(file.read_text("utf8").splitlines(), 1):
                if line and not line.startswith("#"):
                    yield f"{file.name}:{number}", line


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon, read once; raises DataFileError with file and line where a line is malformed."""
    keys = specialty_keys()
    index = {key: number for number, key in enumerate(keys)}
    refs = tuple(keys.values())
    names = [field.name for field in annex1().fields]
    digest = hashlib.sha256()
    entries = []
    for place, line in entry_lines():
        digest.update(line.encode() + b"\n")
        entries.append(_entry(place, line, index))
    return Lexicon(
        refs=refs,
        field_of=tuple(names.index(ref.field) for ref in refs),
        entries=tuple(entries),
        version=digest.hexdigest()[:12],
    )


def _entry(place: str, line: str, index: Mapping[str, int]) -> Entry:
    columns = line.split("\t")
    if len(columns) != _COLUMNS:
        raise DataFileError(f"{place}: a lexicon line has {_COLUMNS} tab-separated columns, this one {len(columns)}")
    term, source, targets = columns
    weights = []
    outside = 0.0
    for target in targets.split(" "):
        key, _, number = target.partition("=")
        try:
            weight = float(number)
        except ValueError as error:
            raise DataFileError(f"{place}: {target!r} should read field.specialty=weight") from error
        if not 0 < weight <= MAX_WEIGHT:
            raise DataFileError(f"{place}: weight {number} is not above 0 and at most {MAX_WEIGHT:g}")
        if key == OUTSIDE:
            outside = weight
        elif key in index:
            weights.append((index[key], weight))
        else:
            raise DataFileError(f"{place}: Annex 1 has no specialty {key!r}")
    return Entry(term=term, source=source, weights=tuple(weights), outside=outside)
