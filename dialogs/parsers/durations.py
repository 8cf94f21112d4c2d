"""Years of work as people state them: a length (八年半), or since when (2015年7月至今)."""

import re
from dataclasses import dataclass
from datetime import date

from dialogs.parsers.dates import FoundDate, HalfDate, find_dates
from dialogs.parsers.normal import MAX_LENGTH, folded
from dialogs.parsers.numerals import CHINESE, NUMERAL, close_pair, number
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Outcome, Understood
from domain.patterns import pattern

MOST_YEARS = 60
UNLIKELY_YEARS = 50
"""From here on the figure is possible but rarely meant (年 misread, 五六年 run together): asked back."""
_MONTHS = 12

_YEAR = (
    r"(?:个?(?:周年|整年|年头|年(?![级代初底末薪龄轻度纪])|载)"
    r"|-?(?: (?:full|whole|solid|straight) )?(?:years?|yrs?|y|nian)(?![a-z])(?! old))"
)
_MONTH = r"(?:个?月|months?|mths?|mos?(?![a-z]))"
_VAGUE_TAIL = r"[多余几来]|好几"
_JOIN = r" ?(?:-|~|到|至|或者?|、|,|/|to|or|and) ?"
_RANGE = pattern(
    rf"(?<![0-9] )(?P<low>{NUMERAL}) ?(?P<low_unit>{_YEAR}|{_MONTH})?{_JOIN}(?P<high>{NUMERAL}) ?(?P<unit>{_YEAR}|"
    rf"{_MONTH}|$)"
)
_LENGTH = pattern(
    rf"(?<![几数0-9.{CHINESE}])(?<![0-9][,+/~-])(?P<years>{NUMERAL})(?P<vague>{_VAGUE_TAIL})?(?: ?\+|"
    rf" plus)?(?: and(?: an?| one)? (?P<half_before>half))? ?{_YEAR}"
    rf"(?P<half> ?(?:[又零]?半| and (?:a )?half))?(?P<odd>多|有余|余|来)?"
    rf"(?:(?: ?(?:零|又|另|加|外加|,|and|&|\+) ?| )?(?P<months>{NUMERAL})(?P<counter>个)? ?(?P<month_unit>月|"
    rf"months?|mths?|mos?(?![a-z])|m(?![a-z])))?"
    rf"|(?P<only_months>{NUMERAL})(?P<months_vague>{_VAGUE_TAIL})? ?(?:个(?P<half_month>半)?月|"
    rf"months?|mths?|mos?(?![a-z]))(?P<months_odd>多)?"
    r"|(?P<vague_half>[大小])?(?P<half_year>半年|(?<!and )half (?:a |an )?year)(?P<half_odd>多)?"
    r"|(?P<a_half>(?:a|one) year and a half)|(?P<a_year>(?<![a-z])an? (?:full |whole )?year(?![a-z]))"
    r"|(?P<decades>half a|a|one|two|three|four) decades?"
)
_BARE = pattern(
    rf"(?:[^0-9{{}}]{{0,16}}[:是为] ?)?(?:我?(?:已经?|有|干了|做了|工作了?|满|"
    rf"(?:工作|从业)?(?:年限|经验|年数)))? ?(?P<number>{NUMERAL})(?P<half> and a half)? ?(?P<plus>\+|"
    rf"以上|plus|or more)?"
)
_BARE_VAGUE = pattern(rf"(?:{NUMERAL})?(?:{_VAGUE_TAIL})")
_NEGATIVE = pattern(rf"^(?:-|负|minus |negative ) ?(?:{NUMERAL})")
_ABOUT = pattern(
    r"大概|大约|(?<![合契])约(?!旦)|(?<!最)近(?=.?[0-9一二两三四五六七八九十廿])|将近|接近|临近|差不多"
    r"|快(?=.?[0-9一二两三四五六七八九十])|不(?!少于|低于|小于|下|断|是|对)|没(?!问题)|未(?!来)|差|欠|还剩"
    r"|(?<!不)(?:小于|低于)|最多|至多|顶多|刚过|刚出头|刚刚出头|逾|余年|大致|即将|马上|快满|左右|上下|以内|以下|之内"
    r"|可能|估计|也许|或许|好像|似乎|应该|[小上](?=[一二三四五六七八九]?十年)|半载"
    r"|的样子|光景|个年头|年出头|年开外|年挂零|年前|第.{1,3}年|有余"
    r"|~(?=[0-9])|\bc\.? ?(?=[0-9])|(?:^|[^0-9a-z])~|<|ish\b|\bago\b"
    r"|\b(?:about|around|(?:just|little|bit|slightly) (?:over|more|above)|at most|a year or (?:two|so)"
    r"|going on|coming up (?:on|to)"
    r"|pushing|approx\.?|approximately"
    r"|nearly|almost|roughly|circa|ca\.?|(?<!not )(?<!no )(?:less|fewer) than"
    r"|under|up to|not(?! (?:less|fewer|under))|maybe|probably|perhaps|close to|or so|or less|max|some)\b"
)
"""A figure with one of these is an estimate, or an upper bound."""
_ODD = pattern(rf"(?:{NUMERAL}) ?-?(?:odd|or so|ish)\b")
_UNCOUNTED = pattern(
    r"(?:许多|好多|很多|好几|多|若干|好些|[一有]些|些)个?年"
    r"|long time|\bages\b|\ba (?:good )?while\b|^many$|[几数多][十百一二三四五六七八九]{0,3}个?年|长期|years and years"
    r"|\b(?:several|a few|few|many|some|a couple(?: of)?|couple(?: of)?|dozens? of) (?:years|yrs)"
)
_BEGINNING = (
    r"毕业(?:那年|时)?|实习|退伍|转业|复员|参加工作|入职|工作|上班|从业|进公司|入行|离校"
    r"|出校门|(?:学校|大学|校门)出来|走上社会|踏入社会|进入社会"
)
_POINT = pattern(rf"(?<=[{CHINESE}])\.(?=[{CHINESE}])")
_START_ONLY = pattern(
    rf"(?:{_BEGINNING})(?:了|后|之后|以后|开始|起|时)?.{{0,6}}(?:至今|到现在|到今|到目前|迄今|以来|一直)"
    rf"|(?:刚刚?|才|一|今年)(?:{_BEGINNING})|应届|(?:{_BEGINNING})(?:后|以后|之后|开始|起|就)"
    r"|^[从自打].{1,8}(?:开始|算起|起)$|^一直.{0,8}$"
    r"|^(?:从|自|打|自打)?(?:大学|本科|研究生|硕士|大专)?毕业$|fresh graduate|just graduated"
    r"|\b(?:since|after|from) .{0,20}(?:graduat|school|college|uni\b|university|joining|joined|started)"
)
_SINCE = pattern(
    r"至今|到现在|到今|到目前|迄今|以来|起|开始|参加|工作|入职|毕业|从|自|现在|"
    r"目前|since|from|now|present|date|till|until|today|started|began"
)
_NONE_AT_ALL = pattern(
    r"(?:没(?:干|做|工作)过|还?没有?|暂?无|none|nil|no experience"
    r"|没有?(?:相关)?(?:工作)?经[验历]|无(?:相关)?(?:工作)?经[验历])"
)


