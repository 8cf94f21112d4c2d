"""One spelling for what people type: widths, digits, dashes, white space, traditional characters, case.

`tidy` keeps the person's own characters and serves where the text itself is the answer (names, majors);
`folded` is for recognition only.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Protocol

MAX_LENGTH = 1000
"""Code points beyond which a text is no answer to a short question."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_WAVES = dict.fromkeys(map(ord, "～〜∼˜"), "~")
_QUOTES = dict.fromkeys(map(ord, "’‘ʼ´`′"), "'")
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_PUNCTUATION = str.maketrans(_DASHES | _WAVES | _QUOTES | {ord("〇"): "零", ord("○"): "零"})


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def tidy(text: str) -> str:
    """Full-width to half-width, any script's digits to 0-9, invisible characters out, white space runs to one blank."""
    decimal = re.sub(r"([0-9０-９]?) ?([½¼¾])", lambda match: (match[1] or "0") + _FRACTIONS[match[2]], text)
    compatible = unicodedata.normalize("NFKC", decimal)
    kept = "".join(_plain(character) for character in compatible)
    return " ".join(kept.translate(_PUNCTUATION).split())


@lru_cache(maxsize=512)
def folded(text: str) -> str:
    """`tidy`, in simplified characters and mainland words (衣索比亞 → 埃塞俄比亚), lower case."""
    clean = tidy(text)
    if not clean.isascii():
        clean = tidy(_converter("tw2sp").convert(clean))
    return clean.lower()


def simplified(text: str) -> str:
    """Character for character in simplified script, or the text as it is where the length would change."""
    if text.isascii():
        return text
    converted = _converter("t2s").convert(text)
    return converted if len(converted) == len(text) else text


def compact(text: str) -> str:
    """`folded` without any white space and without punctuation at either end."""
    return re.sub(r"\s+", "", folded(text)).strip(".,。!?;:、~…'\"()[]")


def _plain(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    return str(unicodedata.decimal(character)) if category == "Nd" else character


@cache
def _converter(name: str) -> _Converter:
    from opencc import OpenCC  # noqa: PLC0415 - loads its dictionaries

    converter: _Converter = OpenCC(name)
    return converter
