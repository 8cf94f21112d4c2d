"""The highest degree a person states, in Chinese and English."""

import re
from collections.abc import Iterator
from functools import cache

from dialogs.parsers.normal import MAX_LENGTH, folded, tidy
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Outcome, Understood
from dialogs.parsers.tables import word_lists
from domain.patterns import pattern
from domain.vocabulary import Degree

_RANK = {degree: rank for rank, degree in enumerate(Degree)}
_CLAUSE = pattern(r"[,;。，；、!?\n]|但是?|现在|目前|然后|之后| but | then | and now |currently")
_OR = pattern(r"或者?|还是|/| or ")
_NEGATED = pattern(
    r"(?:不是|并非|(?<!除)非(?!全日制|统招|脱产|在职)|没有?(?:读过?|念过?|拿到?|取得|获得)?|未(?:取得|"
    r"获得)|\bnot (?:a |an )?|\bno |don't have (?:a |an )?)(?=[^,;。，；]{1,16}$)"
)
_SPREAD = pattern(r"(?<=[一-鿿]) (?=[一-鿿])")
"""A blank inside a Chinese word (本 科), where words are looked for in vain."""
_TO_COME = pattern("考|攻读|读博|读研|studying|pursuing|working|reading|doing")
"""Says of a further degree that it is aimed at, nothing of the one before."""
_SINGLE = frozenset("本硕博专")
_SMALL_WORDS = frozenset({"be", "bs", "ba", "me", "ms", "ma"})


def parse_degree(text: str) -> Outcome[Degree]:
    """The highest degree that is finished; 研究生, 在读, 大学 and the like are asked back."""
    plain = folded(text)
    if not plain:
        return NotUnderstood(ErrorReason.EMPTY)
    if len(plain) > MAX_LENGTH:
        return NotUnderstood(ErrorReason.TOO_LONG)
    plain = " ".join(_dropped_small_words(text, plain).replace(".", " ").split())
    words = set(_words(plain))
    if not words:
        plain = _SPREAD.sub("", plain)
        words = set(_words(plain))
    if not words:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    finished = [degree for clause in _claims(plain) for degree in _finished(clause)]
    if AskReason.LEVEL_UNCLEAR in words and not finished:
        return AskBack(AskReason.IN_PROGRESS if AskReason.IN_PROGRESS in words else AskReason.LEVEL_UNCLEAR)
    if not finished:
        return AskBack(_why_open(words))
    highest = max(finished, key=_RANK.__getitem__)
    if len(set(finished)) > 1 and _OR.search(plain):
        return AskBack(
            AskReason.SEVERAL, {"candidates": tuple(degree.value for degree in Degree if degree in finished)}
        )
    if AskReason.POSTGRADUATE in _words(_NEGATED.sub(" ", plain)) and _RANK[highest] < _RANK[Degree.MASTER]:
        return AskBack(AskReason.IN_PROGRESS if AskReason.IN_PROGRESS in words else AskReason.POSTGRADUATE)
    return Understood(highest)


def _dropped_small_words(text: str, plain: str) -> str:
    """Without be, me, ma … where they are no abbreviation: neither the whole answer, nor in capitals, nor with dots."""
    if plain in _SMALL_WORDS:
        return plain
    capitals = {word.lower() for word in re.findall(r"\b[A-Z]{2}\b", tidy(text))}
    return re.sub(
        r"\b[a-z]{2}\b", lambda match: match[0] if match[0] in capitals or match[0] not in _SMALL_WORDS else " ", plain
    )


def _why_open(words: set[Degree | AskReason]) -> AskReason:
    for reason in (AskReason.IN_PROGRESS, AskReason.POSTGRADUATE):
        if reason in words:
            return reason
    return AskReason.LEVEL_UNCLEAR


def _claims(plain: str) -> list[str]:
    """The clauses; one that only says 还没毕业 belongs to the one before it."""
    clauses: list[str] = []
    for clause in _CLAUSE.split(plain):
        words = set(_words(clause))
        if clauses and words == {AskReason.IN_PROGRESS} and not _TO_COME.search(clause):
            clauses[-1] += clause
        else:
            clauses.append(clause)
    return clauses


def _finished(clause: str) -> list[Degree]:
    """Degrees that a clause claims: none of one that is negated, hedged or still being read for."""
    kept = _NEGATED.split(clause)[0] if not any(_words(clause, only=Degree.BELOW)) else clause
    words = list(_words(kept))
    levels = [word for word in words if isinstance(word, Degree)]
    if AskReason.IN_PROGRESS in _words(clause):
        levels = [word for word in _words(clause) if isinstance(word, Degree)]
        return levels if levels and set(levels) == {Degree.BELOW} else []
    qualified = any(word is AskReason.LEVEL_UNCLEAR for word in _words(clause, hedges=True))
    return [] if qualified else levels


def _words(plain: str, *, only: Degree | None = None, hedges: bool = False) -> Iterator[Degree | AskReason]:
    for match in _pattern().finditer(plain):
        word = match[0]
        if word in _SINGLE and word != plain.strip():
            continue
        meaning = _meanings()[word]
        if only is not None and meaning is not only:
            continue
        if hedges and not re.search(r"以上|同等|相当|equivalent|above|higher|没|无", word):
            continue
        yield meaning


@cache
def _meanings() -> dict[str, Degree | AskReason]:
    levels = {word: Degree(level) for level, words in word_lists("degrees.toml", "levels").items() for word in words}
    unclear = {
        word: AskReason(reason) for reason, words in word_lists("degrees.toml", "unclear").items() for word in words
    }
    return {**levels, **unclear}


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_meanings(), key=len, reverse=True)
    return re.compile(
        "|".join(
            rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word) for word in longest_first
        )
    )