@dataclass(frozen=True)
class _Length:
    months: float
    vague: bool
    or_a_date: bool = False


def parse_years(text: str, *, on: date) -> Outcome[float]:
    """Years as a number, rounded to two decimals; a since-date is counted to `on` in whole months.

    A lower bound counts as its figure (五年以上, 8+ → 5, 8); estimates, ranges and a start without its month
    are asked back. Outside 0..MOST_YEARS it is refused.
    """
    plain = _POINT.sub("点", folded(text))
    if not plain:
        return NotUnderstood(ErrorReason.EMPTY)
    if len(plain) > MAX_LENGTH:
        return NotUnderstood(ErrorReason.TOO_LONG)
    if _NEGATIVE.search(plain):
        return _OUT_OF_RANGE
    dates = find_dates(plain, on=on)
    if dates:
        return _since(plain, dates, on)
    return _length(plain)


_OUT_OF_RANGE = NotUnderstood(ErrorReason.OUT_OF_RANGE, {"low": 0, "high": MOST_YEARS})


def _since(plain: str, dates: list[FoundDate], on: date) -> Outcome[float]:
    rest = _without(plain, dates)
    readings = [each.outcome for each in dates]
    known: list[HalfDate] = []
    for reading in readings:
        if not isinstance(reading, Understood):
            return reading
        known.append(reading.value)
    if len(known) > 2:  # noqa: PLR2004 - a start and an end
        return AskBack(AskReason.SEVERAL)
    if len(known) == 1 and not _SINCE.search(rest) and _could_be_a_length(plain, dates[0]):
        return AskBack(AskReason.DATE_OR_DURATION, {"given": plain})
    end = known[1] if len(known) > 1 else HalfDate(on.year, on.month, on.day)
    months = known[0].months_until(end)
    if months < 0:
        return NotUnderstood(ErrorReason.NO_SUCH_DATE)
    since = _checked(months)
    stated = _length(rest) if _LENGTH.search(rest) else None
    if isinstance(stated, Understood) and isinstance(since, Understood) and abs(stated.value - since.value) >= 1:
        return AskBack(AskReason.SEVERAL)
    if _ABOUT.search(rest.replace("~", " ")):
        return AskBack(AskReason.APPROXIMATE, {"low": round(months / _MONTHS, 2)})
    return since


