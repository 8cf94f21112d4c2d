"""An engineer who answers whatever is asked, on any channel: reads the question off the screen, as people do."""

from collections.abc import Callable, Mapping

from dialogs.scripts import SCRIPTS
from dialogs.texts import catalogue
from domain.vocabulary import Language

STATEMENT = "曾参与仰光大桥项目，我领导了桥梁结构设计，提出施工监控方案，实施后节约投资 300 万元，取得优质工程奖。"

DISPATCHED: Mapping[str, str] = {
    "language": "中文",
    "consent": "同意",
    "name": "张伟",
    "phone": "13800138000",
    "degree": "本科",
    "major": "土木工程",
    "related_years": "八年半",
    "important_years": "4",
    "posting": "1",
    "country": "缅甸",
    "present_location": "缅甸仰光",
    "enterprise": "重庆某某建设集团有限公司",
    "project": "仰光大桥项目",
    "project_type": "承包工程",
    "project_status": "在建",
    "work": "负责桥梁结构设计和施工监控",
    "specialty": "1",
    "level": "专业",
    "statement": STATEMENT,
    "statement_check": "1",
    "consent_abroad": "同意",
    "review": "提交",
}


def question_on(screen: str, language: Language = Language.ZH) -> str:
    """The id of the intake's question whose words stand last on the screen."""
    found = {
        screen.rfind(words): question.id
        for question in SCRIPTS["intake"].questions
        if (words := _words(question.id, language)) and words in screen
    }
    assert found, f"no question of the intake on the screen: {screen}"
    return found[max(found)]


def _words(question: str, language: Language) -> str:
    """The longest piece of the question's text without a placeholder."""
    text = catalogue()[f"{question}.ask"][language]
    return max(text.replace("}", "{").split("{")[::2], key=len).strip()


def take_in(
    answers: Mapping[str, str], screen: Callable[[], str], say: Callable[[str], None], *, until: str = "home"
) -> list[str]:
    """Answers until that question is open; returns the questions that were asked, in order."""
    asked: list[str] = []
    while (question := question_on(screen())) != until:
        assert len(asked) < 60, f"going round in circles: {asked}"
        assert asked[-2:] != [question, question], f"{question} is asked a third time: {screen()}"
        asked.append(question)
        say(answers[question])
    return asked
