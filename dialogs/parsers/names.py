"""Persons' names: Chinese, minority names with a middle dot, foreign names."""

import re
import unicodedata
from functools import cache

from dialogs.parsers.normal import folded, tidy
from dialogs.parsers.outcome import ErrorReason, NotUnderstood, Outcome, Understood
from dialogs.parsers.tables import word_lists
from domain.patterns import pattern

MIDDLE_DOT = "·"
LONGEST = 60
_LONGEST_HAN = 6
_LONGEST_WITH_DOTS = 30
_MOST_WORDS = 7
_DOTS = pattern(r" ?[·・•‧⋅∙●｡] ?")
_HAN = r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]"
_HAN_NAME = pattern(rf"{_HAN}{{2,{_LONGEST_HAN}}}|{_HAN}{{1,12}}(?:·{_HAN}{{1,12}})+")
_LEAD = pattern(
    r"^(?:你好|您好|hello|hi)?[,，。!！ ]*(?:我的?(?:名字|姓名|大名)(?:是|叫|"
    r"为)?|我(?:叫做?|是|名叫)|(?:本人)?(?:姓名|名字|名)(?:是|叫|为)?|本人(?:叫|"
    r"是)?|叫我?|我姓名"
    r"|my (?:full )?name(?: is|'s)|(?:full )?name(?: is)?(?= ?[:：])|i am|i'm|this is|call me|it's|it is)[ :：,，]*",
    re.IGNORECASE,
)
_TITLE = pattern(r"(?<=..)(?:先生|女士|小姐)$|^(?:mr|mrs|ms|miss|dr|ir|engr|prof)\.? +", re.IGNORECASE)
_BRACKETS = pattern(r"\([^()]*\)|\[[^\[\]]*\]")


def parse_name(text: str) -> Outcome[str]:
    """The name as it is to be printed, in the person's own characters; dots of minority names become `·`."""
    clean = tidy(text)
    if not clean:
        return NotUnderstood(ErrorReason.EMPTY)
    if len(clean) > 2 * LONGEST:
        return NotUnderstood(ErrorReason.TOO_LONG, {"limit": LONGEST})
    name = bare_name(_LEAD.sub("", clean, count=1))
    return Understood(name) if name else NotUnderstood(ErrorReason.NOT_A_NAME)


def bare_name(clean: str) -> str | None:
    """The name that `tidy` text consists of, or None."""
    candidate = _BRACKETS.sub(" ", _DOTS.sub(MIDDLE_DOT, clean)).strip(" ,，。!！~;；:：\"'")
    candidate = _TITLE.sub("", candidate).strip(" ,")
    if not candidate or len(candidate) > LONGEST:
        return None
    han = _han(candidate)
    if han is not None:
        return han
    return candidate if _is_foreign(candidate) else None


def looks_chinese(name: str) -> bool:
    """Whether a name of two to four characters starts with a common surname."""
    plain = folded(name)
    lists = word_lists("names.toml", "names")
    compound = any(plain.startswith(each) and len(plain) in {3, 4} for each in lists["compound"])
    return compound or (len(plain) in {2, 3} and plain[:1] in lists["surnames"][0])


def _han(candidate: str) -> str | None:
    """The Chinese name where there is one; a spelling in Latin letters beside it is dropped."""
    squeezed = re.sub(rf"(?<={_HAN}) (?={_HAN})", "", candidate)
    parts = [part for part in squeezed.split(" ") if re.search(_HAN, part)]
    if len(parts) != 1 or not _HAN_NAME.fullmatch(parts[0]):
        return None
    rest = squeezed.replace(parts[0], "").strip()
    if rest and not _is_foreign(rest):
        return None
    name = parts[0]
    plain = folded(name)
    if len(name) > _LONGEST_WITH_DOTS or plain in _no_names():
        return None
    if plain.startswith(("不", "没", "请", "是", "在")) or any(each in plain for each in _never()):
        return None
    return name


def _is_foreign(candidate: str) -> bool:
    words = candidate.split()
    if not 1 <= len(words) <= _MOST_WORDS or re.search(_HAN, candidate):
        return False
    plain = folded(candidate)
    if plain in _no_names() or any(word in _sentence_words() for word in plain.split()):
        return False
    letters = sum(unicodedata.category(each)[0] == "L" for each in candidate)
    return letters > 1 and all(_stands_in_names(each) for each in candidate) and candidate[0] not in "-.'"


def _stands_in_names(character: str) -> bool:
    return character in " -.'·," or unicodedata.category(character)[0] in {"L", "M"}


@cache
def _no_names() -> frozenset[str]:
    return frozenset(word_lists("names.toml", "names")["words"])


@cache
def _never() -> tuple[str, ...]:
    return tuple(word_lists("names.toml", "names")["never"])


@cache
def _sentence_words() -> frozenset[str]:
    return frozenset(word_lists("names.toml", "names")["sentence"])
