"""Which country or region a person names, in Chinese, English, pinyin, or by a city."""

import re
from collections.abc import Iterable
from functools import cache

from dialogs.parsers.gazetteer import Place, city_words, continent_words, country_words, find_places, place_key
from dialogs.parsers.normal import MAX_LENGTH, tidy
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Outcome, Understood
from domain.countries import countries
from domain.patterns import pattern

_ALPHA_2, _ALPHA_3 = 2, 3
_SURE_CHINESE, _SURE_LATIN, _SURE_PINYIN = 75.0, 84.0, 92.0
_PERHAPS_CHINESE, _PERHAPS_LATIN = 66.0, 75.0
_MARGIN = 8.0
_SURE_LETTERS, _SURE_CHARACTERS = 5, 3
"""Shorter homophones are as likely to be another word (打卡 sounds like 达卡)."""
_LONGEST_NAME = 40
_SHORTEST_LATIN = 4
_LEAD = pattern(
    r"^(?:我?(?:现在|目前)?(?:人?在|是|去过?|驻|常驻)|项目(?:所在国?|国家)?(?:在|"
    r"是)?|国家(?:是|为)?[::]?|(?:i am in|i'm in|in|at|the|it's|it is)(?= )) ?"
)
_NEGATED = pattern(r"(?:不是|不在|并非|\bnot (?:in )?)[^,,。;；、是]{1,12}(?=[,,。;；、是]|$)")


def parse_country(text: str) -> Outcome[str]:
    """ISO 3166 alpha-2; a name that two countries share, a continent, or several countries are asked back."""
    if len(text) > MAX_LENGTH:
        return NotUnderstood(ErrorReason.TOO_LONG)
    key = place_key(text).strip(" .,。!?;")
    if not key:
        return NotUnderstood(ErrorReason.EMPTY)
    for whole in (key, _LEAD.sub("", key)):
        if found := _whole(whole, tidy(text)):
            return found
    named = _LEAD.sub("", key)
    return _misspelt(named) or _from_places(find_places(_NEGATED.sub(" ", key))) or _near(named)


def _whole(key: str, typed: str) -> Outcome[str] | None:
    spaceless = re.sub(r"\s+", "", key) if not key.isascii() else key
    for words in (country_words(), city_words()):
        for form in (key, spaceless, key.replace(".", "")):
            if form in words:
                return _one_of(words[form])
    if key in continent_words():
        return AskBack(AskReason.CONTINENT, {"given": key})
    if len(typed) == _ALPHA_2 and typed.isupper() and typed in countries():
        return Understood(typed)
    if len(typed) == _ALPHA_3 and typed in _alpha_3():
        return Understood(_alpha_3()[typed])
    return None


def _one_of(codes: Iterable[str]) -> Outcome[str]:
    listed = tuple(sorted(codes))
    return Understood(listed[0]) if len(listed) == 1 else AskBack(AskReason.SEVERAL, {"candidates": listed})


def _from_places(places: list[Place]) -> Outcome[str] | None:
    """The country that all named places agree on; a city settles a shared name (刚果, 金沙萨)."""
    if not places:
        return None
    named = [place.codes for place in places if place.codes and not place.is_city]
    cities = {code for place in places if place.is_city for code in place.codes}
    sure = {code for codes in named if len(codes) == 1 for code in codes}
    shared = [codes for codes in named if len(codes) > 1]
    for codes in shared:
        settled = codes & (sure | cities)
        sure |= settled or codes
    if not sure:
        sure = cities
    elif sure == {"CN"}:
        sure |= cities
    if not sure:
        return AskBack(AskReason.CONTINENT, {"given": places[0].word})
    return _one_of(sure)


def _near(key: str) -> Outcome[str]:
    """A misspelt name: homophones and close spellings of one country are taken, the less sure are asked back."""
    nothing = NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    if len(key) > _LONGEST_NAME or len(key) < _ALPHA_2 or (key.isascii() and len(key) < _SHORTEST_LATIN):
        return nothing
    if not re.search(r"[a-z㐀-鿿]", key):
        return nothing
    if sounded := _by_sound(key):
        sure = len(sounded) == 1 and len(key) >= (_SURE_LETTERS if key.isascii() else _SURE_CHARACTERS)
        return _one_of(sounded) if sure else AskBack(AskReason.DID_YOU_MEAN, {"candidates": tuple(sorted(sounded))})
    if begun := _begun(key):
        return begun
    ascii_only = key.isascii()
    scores = _scores(key, [word for word in country_words() if word.isascii() == ascii_only])
    if ascii_only and not scores:
        scores = _scores(key, [word for word in city_words() if word.isascii() and len(word) > _SHORTEST_LATIN])
    return _judged(
        scores, _SURE_LATIN if ascii_only else _SURE_CHINESE, _PERHAPS_LATIN if ascii_only else _PERHAPS_CHINESE
    )


