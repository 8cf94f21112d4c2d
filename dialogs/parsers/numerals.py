"""Numbers as people write them: 12, 12.5, 7 1/2, 十二, 两百零五, 廿五, twenty-five."""

import re

from domain.patterns import pattern

CHINESE = "零一二三四五六七八九十百千万两俩廿卅幺壹贰叁肆伍陆柒捌玖拾佰仟"
CHINESE_NUMERAL = rf"[{CHINESE}]+(?:点[零一二三四五六七八九]+)?"
ARABIC_NUMERAL = r"[0-9]+(?:\.[0-9]+)?(?: ?[1-3]/[24])?"

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
ENGLISH_NUMERAL = rf"(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS[1:10])}))?|{'|'.join(reversed(_UNITS))}"
NUMERAL = rf"(?:{ARABIC_NUMERAL}|{CHINESE_NUMERAL}|\b(?:{ENGLISH_NUMERAL})\b)"
"""Matches one number in text that went through `folded`."""

_LONGEST = 18
"""Digits beyond which a numeral is no figure anybody means; what follows them does not change the refusal."""
_ROW = 3
_SIMPLE = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_CLOSE_PAIR = pattern(
    r"(?P<tens>[二三四五六七八九]?十)?(?P<low>[一二两三四五六七八九])(?P<high>[二两三四五六七八九])(?P<ten>十)?"
)
_SAME = str.maketrans("两俩幺壹贰叁肆伍陆柒捌玖拾佰仟", "二二一一二三四五六七八九十百千")


def number(text: str) -> float | None:
    """The value of one numeral in `folded` text, or None where it is none."""
    text = text.strip()
    if match := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(?: ?([1-3])/([24]))?", text):
        whole, top, bottom = match.groups()
        value = float(whole[:_LONGEST])
        return value + (int(top) / int(bottom) if top else 0)
    if len(text) <= _LONGEST and re.fullmatch(CHINESE_NUMERAL, text):
        return _chinese(text)
    return _english(text)


def close_pair(text: str) -> tuple[int, int] | None:
    """Low and high of a Chinese estimate by neighbouring digits: 五六 → 5, 6; 十七八 → 17, 18; 二三十 → 20, 30."""
    if row := _row(text):
        return row
    match = _CLOSE_PAIR.fullmatch(text)
    if not match:
        return None
    low, high = (_SIMPLE[match[name].translate(_SAME)] for name in ("low", "high"))
    if not 0 < high - low <= 2:  # noqa: PLR2004 - 三五年 is said, 三六年 is a year
        return None
    if match["tens"] and match["ten"]:
        return None
    base = 10 * (_SIMPLE[match["tens"][0]] if match["tens"] and len(match["tens"]) > 1 else 1) if match["tens"] else 0
    factor = 10 if match["ten"] else 1
    return base + factor * low, base + factor * high


def _row(text: str) -> tuple[int, int] | None:
    """Three neighbouring digits: 六七八 is an estimate too."""
    digits = [_SIMPLE.get(each.translate(_SAME), 0) for each in text]
    if len(digits) == _ROW and digits == list(range(digits[0], digits[0] + _ROW)) and digits[0]:
        return digits[0], digits[-1]
    return None


def digits_of(text: str) -> str | None:
    """Chinese digits read one by one (二零一五 → 2015, 幺三八 → 138), or None."""
    plain = text.translate(_SAME)
    return "".join(str(_SIMPLE[each]) for each in plain) if plain and all(each in _SIMPLE for each in plain) else None


def _chinese(text: str) -> float | None:
    import cn2an  # noqa: PLC0415 - 0.15 s

    normal = text.translate(_SAME).replace("廿", "二十").replace("卅", "三十")
    try:
        return float(cn2an.cn2an(normal, "smart"))
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def _english(text: str) -> float | None:
    parts = re.split(r"[ -]", text)
    values = [_ENGLISH.get(part) for part in parts]
    if not values or any(value is None for value in values):
        return None
    return float(sum(value for value in values if value is not None))
