"""What a clause of a free sentence says about the enterprise, the project and the work."""

import re
from collections.abc import Sequence
from functools import cache

from dialogs.parsers.gazetteer import find_places, place_key
from dialogs.parsers.normal import simplified
from dialogs.parsers.slot_values import FILE, alternation
from dialogs.parsers.tables import word_lists
from domain.patterns import pattern

_LEAD = pattern(
    r"^(?:我们?|本人|现在|目前|现|正在|正|就职于?|任职于?|供职于?|工作于|受雇于|"
    r"来自|服务于|被|由|派驻|派往|外派到?|外派至|常驻|驻|负责|参与|参加|承担|"
    r"主持|从事|担任|单位是?|公司是?|项目是?|在|于|是|做|为|的|了|过|和| )++"
)
_SUFFIXES = (
    r"(?:有限责任公司|股份有限公司|有限公司|集团公司|总公司|分公司|子公司|公司|"
    r"集团|设计研究院|设计院|研究院|勘察院|工程局|建设局)"
)
_TAIL = (
    rf"(?:(?:第?[一二三四五六七八九十0-9]{{1,4}}[局院航公务处]局?|国际|集团|股份|"
    rf"海外|土木|建设|工程|城建|建筑|隧道|大桥|电气|装备|路桥|港湾|水电|水利|铁建|"
    rf"交建|电建|能建|建工|[东南西北中]南?局|[一-鿿]{{2}}(?=设计院|勘察院|分公司|"
    rf"公司)|"
    rf"设计院|勘察院|分公司|{_SUFFIXES}))*+"
)
_COMPANY = pattern(rf"(?P<name>[一-鿿A-Za-z0-9()]{{2,30}}?{_SUFFIXES}{_TAIL})")
_ENGLISH = pattern(
    r"\b(?:at|with|for|by|employed by|join(?:ed)?) (?P<name>(?:[A-Z][\w&.-]* (?:(?:of|"
    r"and|&) )?){1,7}?(?:Co\.?,? ?Ltd\.?|Ltd\.?|Corporation|Corp\.?|Company|"
    r"Group|Inc\.?|Limited|Bureau))"
)
_PROJECT = pattern(
    r"(?P<name>[一-鿿A-Za-z0-9()·#&/-][一-鿿A-Za-z0-9()·#&/ -]{1,36}?项目)(?!经理|"
    r"总工|部|负责|管理|工程师|书记|副|上|中|的|公司|施工经)?"
)
_ENGLISH_PROJECT = pattern(
    r"\b(?:the |on |at )(?P<name>(?:[A-Z][\w']*[ -]){1,8}(?:[Pp]roject|Railway|"
    r"Highway|Dam|Bridge|Port|Airport|Power (?:Plant|Station)))"
)
_UP_TO_VERB = pattern(r"^.*(?:派我去|派往|派到|前往|去|赴|参与|参加|负责|从事|担任|在|于)(?=.{2})")
_NO_PROJECT = pattern(
    r"^(?:海外|境外|国外|重点|重要|重大|工程|这个|那个|该|本|某|一个|多个|几个|"
    r"各个|两个|三个|大型|的|等|很多|许多|现场|个|援外|投资|承包|在建|类似|其他|"
    r"有|无|没有)*项目$|的项目$"
)
_ONLY_A_KIND = pattern(r"^(?:电力|公路|房建|基建|市政|水利|铁路|桥梁|隧道|建筑|能源|工程)+项目$")
_WORK = pattern(
    r"(?:做(?=[一-鿿]{2,12}(?:设计|施工|监理|管理|勘察|测量|咨询|造价|运维|试验|"
    r"检测|安装|调试))|主要从事|从事|主要负责|负责|主要做|专门做|我做|responsible for|"
    r"in charge of|work(?:ing)? as (?:an? )?|working on) ?(?P<work>[^,;。!?]{2,60})",
    re.IGNORECASE,
)


def find_enterprise(clauses: Sequence[str]) -> str | None:
    """The company that the clauses name (中建八局, … 有限公司), in the person's own words."""
    for clause in clauses:
        if span := _company_span(clause):
            return clause[slice(*span)]
    return None


def find_project(clauses: Sequence[str]) -> str | None:
    """The project by its name (雅万高铁项目); a general word (海外项目, 缅甸项目) is none."""
    for clause in clauses:
        span = _company_span(clause)
        rest = clause[span[1] :] if span else clause
        plain = simplified(rest)
        for match in (*_PROJECT.finditer(plain), *_ENGLISH_PROJECT.finditer(rest)):
            start, end = match.span("name")
            for opening in (_UP_TO_VERB, _LEAD):
                if lead := opening.match(plain[start:end]):
                    start += lead.end()
            name = rest[start:end].strip(" -")
            if not _is_general(simplified(name)):
                return name
    return None


def find_work(clauses: Sequence[str]) -> str | None:
    """What the person does, for classification: what follows 从事, 负责 and the like."""
    for clause in clauses:
        if match := _WORK.search(simplified(clause)):
            work = re.sub(
                r"(?:的?工作)?(?:已经?|有|满|了)*[0-9.一二三四五六七八九十]*年?半?$",
                "",
                clause[slice(*match.span("work"))],
            )
            work = work.strip(" 的")
            if len(work) > 1:
                return work
    return None


def _is_general(name: str) -> bool:
    """Whether no project in particular is meant: 海外项目, 缅甸的项目, 公路项目; but 木姐铁路项目 is one."""
    if not name or _NO_PROJECT.search(name) or _ONLY_A_KIND.search(name):
        return True
    bare = place_key(name)
    for place in reversed(find_places(bare)):
        bare = bare[: place.start] + bare[place.end :]
    return _NO_PROJECT.search(bare) is not None


def _company_span(clause: str) -> tuple[int, int] | None:
    plain = simplified(clause)
    known = _known().search(plain.lower())
    match = known or _COMPANY.search(plain) or _ENGLISH.search(clause)
    if not match:
        return None
    start, end = match.span("name")
    if not known and (lead := _LEAD.match(plain[start:end])):
        start += lead.end()
    return (start, end) if end - start > 1 and plain[start:end] not in {"公司", "集团", "分公司"} else None


@cache
def _known() -> re.Pattern[str]:
    lists = word_lists(FILE, "enterprises")
    stems, english = alternation(lists["stems"]), alternation(lists["english"])
    return re.compile(rf"(?P<name>(?:{stems}){_TAIL}|(?:{english}))")
