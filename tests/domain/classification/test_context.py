from domain.classification.context import CURRENT, FORMER, LISTED, OPENING, TITLE, emphases
from domain.classification.cues import CueFile, cues
from domain.classification.matching import Match


def factor(text: str, word: str) -> float:
    start = text.index(word)
    [found] = emphases(text, [Match(0, start, start + len(word))])
    return found


def test_a_word_in_passing_counts_once() -> None:
    assert factor("平时看些书报,有时也去参观,偶尔见到桥梁什么的", "桥梁") == 1


def test_the_opening_and_a_job_title_count_more() -> None:
    assert factor("桥梁和别的", "桥梁") == OPENING
    assert factor("桥梁工程师", "桥梁") == OPENING * TITLE
    assert factor("bridge designer", "bridge") == OPENING * TITLE


def test_studies_count_less_and_present_work_more() -> None:
    assert factor("毕业于桥梁专业", "桥梁") == OPENING * FORMER
    assert factor("目前在搞桥梁", "桥梁") == OPENING * CURRENT
    assert factor("土木、桥梁等相关专业", "桥梁") == OPENING * LISTED


def test_a_denial_ends_where_a_new_statement_begins() -> None:
    assert factor("不做桥梁", "桥梁") == 0
    assert factor("不做隧道而是桥梁", "桥梁") > 0
    assert factor("不是隧道是桥梁", "桥梁") > 0
    assert factor("不做隧道,桥梁", "桥梁") > 0
    assert factor("桥梁不懂", "桥梁") == 0
    assert factor("不只是桥梁", "桥梁") > 0


def test_every_kind_of_cue_is_given_and_compiles() -> None:
    assert set(CueFile.model_fields) <= set(cues().__slots__) | {"turn"}
    assert cues().denial.search("我没做过桥梁")
    assert not cues().denial.search("不锈钢")
    assert cues().former.search("he graduated last year")
    assert not cues().current.search("knowledge")
