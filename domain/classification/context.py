"""How much a word counts by where it stands: denied, studied long ago, done now, stated as a job title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.classification.matching import Match

DENIED = 0.0
FORMER = 0.4
LISTED = 0.5
CURRENT = 1.35
TITLE = 1.35
OPENING = 1.15
CATEGORY = 0.6
SUBJECT = 1.4
_OPENING_END = 14
_SUBDIVISION_LENGTH = 32
_SUBDIVISION = re.compile(r"[\u4e00-\u9fff()、a-z0-9]{2,}(?: [\u4e00-\u9fff()、a-z0-9]{2,}){1,2} ?")

_CLAUSE_END = re.compile(
    r"[,，。;；!！?？\n:：…]|\.(?=\s|$)|(?:而是|但是|可是|不过|改做|改行|转行|转做)|但(?!任)|\bbut\b|\binstead\b(?! of)|\bnow\b|\bcurrently\b"
)
_DENIAL = re.compile(
    r"(?:(?<!是)不是(?!很)|并非|并不是|不属于|不做|不搞|不干|不懂|不会|不学|不管|不负责|不从事|不涉及|不包括|不包含|不太懂|没做过|没有做过|没干过|没搞过|没学过|没碰过|没接触过|没有接触过|从没|从未|从不|"
    r"不再|不想做|别把我当|别当我是|不算|不熟悉|没有|与其说是|跟|和)"
)
_WITH_NOTHING_TO_DO = re.compile(r"(?:无关|没关系|没有关系|不沾边|不搭界|两码事|不一样|不是一回事)")
_DENIAL_AFTER = re.compile(
    r"(?:不懂|不会|不熟|不了解|没做过|没干过|没学过|没碰过|没接触过|我不做|我不管|不归我管|不是我的专业|不是我专业|不太懂|一窍不通|不做的?|无关|没关系)(?:了|的|啊|呀|哦|过)*$"
)
_DENIAL_EN = re.compile(
    r"\b(?:not|never|no longer|don't|do not|dont|isn't|without|rather than|instead of|other than|except|no experience (?:in|of|with)|nothing to do with|know nothing about|unrelated to)\b"
)
_NOT_ONLY = re.compile(r"^\s*(?:只是|仅是|仅仅|单是|光是|仅|只|光|单|only|just|limited)")
_RESTART = re.compile(r"(?<![不还可于但只就都也或])是(?!不)|\b(?:am|are|is) (?:a|an)\b")
_FORMER = re.compile(
    r"毕业|学的是|学的|念的|读的|本科|专科|大专|硕士|研究生|所学|主修|读书时|大学时|专业是|出身|科班|以前|之前|曾|原来|原先|早年|早些年|过去|当年|当过|做过|干过|刚毕业|"
    r"\bgraduated\b|\bdegree\b|\bmajor(?:ed)?\b|\bstudied\b|\bformer(?:ly)?\b|\bused to\b|\bpreviously\b|\bbachelor\b|\bmaster'?s\b|\bb\.?sc\b"
)
_CURRENT = re.compile(
    r"现从事|现在|目前|现任|现为|如今|后来|从事|岗位|职务|职位|担任|主要做|主要负责|负责|转到|转做|改做|改行|转行|现岗|"
    r"\bcurrently\b|\bnow\b|\bwork(?:ing)? (?:as|in|on)\b|\bresponsible for\b|\bat present\b"
)
_LISTED = re.compile(r"等?相关专业|等专业|等部门|等企业|等行业|等单位|等领域|等相关|优先|学历|学位")
_TITLE_AFTER = re.compile(
    r"\s?(?:专业)?(?:高级|主任|助理|资深|总)?(?:工程师|技术员|设计师|技师|技工|施工员|员|岗|主管|经理|专员|总工|负责人|顾问|监理|专工|师傅|专家|工程技术人员|人员)"
    r"|\s?(?:engineer|technician|designer|manager|inspector|specialist|supervisor|foreman|developer|consultant|superintendent)\b"
)
_CUE = re.compile(
    "|".join(
        each.pattern for each in (_DENIAL, _DENIAL_AFTER, _DENIAL_EN, _WITH_NOTHING_TO_DO, _FORMER, _CURRENT, _LISTED)
    )
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch [start, end) of the text that is read as one statement."""

    start: int
    end: int


def emphases(text: str, matches: Sequence[Match]) -> list[float]:
    """The factor (0 denied, 1 plain, up to about 2) for each match, in the order of `matches`."""
    factors = [_own_factor(text, each) for each in matches]
    _weigh_subdivision(text, matches, factors)
    if not _CUE.search(text):
        return factors
    for clause in _clauses(text):
        inside = [number for number, each in enumerate(matches) if clause.start <= each.start < clause.end]
        if inside:
            _weigh_clause(text, clause, matches, inside, factors)
    return factors


def _own_factor(text: str, match: Match) -> float:
    factor = OPENING if match.start < _OPENING_END else 1.0
    return factor * TITLE if _TITLE_AFTER.match(text, match.end) else factor


def _weigh_subdivision(text: str, matches: Sequence[Match], factors: list[float]) -> None:
    """In a bare `建筑工程 装饰` the first part is the category, the last one the subject proper."""
    if len(text) > _SUBDIVISION_LENGTH or not _SUBDIVISION.fullmatch(text):
        return
    last = text.rstrip().rfind(" ")
    if any(each.start > last for each in matches):
        for number, each in enumerate(matches):
            factors[number] *= SUBJECT if each.start > last else CATEGORY


def _clauses(text: str) -> list[Clause]:
    clauses = []
    start = 0
    for end in _CLAUSE_END.finditer(text):
        # A word that opens the next clause (而是, but) belongs to it; a punctuation mark to none.
        clauses.append(Clause(start, end.start()))
        start = end.start() if end.end() - end.start() > 1 else end.end()
    clauses.append(Clause(start, len(text)))
    return clauses


def _weigh_clause(text: str, clause: Clause, matches: Sequence[Match], inside: list[int], factors: list[float]) -> None:
    words = text[clause.start : clause.end]
    for start, end in _denied(words):
        for number in inside:
            if start <= matches[number].start - clause.start < end:
                factors[number] = DENIED
    if _LISTED.search(words):
        factor = LISTED
    elif _CURRENT.search(words):
        factor = CURRENT
    elif _FORMER.search(words):
        factor = FORMER
    else:
        return
    for number in inside:
        factors[number] *= factor


def _denied(words: str) -> list[tuple[int, int]]:
    """The stretches of a clause that are denied."""
    stretches = []
    for denial in _DENIAL.finditer(words):
        if denial[0] in ("跟", "和"):
            if not (far := _WITH_NOTHING_TO_DO.search(words, denial.end())):
                continue
            stretches.append((denial.end(), far.start()))
        elif not _NOT_ONLY.match(words[denial.end() :]):
            stretches.append((denial.end(), _denial_end(words, denial.end())))
    for denial in _DENIAL_EN.finditer(words):
        if not _NOT_ONLY.match(words[denial.end() :]):
            stretches.append((denial.end(), _denial_end(words, denial.end() + 6)))
    if not stretches and "除了" not in words and (after := _DENIAL_AFTER.search(words.rstrip())):
        stretches.append((0, after.start()))
    return stretches


def _denial_end(words: str, start: int) -> int:
    restart = _RESTART.search(words, start)
    return restart.start() if restart else len(words)
