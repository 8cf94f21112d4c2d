"""Questions that people ask us: recognised by how near they are to known phrasings, or honestly not.

Phrasings stand in `dialogs/data/faq.toml`, answers in the texts (`faq.<id>`), what they say in the campaign's data.
Nearness is the cosine of the shared pieces, rare pieces weighing more. Pieces are pairs of neighbouring characters in
Chinese and words in English: questions are short and misspelt, and pairs need no dictionary to be loaded first.
"""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log, sqrt

from pydantic import BaseModel, ConfigDict, ValidationError

from dialogs.parsers.normal import compact, folded
from domain.errors import DataFileError
from domain.patterns import pattern

SURE = 0.48
"""Nearness from which a question is taken as that known one …"""
LEAD = 1.12
"""… if it is so many times as near as the next one …"""
SURE_OF_A_STATEMENT = 0.72
"""… and the nearness that words need which do not sound like a question at all …"""
SHORTEST_STATEMENT = 4
"""… which must be so many characters long: 缅甸 is an answer."""
TELLING = 0.5
"""Nearness that a word telling of the subject (费用, interview) gives by itself, to what sounds like a question."""
LONGEST = 200
"""Characters that a question to us may have; longer texts are answers."""

_ASKS = pattern(
    r"[?？]\s*$|^(?:请问|请教|问一下|想问|我想问|想咨询|咨询一下|想了解|我想知道)|(?:吗|呢|么)[?？。!！]*$|要.{1,8}不$|有.{1,8}没有$"
    r"|(?<!没)(?<!没有)什么|怎么|怎样|咋|啥|干嘛|多少|多久|多长时间|哪些|哪个|哪里|为什么|为何|如何|何时|有没有|谁|([㐀-鿿])不\1"
    r"|^(?:what|how|why|when|who|where|which|can|could|do|does|did|is|are|will|would|should|may|must)\b"
    r"|^(?:tell me|i want to know)\b"
)
_HAN = pattern(r"[㐀-鿿]+")
_WORD = pattern(r"[a-z0-9]+")
_FILLING = pattern(
    r"请问|请教一?下?|问一下|我想问一?下?|想问一?下?|想咨询一?下?|咨询一下|我想知道|想了解一?下?|什么(?!时候)|怎么样?|啥"
    r"|你们|您|你|我们|我|一下|这个|那个|的|吗|呢|啊|呀|吧|了|么|是|有|个|要|能|可以|需要|不"
)
_FILLING_WORDS = pattern(
    r"(?:a|an|the|is|are|am|was|be|do|does|did|i|my|me|we|our|you|your|it|its|this|that|of|to|in|on|at|for|and|or|can"
    r"|could|will|would|should|please|tell|there|have|has|get|if|with|about)"
)


class Entry(BaseModel):
    """A known question: its id, the ways to ask it, words that tell of it, and whether the secretariat had better
    answer, too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    asked: tuple[str, ...]
    telling: tuple[str, ...] = ()
    secretariat: bool = False


class Known(BaseModel):
    """The data file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The known question that was meant; `key` of its answer."""

    key: str
    secretariat: bool


def sounds_like_a_question(text: str) -> bool:
    """Whether the words ask rather than tell; a bare 不 or 没有 at the end is an answer, not a question."""
    return len(text) <= LONGEST and _ASKS.search(folded(text)) is not None


def faq_answer(text: str) -> Found | None:
    """The known question that the words ask; None where none is near, or two are about as near."""
    if len(text) > LONGEST:
        return None
    exactly = _phrasings().get(compact(text))
    if exactly is not None and sounds_like_a_question(text):
        return Found(f"faq.{exactly.id}", exactly.secretariat)
    ranked = nearness(text)
    if not ranked:
        return None
    (best, entry), second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0.0
    asks = sounds_like_a_question(text)
    if not asks and len(folded(text)) < SHORTEST_STATEMENT:
        return None
    needed = SURE if asks else SURE_OF_A_STATEMENT
    if best < needed or best < second * LEAD:
        return None
    return Found(f"faq.{entry.id}", entry.secretariat)


def nearness(text: str) -> list[tuple[float, Entry]]:
    """Every known question that shares a piece or a telling word with these, the nearest first, with its nearness."""
    index = _index()
    asked = index.weighed(pieces(text))
    norm = sqrt(sum(weight * weight for weight in asked.values()))
    best: dict[str, float] = {}
    for phrasing, entry, own_norm in index.phrasings:
        shared = sum(weight * phrasing[piece] for piece, weight in asked.items() if piece in phrasing)
        if shared:
            best[entry.id] = max(best.get(entry.id, 0.0), shared / (norm * own_norm))
    if sounds_like_a_question(text):
        for entry in _told_of(folded(text)):
            near = best.get(entry.id, 0.0)
            best[entry.id] = max(near, TELLING + (1 - TELLING) * near)
    by_id = {each.id: each for each in known().question}
    return sorted(((near, by_id[each]) for each, near in best.items()), key=lambda each: -each[0])


def _told_of(plain: str) -> list[Entry]:
    """The known questions of which a telling word stands in the text, and in no longer one of another's."""
    found = {word: entry for word, entry in _telling_words() if _stands_in(word, plain)}
    return [entry for word, entry in found.items() if not any(word != other and word in other for other in found)]


def _stands_in(word: str, plain: str) -> bool:
    return re.search(rf"\b{re.escape(word)}", plain) is not None if word.isascii() else word in plain


@cache
def _phrasings() -> dict[str, Entry]:
    return {compact(phrasing): entry for entry in known().question for phrasing in entry.asked}


@cache
def _telling_words() -> tuple[tuple[str, Entry], ...]:
    return tuple((word, entry) for entry in known().question for word in entry.telling)


def pieces(text: str) -> Counter[str]:
    """What a question is compared by."""
    plain = folded(text)
    found: Counter[str] = Counter(_stem(word) for word in _WORD.findall(plain) if not _FILLING_WORDS.fullmatch(word))
    for run in _HAN.findall(_FILLING.sub(" ", plain)):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
        found.update(run)
    return found


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "es", "s", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending)
    return word


@dataclass(frozen=True, slots=True)
class _Index:
    """All phrasings as weighed pieces; the weight of a piece is how rare it is among the questions."""

    rarity: dict[str, float]
    unheard: float
    phrasings: tuple[tuple[dict[str, float], Entry, float], ...]

    def weighed(self, counts: Counter[str]) -> dict[str, float]:
        return {piece: _weight(piece) * self.rarity.get(piece, self.unheard) for piece in counts}


def _weight(piece: str) -> float:
    return 0.35 if len(piece) == 1 else 1.0


@cache
def _index() -> _Index:
    entries = known().question
    in_entries: Counter[str] = Counter()
    for entry in entries:
        in_entries.update({piece for phrasing in entry.asked for piece in pieces(phrasing)})
    rarity = {piece: log(1 + len(entries) / count) for piece, count in in_entries.items()}
    half = _Index(rarity, log(1 + len(entries)), ())
    phrasings = []
    for entry in entries:
        for phrasing in entry.asked:
            weights = half.weighed(pieces(phrasing))
            phrasings.append((weights, entry, sqrt(sum(weight * weight for weight in weights.values()))))
    return _Index(rarity, half.unheard, tuple(phrasings))


@cache
def known() -> Known:
    """The questions of `dialogs/data/faq.toml`; raises DataFileError where it is not what is expected."""
    try:
        return Known.model_validate(tomllib.loads(files("dialogs").joinpath("data/faq.toml").read_text("utf8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise DataFileError(f"dialogs/data/faq.toml: {error}") from error
