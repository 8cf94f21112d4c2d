"""Word boundaries from jieba: a tokenizer of our own, with the lexicon as its user dictionary."""

import logging
from collections.abc import Iterable
from math import log
from pathlib import Path

import jieba


class Segmenter:
    """Cuts simplified Chinese into words and knows how common a word is in general Chinese.

    `cache_dir` is where jieba keeps its compiled dictionary; without one nothing is written (never the shared
    temporary folder, where another user of the machine could plant a file).
    """

    def __init__(self, terms: Iterable[str], cache_dir: Path | None) -> None:
        jieba.setLogLevel(logging.CRITICAL)  # it logs to stderr at DEBUG, and a read-only cache folder as an error
        self._tokenizer = jieba.Tokenizer()
        if cache_dir is None:
            self._tokenizer.FREQ, self._tokenizer.total = jieba.Tokenizer.gen_pfdict(self._tokenizer.get_dict_file())
            self._tokenizer.initialized = True
        else:
            self._tokenizer.tmp_dir = str(cache_dir)
            self._tokenizer.initialize()
        self.commonness = {term: self._commonness(term) for term in terms}
        for term in self.commonness:
            self._add(term)

    def _commonness(self, term: str) -> float:
        return log(1 + self._tokenizer.FREQ.get(term, 0))

    def _add(self, term: str) -> None:
        # As jieba's add_word with a frequency that keeps the term whole, without its trial cut for each term.
        freq = self._tokenizer.FREQ
        if term.isascii() or freq.get(term):
            return
        freq[term] = 50
        for end in range(1, len(term)):
            freq.setdefault(term[:end], 0)

    def boundaries(self, text: str) -> frozenset[int]:
        """The places (character offsets, the text's two ends among them) where a word may begin or end."""
        places = [0]
        for word in self._tokenizer.cut(text, HMM=False):
            places.append(places[-1] + len(word))
        return frozenset(places)
