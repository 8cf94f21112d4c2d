"""Volunteered corrections: 手机号改成…, 不对，是十一年, change my phone to …"""

import re
from dataclasses import dataclass
from functools import cache

from dialogs.parsers.normal import MAX_LENGTH, simplified, tidy
from dialogs.parsers.slot_labels import label_words, question_named
from dialogs.parsers.slot_values import alternation
from dialogs.parsers.tables import word_lists

_FILE = "corrections.toml"
_EDGES = " ,.;:。!?、"


@dataclass(frozen=True)
class Correction:
    """`text` is the new answer, to be parsed as the question's; `question` None means the last answered one."""

    question: str | None
    text: str


def parse_correction(text: str) -> Correction | None:
    """The correction that a message makes, or None where it makes none."""
    if len(text) > MAX_LENGTH:
        return None
    clean = tidy(text)
    plain = simplified(clean).lower()
    for form in (_named(), _named_english()):
        if match := form.match(plain):
            label = next(words for name, words in match.groupdict().items() if name.startswith("label") and words)
            return _correction(question_named(label), clean[match.end() :])
    if match := _take_back().match(plain):
        rest = clean[match.end() :]
        named = re.match(
            rf"(?:我的?|应该)?(?P<label>{label_words()}) ?(?:应该|其实)?(?:是|为|:) ?", plain[match.end() :]
        )
        if named:
            return _correction(question_named(named["label"]), rest[named.end() :])
        return _correction(None, rest)
    return None


def _correction(question: str | None, rest: str) -> Correction | None:
    answer = rest.strip(_EDGES)
    return Correction(question, answer) if answer else None


@cache
def _named() -> re.Pattern[str]:
    verbs = "|".join(re.escape(verb).replace(",", "[,;。 ]*") for verb in _longest_first("change", "verbs"))
    return re.compile(
        rf"(?:请|麻烦)?(?:帮我|给我)?(?:更正|修改|纠正)?[:,]? ?(?:把|将)?(?:我|刚才|"
        rf"前面|上面)?的?(?P<label>{label_words()}) ?"
        rf"(?:不是[^,;。]{{1,30}}[,;。 ]+(?:而?是|应该是)|(?:都|请|要|需要|给|帮我)?(?:{verbs})) ?[:,]? ?"
    )


@cache
def _named_english() -> re.Pattern[str]:
    forms = "|".join(
        re.escape(form).replace(r"\{\}", f"(?P<label{index}>{label_words()})").replace(",", "[,;.]?")
        for index, form in enumerate(_longest_first("change", "english"))
    )
    return re.compile(rf"(?:please |can you |could you |pls |sorry[,.]? )?(?:{forms})[: ]+")


@cache
def _take_back() -> re.Pattern[str]:
    openings = alternation(word_lists(_FILE, "take_back")["openings"])
    links = alternation(word_lists(_FILE, "take_back")["links"])
    named = rf"(?:我的?)?(?:{label_words()}) ?(?:应该|其实)?(?:是|为|:)"
    return re.compile(
        rf"(?:哦|啊|呃|额|oh|er)?[, ]*(?:(?:{openings})[了啊呀吧]?[,;。!:.\s]*){{1,6}}(?:我|那个|那)?"
        rf"(?:(?:{links})[: ,]*|(?={named}))"
    )


def _longest_first(section: str, key: str) -> list[str]:
    return sorted(word_lists(_FILE, section)[key], key=lambda word: (-len(word), word))