def _could_be_a_length(plain: str, found: FoundDate) -> bool:
    return re.match(r"(?:[0-9]{2}|[零一二三四五六七八九]{2})年", plain[found.start : found.end]) is not None


def _without(plain: str, dates: list[FoundDate]) -> str:
    rest = plain
    for each in reversed(dates):
        rest = f"{rest[: each.start]} {rest[each.end :]}"
    return rest


def _length(plain: str) -> Outcome[float]:
    if (spread := _RANGE.search(plain)) and not (spread["low_unit"] or "").strip("年") and (asked := _spread(spread)):
        return asked
    if _ODD.search(plain):
        return AskBack(AskReason.APPROXIMATE)
    lengths = [_measured(match) for match in _LENGTH.finditer(plain)]
    if len({each.months for each in lengths if isinstance(each, _Length)}) > 1:
        return AskBack(AskReason.SEVERAL)
    if lengths:
        return _judged(lengths[0], plain)
    return _without_figure(plain)


def _without_figure(plain: str) -> Outcome[float]:
    """Since a moment that is not named, an uncounted while, nothing at all, or a bare number."""
    if _START_ONLY.search(plain):
        return AskBack(AskReason.START_MISSING)
    if re.match(r"(?:ever )?since\b", plain):
        return AskBack(AskReason.START_MISSING)
    if _UNCOUNTED.search(plain) or _BARE_VAGUE.fullmatch(plain):
        return AskBack(AskReason.APPROXIMATE)
    if _NONE_AT_ALL.fullmatch(plain.strip("。.! ")):
        return Understood(0.0)
    return _bare(plain)


def _bare(plain: str) -> Outcome[float]:
    cleaned = _ABOUT.sub(" ", plain).strip(" 。.!,~")
    match = _BARE.fullmatch(cleaned)
    if not match:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    if pair := close_pair(match["number"]):
        return AskBack(AskReason.RANGE, {"low": pair[0], "high": pair[1]})
    value = number(match["number"])
    if value is None:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    half = 6 if match["half"] else 0
    return _judged(_Length(value * _MONTHS + half, vague=False), plain)


def _spread(match: re.Match[str]) -> Outcome[float] | None:
    low, high = number(match["low"]), number(match["high"])
    if low is None or high is None or not low < high:
        return None
    factor = _MONTHS if re.search("月|mo", match["unit"]) else 1
    if low / factor > MOST_YEARS:
        return _OUT_OF_RANGE
    return AskBack(AskReason.RANGE, {"low": round(low / factor, 2), "high": round(high / factor, 2)})


def _measured(match: re.Match[str]) -> _Length | AskBack | NotUnderstood:
    if match["years"]:
        return _years_and_months(match)
    if match["only_months"]:
        if pair := close_pair(match["only_months"]):
            return AskBack(AskReason.RANGE, {"low": round(pair[0] / 12, 2), "high": round(pair[1] / 12, 2)})
        months = number(match["only_months"])
        if months is None:
            return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
        return _Length(
            months + (0.5 if match["half_month"] else 0), vague=bool(match["months_vague"] or match["months_odd"])
        )
    if match["half_year"]:
        return _Length(6, vague=bool(match["vague_half"] or match["half_odd"]))
    if match["a_half"] or match["a_year"]:
        return _Length(18 if match["a_half"] else 12, vague=False)
    decades = 0.5 if match["decades"] == "half a" else number(match["decades"]) or 1
    return _Length(120 * decades, vague=False)


def _years_and_months(match: re.Match[str]) -> _Length | AskBack | NotUnderstood:
    if pair := close_pair(match["years"]):
        return AskBack(AskReason.RANGE, {"low": pair[0], "high": pair[1]})
    years = number(match["years"])
    if years is None:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    months = number(match["months"]) if match["months"] else 0
    if months is None or months >= _MONTHS:
        return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
    half = 6 if match["half"] or match["half_before"] else 0
    return _Length(
        years * _MONTHS + half + months,
        vague=bool(match["vague"] or match["odd"]),
        or_a_date=match["month_unit"] == "月" and not match["counter"],
    )


def _judged(length: _Length | AskBack | NotUnderstood, plain: str) -> Outcome[float]:
    if not isinstance(length, _Length):
        return length
    checked = _checked(length.months)
    if isinstance(checked, NotUnderstood):
        return checked
    if length.or_a_date:
        return AskBack(AskReason.DATE_OR_DURATION, {"given": plain})
    if length.vague or _ABOUT.search(plain):
        return AskBack(AskReason.APPROXIMATE, {"low": round(length.months / _MONTHS, 2)})
    return checked


def _checked(months: float) -> Outcome[float]:
    years = round(months / _MONTHS, 2)
    if years > MOST_YEARS:
        return _OUT_OF_RANGE
    if years >= UNLIKELY_YEARS:
        return AskBack(AskReason.UNLIKELY, {"low": years})
    return Understood(years)
