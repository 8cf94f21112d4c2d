"""Yes or no, in the many ways people say it."""

import re
from functools import cache

from dialogs.parsers.normal import folded
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Outcome, Understood
from dialogs.parsers.tables import word_lists
from domain.patterns import pattern

_LATIN = frozenset({"ok", "okay", "yes", "no"})
"""English words that stand among Chinese ones."""
_POLITE = ("谢谢", "多谢", "感谢", "辛苦了", "🙏", "😊", "🌹", "麻烦了")
_FILLERS = "那啊呀呢哦噢喔啦嘛滴哈哟呗诶哒咯了的"
_LONGEST = 80
_CLAUSE = pattern(r"[,;。，；、!?！？…~\n]+|\.(?:\s|$)")
_BUT = pattern(r"但是?|不过|只是|除非|\b(?:but|unless|except)\b")
_PARTICLES = pattern(r"(?<=.)[啊呀呢呐哪哦噢喔啦嘛滴哈哟呗诶哒咯了的]+$")
_TONES = pattern("[\U0001f3fb-\U0001f3ff\ufe0f♂♀]")
"""Skin tones and the like: 👍🏽 says what 👍 says."""
_LEAD = (
    r"(?:我们?|本人|俺)?(?:还|都|也|并|从来|从|坚决|根本|压根|一次|一点|一个|真的?|当然|肯定|绝对|目前|现在|暂时?|"
    r"至今|已经?|确实|完全|一直|早就|很|非常)*"
)
_APOLOGY = pattern(r"^(?:不好意思|抱歉|对不起|很遗憾|sorry)[啊呀了]*[,;。!.\s]*(?=.)")
_INTERJECTION = pattern(r"^(?:嗯+|恩+|哦+|噢|喔|唔|额|呃|哎|诶|啊)[,;。!.…~\s]*(?=[^嗯恩])")
_FINE = pattern(r"(?:.{0,4}没有?|.{0,3}无)(?:任何|什么|啥)?(?:问题|意见|异议|毛病|疑问)[^但不没无]{0,4}")
_NO = pattern(
    rf"{_LEAD}(?:不(?!过|仅|但|止|久|错|好意思|客气|介意|限)|没|无(?!论|疑|妨)|"
    rf"未(?!来)|拒绝|反对|木有|莫得|冇)[^但]{{0,16}}"
)
_YES = pattern(
    rf"{_LEAD}(?:是(?!谁|啥|什么|否|不)|有(?!问题|点|误|异议|疑|意见|没)|同意|"
    rf"愿意|确认|接受|赞成|可以|去过|做过|干过|参加过|参与过|属于|符合|满足|具备|需要|要(?!不|么|是)|"
    rf"会(?!不))"
    rf"[^但不没无]{{0,16}}|{_LEAD}(?<=已)经?[^但不没无未]{{1,14}}"
)
_OKS = pattern(r"(?<![a-z])(?:(?:ok){2,}|okk+)(?![a-z])")
_HESITATES = pattern(
    r"不(?:太|敢|能|大|好|怎么|是很)?(?:记得|肯定|确定|清楚|明白|懂|了解)|想一下|一半|没把握|不太好说"
    r"|(?:没有?|未)(?:完全)?(?:确定|决定|想好|想清楚|定下来|考虑好)"
    r"|(?:看|听|等)(?:公司|单位|领导|项目|组织|安排|通知|情况)"
    r"|\bnot (?:\w+ )?(?:sure|certain|clear|decided)\b|\b(?:need|have) to (?:think|check|ask|see)\b"
    r"|\b(?:don't|do not) (?:really |quite )?(?:know|remember|understand)\b"
)
"""Says neither yes nor no, whatever words of either stand in it."""
_NEVER = r"\b(?:not|no|never|none|nothing|neither|nobody)\b|n't\b"
_ENGLISH_YES = pattern(
    r"(?:yes|yep|yeah|yup|sure|okay|ok|of course|correct|right|i agree|i accept|"
    rf"i do|i have|i am|i confirm|fine (?:with|by)|(?:i |we )?(?:fully |totally |completely )?agree)"
    rf"\b(?!.*(?:{_NEVER}|\bbut\b)).*"
)
_ENGLISH_NO = pattern(
    r"(?:sorry |i'm afraid |well )?(?:no|nope|nah|not|never|none|i(?:'ve| have| was| had| am)? never|"
    r"i (?:don't|do not|am not|haven't|have not|didn't|"
    r"did not|won't|can't|cannot|disagree)|i'm not|we (?:don't|haven't))\b(?! (?:problem|"
    r"doubt|objection|only))(?!.*\bbut\b).*"
)


