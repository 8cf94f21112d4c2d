"""What a clause of a free sentence says about the person: name, degree, major, years, posting, place."""

import re
from collections.abc import Sequence
from datetime import date

from dialogs.parsers.degrees import parse_degree
from dialogs.parsers.durations import parse_years
from dialogs.parsers.gazetteer import Place, find_places, place_key
from dialogs.parsers.names import bare_name, looks_chinese, parse_name
from dialogs.parsers.normal import folded, simplified
from dialogs.parsers.outcome import NotUnderstood, Understood
from dialogs.parsers.slot_values import worded_value
from domain.patterns import pattern
from domain.vocabulary import Degree, Posting

HOME = "CN"
_SAYS_NAME = pattern(
    r"^(?:你好|您好|hello|hi)?[,!! ]*(?:我叫|我的名字|我姓名|本人姓名|本人(?=.{2,4}$)|"
    r"姓名|名字|my name|i am [A-Z]|i'm [A-Z]|this is [A-Z])",
    re.IGNORECASE,
)
_I_AM = pattern(r"^我是(.{2,4})$")
_SCHOOL = pattern(r"大学|学院|学校|毕业|院校|university|college|graduated|institute", re.IGNORECASE)
_DEGREE_WORD = (
    r"(?:大学)?(?:全日制|在职|统招|函授|自考|成人)?(?:工学|理学|工程|管理学)?(?:本科|"
    r"学士|硕士|博士|研究生|大专|专科|双学位)"
)
_MAJORS = (
    pattern(r"(?:主修|学的是?|所学|读的是?|专业是|专业为) ?(?P<major>[一-鿿]{2,14}?)(?:专业|的|$)"),
    pattern(
        r"(?P<major>[一-鿿]{2,10}?(?:工程|土木|机械|建筑学?|水利|电气|自动化|测绘|"
        r"地质|采矿|化工|材料|环境|管理|技术))(?:专业)?"
        rf"(?={_DEGREE_WORD})"
    ),
    pattern(r"(?P<major>[一-鿿]{2,20})专业(?!工作|工程会员|会员|技术|人员|年限|领域|级)"),
    pattern(rf"(?:大学|学院|[理科交工]大|大)(?P<major>[一-鿿]{{2,12}}?)(?:系|专业)?(?={_DEGREE_WORD}|毕业)"),
    pattern(
        r"\b(?:major(?:ed|ing)? in|degree in|studied|[bm]?\.?(?:eng|sc|tech|ph\.?d|"
        r"engineering|science|master'?s?|bachelor'?s?)\.? in) (?P<major>[A-Za-z][A-Za-z &-]{2,40}?)(?= (?:from|"
        r"at)\b|$)",
        re.IGNORECASE,
    ),
    pattern(
        r"\b(?:bachelor|master|doctor) of (?P<major>(?!engineering$|science$|arts$)[A-Za-z][A-Za-z &-]{2,40}?)"
        r"(?= (?:from|at|in)\b|$)",
        re.IGNORECASE,
    ),
)
_BEFORE_MAJOR = pattern(
    r"^.*(?:大学|学院|学校|[理科交工]大|毕业于|就读于|是|学|读)(?=.{2})|^(?:我|在|的|于|本科|硕士|博士)+"
)
_NO_MAJOR = pattern(rf"^(?:{_DEGREE_WORD}|毕业|相关|工程类?|同|本|我的|所学|的)+$|专业$|级|会员|年|拟|申请")
_IMPORTANT = pattern(r"重要|重大|关键|important|major (?:project|works?|engineering)")
_WORKING = pattern(
    r"参加工作|从业|从事|入行|入职|工作经验|经验|经历|工龄|工作年限|(?:工作|干|"
    r"做|设计|施工)(?:已经|已|了|有|满)*[0-9一二两三四五六七八九十]|年(?:相关)?(?:专业)?工作|"
    r"工作至今|工作到现在"
    r"|experience|working since|worked (?:for|since)|started work|began work"
)
_ONLY_YEARS = pattern(
    r"^(?:我|已经?|工作|干了|做了|有|共|近)*[0-9.一二两三四五六七八九十廿半]+年半?$|^[0-9.]+ ?(?:years?|yrs)$"
)
_PLANNED = pattern(
    r"(?:计划|准备|打算|即将|将要?|拟|明年|后年|年底|下个?月|下半年|未来|马上要?|"
    r"要)(?:.{0,10})(?:外派|派往|派驻|派到|派去|出国|去|赴|前往)"
    r"|\b(?:will|plan|going|expect|about) .{0,24}(?:posted|sent|assigned|go to|move to|dispatched)"
)
_ALREADY = pattern(r"已经?外派|正在外派|目前外派|外派中|already|currently posted|现在?外派")
_NOW_ABROAD = pattern(
    r"现在|目前|现|正在|常驻|驻|人在|我在|在|于|外派|项目|currently|now|based in|"
    r"working in|work in|stationed|posted|site|project"
)
_LOCATION = pattern(
    r"(?:人在|现居住?在?|现住在?|住在|常驻|现驻|目前在|现在在|此刻在|我在|目前所在|"
    r"based in|located in|living in|live in|currently in|now in|stationed in) ?"
)