def _misspelt(key: str) -> Outcome[str] | None:
    """A Chinese name with one wrong character that sounds like the right one, by a letter at most (新加波, 老窝)."""
    if key.isascii() or len(key) > _LONGEST_NAME:
        return None
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - 0.03 s

    sound, codes = _flat(key), frozenset[str]()
    for word, meant in country_words().items():
        if len(word) != len(key) or word.isascii() or len(word) < _ALPHA_2:
            continue
        wrong = sum(one != other for one, other in zip(key, word, strict=True))
        letters = 0 if len(word) == _ALPHA_2 else 1
        if wrong == 1 and Levenshtein.distance(sound, _flat(word), score_cutoff=letters) <= letters:
            codes |= meant
    return _one_of(codes) if len(codes) == 1 else None


def _begun(key: str) -> Outcome[str] | None:
    """A name that breaks off: taken where one country's begins so and more than half is there."""
    if len(key) < (_SURE_LETTERS if key.isascii() else _ALPHA_2):
        return None
    words = {
        word: codes for word, codes in country_words().items() if word.startswith(key) and len(word) < 2 * len(key)
    }
    codes = frozenset().union(*words.values())
    if not codes:
        return None
    return _one_of(codes) if len(codes) == 1 else AskBack(AskReason.DID_YOU_MEAN, {"candidates": tuple(sorted(codes))})


def _judged(scores: dict[str, float], sure: float, perhaps: float) -> Outcome[str]:
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < perhaps:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    close = [code for code, score in ranked if score > ranked[0][1] - _MARGIN and score >= perhaps]
    if ranked[0][1] >= sure and len(close) == 1:
        return Understood(ranked[0][0])
    return AskBack(AskReason.DID_YOU_MEAN, {"candidates": tuple(close[:3])})


def _scores(key: str, words: list[str]) -> dict[str, float]:
    """Code → best likeness (0..100) of one of its names; the first character has to be right."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - 0.03 s

    scores: dict[str, float] = {}
    floor = _PERHAPS_LATIN if key.isascii() else _PERHAPS_CHINESE
    for word, score, _ in process.extract(key, words, scorer=fuzz.ratio, score_cutoff=floor, limit=10):
        if word[0] != key[0] or len(word) <= _ALPHA_2:
            continue
        for code in country_words().get(word) or city_words()[word]:
            scores[code] = max(score, scores.get(code, 0.0))
    return scores


def _by_sound(key: str) -> frozenset[str]:
    """Countries whose name sounds the same in Mandarin, tones aside."""
    squeezed = re.sub(r"[\s'-]+", "", key)
    if not squeezed.isascii():
        squeezed = _pinyin(squeezed)
    exact = _sounds().get(squeezed, frozenset())
    if exact or not key.isascii():
        return exact
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - 0.03 s

    near = process.extract(squeezed, list(_sounds()), scorer=fuzz.ratio, score_cutoff=_SURE_PINYIN, limit=3)
    codes = frozenset(code for word, _, _ in near if len(word) > 2 * _SHORTEST_LATIN for code in _sounds()[word])
    return codes if len(codes) == 1 else frozenset()


@cache
def _sounds() -> dict[str, frozenset[str]]:
    sounds: dict[str, frozenset[str]] = {}
    for words in (country_words(), city_words()):
        for word, codes in words.items():
            if not word.isascii() and len(word) > 1:
                sound = _pinyin(word)
                sounds[sound] = sounds.get(sound, frozenset()) | codes
    return sounds


def _pinyin(text: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 0.4 s

    return "".join(lazy_pinyin(text))


def _flat(text: str) -> str:
    """Pinyin without the difference between zh ch sh and z c s, which many do not hear."""
    return re.sub(r"([zcs])h", r"\1", _pinyin(text))


@cache
def _alpha_3() -> dict[str, str]:
    from babel.core import get_global  # noqa: PLC0415

    aliases = get_global("territory_aliases")
    return {
        alias: targets[0]
        for alias, targets in aliases.items()
        if len(alias) == _ALPHA_3 and alias.isalpha() and len(targets) == 1 and targets[0] in countries()
    }
