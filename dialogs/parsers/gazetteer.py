"""Every wording of a country or region that is known, and where such wordings stand in a text."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dialogs.parsers.normal import folded
from dialogs.parsers.tables import word_lists
from domain.countries import countries
from domain.patterns import pattern

_FILE = "countries_everyday.toml"
_LOCALES = ("zh_Hant", "zh_Hant_HK")
_SHORT_LATIN = frozenset({"uk", "hk", "eu", "uae", "ksa", "usa", "drc", "prc"})
"""Abbreviations that are no ordinary word in any case."""
_LETTERS = pattern(r"\b([a-z]) (?=[a-z]\b)")
"""Abbreviations spelt apart: d r congo, u a e."""
_COMPANY = pattern(
    r"(?:建筑|铁建|中铁|交建|电建|能建|水电|水利|路桥|港湾|土木|冶金|化学|石油|"
    r"石化|海油|公司|企业|集团|机械|核|电力|葛洲坝|航空|交通|人|籍|工程|标准|"
    r"援)"
)


@dataclass(frozen=True)
class Place:
    """What stands in a text from `start` to `end`; `codes` are several for a shared name, none for a continent."""

    word: str
    codes: frozenset[str]
    is_city: bool
    start: int
    end: int


def place_key(text: str) -> str:
    """`folded`, accents off, & as and."""
    plain = folded(text)
    if not plain.isascii():
        split = unicodedata.normalize("NFD", plain)
        plain = unicodedata.normalize("NFC", "".join(each for each in split if unicodedata.category(each) != "Mn"))
    return " ".join(_LETTERS.sub(r"\1", plain.replace("&", " and ")).split())


@cache
def country_words() -> Mapping[str, frozenset[str]]:
    """Wording → codes of countries; everyday and mainland names go before those of other locales."""
    from babel import Locale  # noqa: PLC0415 - loads locale data

    words: dict[str, frozenset[str]] = {
        place_key(word): frozenset(codes) for word, codes in word_lists(_FILE, "shared").items()
    }
    for code, everyday in word_lists(_FILE, "names").items():
        for word in everyday:
            words.setdefault(place_key(word), frozenset({code}))
    known = countries()
    sources = [{each.code: each.zh for each in known.values()}, {each.code: each.en for each in known.values()}]
    sources += [dict(Locale.parse(name).territories) for name in ("zh", "en", *_LOCALES)]
    for source in sources:
        for code in known:
            if code in source:
                words.setdefault(place_key(source[code]), frozenset({code}))
    return words


@cache
def city_words() -> Mapping[str, frozenset[str]]:
    """Wording → code of the country a city lies in."""
    return {place_key(word): frozenset({code}) for code, words in word_lists(_FILE, "cities").items() for word in words}


@cache
def continent_words() -> frozenset[str]:
    """Wordings for what is larger than a country."""
    return frozenset(place_key(word) for word in word_lists(_FILE, "continents")["words"])


def find_places(key: str) -> list[Place]:
    """Places in text that went through `place_key`, longest first at each spot, left to right."""
    found = []
    for match in _pattern().finditer(key):
        word = match[0]
        if word in {"中国", "中华"} and _COMPANY.match(key, match.end()):
            continue
        codes = country_words().get(word)
        is_city = codes is None and word in city_words()
        found.append(Place(word, codes or city_words().get(word, frozenset()), is_city, match.start(), match.end()))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    every = {*country_words(), *city_words(), *continent_words()}
    whole_only = {place_key(word) for word in word_lists(_FILE, "whole_only")["words"]}
    usable = [word for word in every - whole_only if _is_found_in_sentences(word)]
    longest_first = sorted(usable, key=lambda word: (-len(word), word))
    return re.compile(
        "|".join(
            rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word) for word in longest_first
        )
    )


def _is_found_in_sentences(word: str) -> bool:
    """Short words count only as a whole answer: they stand inside other words."""
    if word.isascii():
        return len(word) > 3 or word in _SHORT_LATIN  # noqa: PLR2004
    return len(word) > 1
