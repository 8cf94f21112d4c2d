"""Word boundaries from jieba: a tokenizer of our own, with the lexicon as its user dictionary."""

import importlib.util
import logging
import marshal
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib.machinery import PathFinder
from importlib.resources import files
from math import log
from pathlib import Path
from types import ModuleType
from typing import Any

_DICTIONARY_LINE = re.compile(r"^(\S+) (\d{2,}) ", re.MULTILINE)
_LEXICON_FREQUENCY = 50
_CACHE_NAME = "jieba-common-words-1.cache"


class Segmenter:
    """Cuts simplified Chinese into words and knows how common a word is in general Chinese.

    Of jieba's dictionary it takes the words counted at least ten times in jieba's corpus: the rest is two thirds of
    the loading time and mostly names. `cache_dir` is where the compiled dictionary is kept; without one nothing is
    written (jieba's own default, the shared temporary folder, lets another user of the machine plant a file).
    """

    def __init__(self, terms: Iterable[str], cache_dir: Path | None) -> None:
        jieba = _jieba()
        frequencies = _common_words(cache_dir)
        self.commonness = {term: log(1 + frequencies.get(term, 0)) for term in terms}
        for term in self.commonness:
            _add(frequencies, term)
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.FREQ = frequencies
        self._tokenizer.total = sum(frequencies.values())
        self._tokenizer.initialized = True

    def is_word(self, text: str) -> bool:
        """Whether the dictionary, or the lexicon, has this very word."""
        return bool(self._tokenizer.FREQ.get(text))

    def boundaries(self, text: str) -> frozenset[int]:
        """The places (character offsets, the text's two ends among them) where a word may begin or end."""
        places = [0]
        place = 0
        for word in self._tokenizer.cut(text, HMM=False):
            place += len(word)
            places.append(place)
        return frozenset(places)


def _add(frequencies: dict[str, int], term: str) -> None:
    # What jieba's add_word does, without its trial cut of each term for a frequency that keeps the term whole.
    if not term.isascii() and not frequencies.get(term):
        frequencies[term] = _LEXICON_FREQUENCY
        for end in range(1, len(term)):
            frequencies.setdefault(term[:end], 0)


def _common_words(cache_dir: Path | None) -> dict[str, int]:
    """Word -> count, with every prefix of a word present (count 0), as jieba's tokenizer wants it."""
    cache = cache_dir / _CACHE_NAME if cache_dir else None
    if cache is not None:
        try:
            words = marshal.loads(cache.read_bytes())  # noqa: S302 - the operator's own data folder
            if isinstance(words, dict) and words:
                return words
        except (OSError, ValueError, EOFError, TypeError):
            pass  # not there yet, or not whole: built below and written again
    words = _read_dictionary()
    if cache is not None:
        _write(cache, marshal.dumps(words))
    return words


def _read_dictionary() -> dict[str, int]:
    text = files("jieba").joinpath("dict.txt").read_text("utf8")
    words = {word: int(count) for word, count in _DICTIONARY_LINE.findall(text)}
    for word in list(words):
        for end in range(1, len(word)):
            words.setdefault(word[:end], 0)
    return words


def _write(cache: Path, content: bytes) -> None:
    try:
        with tempfile.NamedTemporaryFile(dir=cache.parent, delete=False) as file:
            file.write(content)
        Path(file.name).replace(cache)
    except OSError:
        pass  # a missing or read-only folder costs a tenth of a second at each start, nothing else


def _jieba() -> Any:
    """The jieba package, without what its import needlessly waits for.

    `jieba.finalseg` (tables of the HMM, which we do not use) and `pkg_resources` take half a second where no bytecode
    is stored; they are registered as lazy modules, so whoever does use them still gets the real ones.
    """
    if "jieba" not in sys.modules:
        package = importlib.util.find_spec("jieba")
        if package is not None:
            _register_lazily("jieba.finalseg", package.submodule_search_locations)
        _register_lazily("pkg_resources", None)
    import jieba  # noqa: PLC0415 - after the lazy modules are in place, and only when something is classified

    jieba.setLogLevel(logging.CRITICAL)
    return jieba


class _LazyModule(ModuleType):
    """A module that is executed when something of it is first asked for.

    Not `importlib.util.LazyLoader`: its modules load as soon as an import statement looks at their `__spec__`.
    """

    def __getattr__(self, name: str) -> Any:
        spec = self.__spec__
        if spec is None or spec.loader is None or name.startswith("__"):
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]
        spec.loader.exec_module(self)
        return getattr(self, name)


def _register_lazily(name: str, path: Sequence[str] | None) -> None:
    spec = None if name in sys.modules else PathFinder.find_spec(name, path)
    if spec is not None:
        module = importlib.util.module_from_spec(spec)
        module.__class__ = _LazyModule
        sys.modules[name] = module