def parse_yes_no(text: str) -> Outcome[bool]:
    """True or False; hesitation (也许), a contradiction or a double negative (不是没有) is asked back."""
    plain = _APOLOGY.sub("", _OKS.sub("ok", _TONES.sub("", folded(text))))
    if not plain:
        return NotUnderstood(ErrorReason.EMPTY)
    if (whole := _exact(plain)) is None:
        plain = _INTERJECTION.sub("", plain)
        whole = _exact(plain)
    if whole is not None:
        return Understood(whole)
    if len(plain) > _LONGEST:
        return NotUnderstood(ErrorReason.TOO_LONG)
    clauses = [clause for clause in _CLAUSE.split(plain) if clause.strip()]
    unclear = " ; ".join(clause for clause in clauses if _exact(clause) is None)
    for reason, words in word_lists("yesno.toml", "asked").items():
        if any(_stands_in(word, unclear) for word in words):
            return AskBack(AskReason(reason))
    if _BUT.search(plain) or _HESITATES.search(unclear):
        return AskBack(AskReason.UNDECIDED)
    judged = {verdict for clause in clauses if (verdict := _clause(clause)) is not None}
    if len(judged) == 1:
        return Understood(judged.pop())
    return AskBack(AskReason.UNDECIDED) if judged else NotUnderstood(ErrorReason.NOT_UNDERSTOOD)


def _stands_in(word: str, plain: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", plain) is not None
    return word in plain


def _clause(clause: str) -> bool | None:
    if (exact := _exact(clause)) is not None:
        return exact
    squeezed = re.sub(r"\s+", "", clause) if not clause.isascii() else clause.strip()
    if _FINE.fullmatch(squeezed):
        return True
    if _NO.fullmatch(squeezed) or _ENGLISH_NO.fullmatch(squeezed):
        return False
    if _YES.fullmatch(squeezed) or _ENGLISH_YES.fullmatch(squeezed):
        return True
    return _made_up(squeezed)


def _made_up(clause: str) -> bool | None:
    """The verdict of a clause that is nothing but such words in a row (好的好的, 是的没错, 好的谢谢)."""
    if _word().sub("", clause).strip(_FILLERS):
        return None
    judged = {_answers()[word] for word in _word().findall(clause) if word in _answers()}
    return judged.pop() if len(judged) == 1 else None


@cache
def _word() -> re.Pattern[str]:
    words = sorted(
        (*(word for word in _answers() if not word.isascii() or word in _LATIN), *_POLITE), key=len, reverse=True
    )
    return re.compile("|".join(map(re.escape, words)))


def _exact(plain: str) -> bool | None:
    bare = plain.strip(" .,。，!！~…?'\"()")
    squeezed = re.sub(r"\s+", "", bare)
    for form in (plain.strip(), bare, squeezed, _PARTICLES.sub("", squeezed), re.sub(r"[,，]", "", bare)):
        if form in _answers():
            return _answers()[form]
    return None


@cache
def _answers() -> dict[str, bool]:
    lists = word_lists("yesno.toml", "answers")
    return {word: verdict == "yes" for verdict, words in lists.items() for word in words}
