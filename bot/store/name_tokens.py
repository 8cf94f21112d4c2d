"""What a name can be found by: the tokens whose blind indexes are stored, and those a search asks for."""

import re
import unicodedata
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]")


def name_tokens(name: str) -> frozenset[str]:
    """The full name, its parts, each pair of neighbouring characters, the full pinyin and its initials.

    王小明 gives 王小明, 王小, 小明, wangxiaoming, wxm; John Smith gives johnsmith, john, smith, js.
    """
    words = _words(name)
    if not words:
        return frozenset()
    full = "".join(words)
    tokens = {full, *words, *_han_pairs(full)}
    if _HAN.search(full):
        for syllables in _readings(full):
            tokens |= {"".join(syllables), "".join(each[0] for each in syllables)}
    elif len(words) > 1:
        tokens.add("".join(word[0] for word in words))
    return frozenset(tokens)


def search_tokens(query: str) -> frozenset[str]:
    """The tokens that a name must all have to be found by what was typed; none where there is nothing to look for.

    Part of a Chinese name will do from two characters on, of other names a whole part.
    """
    full = "".join(_words(query))
    pairs = _han_pairs(full)
    if pairs and all(_HAN.match(each) for each in full):
        return frozenset(pairs)
    return frozenset({full}) if full else frozenset()


def _words(text: str) -> list[str]:
    """Letters, digits and characters only, in one width and case, accents left out (José is jose)."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", text) if unicodedata.category(each) != "Mn")
    return _WORD.findall(unicodedata.normalize("NFKC", bare).casefold())


def _han_pairs(text: str) -> set[str]:
    return {left + right for left, right in pairwise(text) if _HAN.match(left) and _HAN.match(right)}


def _readings(name: str) -> list[list[str]]:
    """The syllables of a name; one reading for each that its first character has, since surnames read differently."""
    # Imported here: its tables take 0.23 s, which no start of the program should wait for.
    from pypinyin import Style, lazy_pinyin, pinyin  # noqa: PLC0415

    first = pinyin(name[0], style=Style.NORMAL, heteronym=True)[0]
    rest = lazy_pinyin(name[1:])
    usual = lazy_pinyin(name)
    readings = [usual, *([each, *rest] for each in first)]
    # 吕 is typed lv, lu or, as passports have it, lyu.
    return [[each.replace("v", u) for each in reading] for reading in readings for u in ("v", "u", "yu")]
