"""Terms by sound: what pinyin input makes of them (岩士, 桥粱, 暖桶), and terms typed as bare pinyin (suidao).

Only for stretches of text in which nothing was understood; frequent slips stand in `domain/data/slips.tsv`.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from domain.classification.lexicon import Entry
from domain.classification.matching import Match
from domain.patterns import pattern

_STRETCH = pattern(r"[\u4e00-\u9fff]{2,}")
_LETTERS = pattern(r"(?<![a-z0-9])[a-z]+(?: [a-z]+)*(?![a-z0-9])")
_LONGEST = 7
_FEWEST_LETTERS = 6
_READ = 200
_LEAST_WEIGHT = 2.5
_PAIR = 2
# Sounds that southern speakers, and keyboards set for them, do not tell apart.
_FUZZY = pattern(r"(?<=[zcs])h|(?<=n)g$")


class SoundIndex:
    """The lexicon's Chinese terms of some weight, by their fuzzy syllables."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._by_syllables: dict[tuple[str, ...], int] = {}
        self._by_letters: dict[str, int] = {}
        syllables = _fuzzy_syllables()
        plain = _syllables()
        for number, entry in enumerate(entries):
            weight = max((weight for _, weight in entry.weights), default=0.0)
            if weight < _LEAST_WEIGHT or not 1 < len(entry.term) <= _LONGEST:
                continue
            if all(each in syllables for each in entry.term):
                self._by_syllables.setdefault(tuple(syllables[each] for each in entry.term), number)
                self._by_letters.setdefault("".join(plain[each] for each in entry.term), number)

    def find(self, text: str, matches: Sequence[Match]) -> list[Match]:
        """Terms that sound like uncovered stretches of the text's beginning, in reading order."""
        covered = [False] * len(text)
        for match in matches:
            covered[match.start : match.end] = [True] * (match.end - match.start)
        text = "".join("," if hidden else each for each, hidden in zip(text[:_READ], covered, strict=False))
        found = [each for stretch in _STRETCH.finditer(text) for each in self._in_stretch(stretch[0], stretch.start())]
        return sorted([*found, *self._in_letters(text)], key=lambda each: each.start)

    def _in_stretch(self, stretch: str, offset: int) -> Iterator[Match]:
        table = _fuzzy_syllables()
        sounds = [table.get(each, "?") for each in stretch]
        place = 0
        while place < len(stretch):
            for end in range(min(len(stretch), place + _LONGEST), place + 1, -1):
                number = self._by_syllables.get(tuple(sounds[place:end]))
                if number is not None and self._akin(self._entries[number].term, stretch[place:end]):
                    yield Match(number, offset + place, offset + end)
                    place = end - 1
                    break
            place += 1

    def _akin(self, term: str, typed: str) -> bool:
        """A slip keeps at least one character, and half of a longer term: sound alone would find far too much."""
        kept = sum(each == other for each, other in zip(term, typed, strict=True))
        return kept >= max(1, len(term) // _PAIR)

    def _in_letters(self, text: str) -> Iterator[Match]:
        for words in _LETTERS.finditer(text):
            joined = words[0].replace(" ", "")
            for letters in {joined, *words[0].split(" ")} if len(joined) <= _READ else ():
                number = self._by_letters.get(letters) if len(letters) >= _FEWEST_LETTERS else None
                if number is not None:
                    yield Match(number, words.start(), words.end())


@cache
def _syllables() -> dict[str, str]:
    """Character -> its first reading, from `domain/data/pinyin.tsv`."""
    table = {}
    for line in files("domain").joinpath("data/pinyin.tsv").read_text("utf8").splitlines():
        if not line.startswith("#"):
            syllable, _, characters = line.partition("\t")
            table.update(dict.fromkeys(characters, syllable))
    return table


@cache
def _fuzzy_syllables() -> dict[str, str]:
    return {character: _FUZZY.sub("", syllable) for character, syllable in _syllables().items()}