_JOINT = pattern(r"[省市]?[ ,的·]{0,2}")
_AFTER_LOCATION = pattern(r"$|[,;。]|工作|上班|出差|驻|项目部|这边|那边|施工|做|干|从事|负责|now|for|as|at the moment")


def find_name(clauses: Sequence[str]) -> str | None:
    """The name that a clause gives (我叫…), or the first clause where it is nothing but a Chinese name."""
    for clause in clauses:
        if _SAYS_NAME.search(clause):
            said = parse_name(clause)
            if isinstance(said, Understood):
                return said.value
        if (match := _I_AM.match(clause)) and _is_plain_name(match[1]):
            return match[1]
    return clauses[0] if clauses and _is_plain_name(clauses[0]) else None


def _is_plain_name(text: str) -> bool:
    return (
        bare_name(text) == text
        and looks_chinese(text)
        and not find_places(place_key(text))
        and isinstance(parse_degree(text), NotUnderstood)
    )


def find_degree(clauses: Sequence[str]) -> Degree | None:
    """The highest degree that the clauses claim; None where one of them would be asked back."""
    whole = parse_degree(",".join(clauses))
    return whole.value if isinstance(whole, Understood) else None


def find_major(clauses: Sequence[str]) -> str | None:
    """The subject of study, in the person's own words."""
    for clause in clauses:
        plain = simplified(clause)
        for form in _MAJORS:
            for match in form.finditer(plain):
                start, end = match.span("major")
                lead = _BEFORE_MAJOR.match(plain[start:end])
                start += lead.end() if lead else 0
                major = re.sub(rf"{_DEGREE_WORD}$|毕业$|系$|学位$", "", clause[start:end]).strip(" 的,")
                if len(major) > 1 and not _NO_MAJOR.search(simplified(major)):
                    return major
    return None


def find_years(clauses: Sequence[str], *, on: date) -> dict[str, float]:
    """related_years and important_years, each where exactly one clause states it exactly."""
    stated: dict[str, set[float]] = {"related_years": set(), "important_years": set()}
    for clause in clauses:
        plain = folded(clause)
        important = _IMPORTANT.search(plain)
        if not important and not _WORKING.search(plain) and not _ONLY_YEARS.search(plain.replace(" ", "")):
            continue
        if _SCHOOL.search(clause) and not re.search(r"参加工作|从业|工作|经验|experience", plain):
            continue
        years = parse_years(clause, on=on)
        if isinstance(years, Understood):
            stated["important_years" if important else "related_years"].add(years.value)
    return {question: values.pop() for question, values in stated.items() if len(values) == 1}


def find_posting(clauses: Sequence[str], *, abroad: bool) -> Posting | None:
    """Dispatched, planned or none; `abroad` says whether the message names a place outside the mainland."""
    whole = folded(",".join(clauses))
    worded = worded_value("posting", whole)
    if worded == Posting.NONE:
        return Posting.NONE
    if worded == Posting.PLANNED or (_PLANNED.search(whole) and not _ALREADY.search(whole)):
        return Posting.PLANNED
    if worded == Posting.DISPATCHED:
        return Posting.DISPATCHED
    here = any(_NOW_ABROAD.search(folded(clause)) and not _SCHOOL.search(clause) for clause in clauses)
    return Posting.DISPATCHED if abroad and here else None


def find_country(clauses: Sequence[str]) -> str | None:
    """The one country or region outside the mainland that the clauses name, schools aside."""
    codes: set[str] = set()
    for clause in clauses:
        if _SCHOOL.search(clause):
            continue
        places = find_places(place_key(clause))
        sure = {code for place in places if len(place.codes) == 1 for code in place.codes}
        shared = [place.codes for place in places if len(place.codes) > 1]
        if any(not codes_of & sure for codes_of in shared):
            return None
        codes |= sure
    abroad = codes - {HOME}
    return abroad.pop() if len(abroad) == 1 else None


def find_location(clauses: Sequence[str]) -> str | None:
    """The place that a clause says the person is at, in its own words (印尼雅加达)."""
    for clause in clauses:
        plain = simplified(clause).lower()
        if not (lead := _LOCATION.search(plain)):
            continue
        end = lead.end()
        for place in find_places(plain):
            if place.start != end:
                continue
            end = _and_what_joins(place, plain)
        if end > lead.end() and _AFTER_LOCATION.match(plain, end):
            return clause[lead.end() : end].strip(" ,的")
    return None


def _and_what_joins(place: Place, plain: str) -> int:
    joint = _JOINT.match(plain, place.end)
    return joint.end() if joint else place.end
