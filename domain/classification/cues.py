"""The words that change how much others count, from `domain/data/cues.toml`, as compiled patterns."""

import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

_PUNCTUATION = r"[,，。;；!！?？\n:：…]|\.(?=\s|$)"
_LOOK_BEHIND = re.compile(r"^\(\?<!.*?\)")
_NEVER = r"(?!)"


class CueWords(BaseModel):
    """One kind of cue: regular expressions for Chinese and, matched as whole words, for English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def hint(self) -> str:
        """A laxer alternation without look-behinds, which a search can skip through by first characters."""
        return "|".join(_LOOK_BEHIND.sub("", each) for each in (*self.zh, *self.en))

    @property
    def pattern(self) -> str:
        """All of them as one alternation."""
        words = [*self.zh, *(rf"\b(?:{each})\b" for each in self.en)]
        return f"(?:{'|'.join(words)})" if words else _NEVER


class CueFile(BaseModel):
    """`cues.toml` as it stands; its comments say what each kind does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    turn: CueWords
    denial: CueWords
    not_only: CueWords
    denial_after: CueWords
    companion: CueWords
    unrelated: CueWords
    besides: CueWords
    restart: CueWords
    former: CueWords
    current: CueWords
    listed: CueWords
    title: CueWords
    after_head: CueWords
    preposition: CueWords


@dataclass(frozen=True, slots=True)
class Cues:
    """The compiled patterns; `any_cue` finds out in one pass whether a text may need reading clause by clause."""

    clause_end: re.Pattern[str]
    denial: re.Pattern[str]
    not_only: re.Pattern[str]
    denial_after: re.Pattern[str]
    companion: re.Pattern[str]
    unrelated: re.Pattern[str]
    besides: re.Pattern[str]
    restart: re.Pattern[str]
    former: re.Pattern[str]
    current: re.Pattern[str]
    listed: re.Pattern[str]
    title: re.Pattern[str]
    after_head: re.Pattern[str]
    preposition: re.Pattern[str]
    any_cue: re.Pattern[str]


@cache
def cues() -> Cues:
    """The shipped cues, read and compiled once."""
    words = CueFile.model_validate(tomllib.loads(files("domain").joinpath("data/cues.toml").read_text("utf8")))
    shaped = {
        "clause_end": f"{_PUNCTUATION}|{words.turn.pattern}",
        "not_only": rf"\s*{words.not_only.pattern}",
        "denial_after": rf"{words.denial_after.pattern}[了的啊呀哦过]*$",
        "title": rf"\s?{words.title.pattern}",
        "after_head": "|".join((*words.after_head.zh, *words.after_head.en)),
        "preposition": "|".join((*words.preposition.zh, *words.preposition.en)),
        "any_cue": "|".join(
            each.hint
            for each in (words.denial, words.denial_after, words.unrelated, words.former, words.current, words.listed)
        ),
    }
    plain = {name: value.pattern for name, value in words if isinstance(value, CueWords)}
    return Cues(**{each.name: re.compile((plain | shaped)[each.name]) for each in fields(Cues)})
