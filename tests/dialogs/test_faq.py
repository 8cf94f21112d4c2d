import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.campaign_texts import campaign_line
from dialogs.context import Context
from dialogs.faq import faq_answer, known, sounds_like_a_question
from dialogs.texts import catalogue
from domain.campaign import campaign
from domain.classification import classify
from domain.vocabulary import Language
from tests.dialogs.talk import INTAKE_ANSWERS, NOON

ASKED = [
    ("这个是干嘛的", "evaluation"),
    ("证书拿来有什么用啊", "certificate_use"),
    ("新加坡那边认不认这个", "partners"),
    ("哪些国家承认", "partners"),
    ("我大专学历能不能报", "conditions"),
    ("申请需要满足哪些条件？", "conditions"),
    ("要准备啥材料", "materials"),
    ("需要交哪些资料呢", "materials"),
    ("面试难不难", "interview"),
    ("请问要多少费用", "fees"),
    ("这个要花钱不", "fees"),
    ("截止到什么时候", "deadline"),
    ("过了4月28号还能报吗", "deadline"),
    ("多久能出结果", "duration"),
    ("我的资料会不会泄漏", "data_use"),
    ("电话多少", "contact"),
    ("提交完了接下来干什么", "steps"),
    ("怎么改前面填的", "change"),
    ("可以明天接着填吗", "later"),
    ("必须加入学会吗", "society"),
    ("公司不推荐我自己能报吗", "unit"),
    ("什么是重要工程", "important_work"),
    ("资深跟专业啥区别", "levels"),
    ("什么时候开宣讲会", "briefing"),
    ("這個要收費嗎", "fees"),
    ("how much is it", "fees"),
    ("what papers do you need", "materials"),
    ("what's the deadline?", "deadline"),
    ("how long will the evaluation take?", "duration"),
    ("will there be an interview?", "interview"),
    ("who can see my data?", "data_use"),
    ("what is the certificate for?", "certificate_use"),
]
UNKNOWN = [
    *("今天天气怎么样", "你吃饭了吗", "退休人员能申请吗", "可以帮我订机票吗", "家属能随行吗", "年龄有限制吗"),
    *("what's the weather like?", "can my wife apply too", "where are you located?"),
]


@pytest.mark.parametrize(("text", "meant"), ASKED)
def test_a_question_is_recognised_however_it_is_put(text: str, meant: str) -> None:
    found = faq_answer(text)

    assert found is not None
    assert found.key == f"faq.{meant}"


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_nobody_wrote_an_answer_to_is_not_answered(text: str) -> None:
    assert sounds_like_a_question(text)
    assert faq_answer(text) is None


@pytest.mark.parametrize("text", [*INTAKE_ANSWERS, "缅甸", "没有", "还没有", "负责面试招聘", "新加坡地铁项目", "不是"])
def test_an_answer_is_not_taken_for_a_question(text: str) -> None:
    assert faq_answer(text) is None


def test_every_known_phrasing_finds_its_own_question() -> None:
    missed = [
        (entry.id, phrasing)
        for entry in known().question
        for phrasing in entry.asked
        if sounds_like_a_question(phrasing) and ((found := faq_answer(phrasing)) is None or found.key[4:] != entry.id)
    ]

    assert missed == []


@pytest.mark.parametrize("language", Language)
def test_answers_come_from_the_campaigns_data(language: Language) -> None:
    context = Context(now=NOON, campaign=campaign("2025"), classify=classify)

    def said(entry: str) -> str:
        return catalogue().say(campaign_line(f"faq.{entry}", context, language), language)

    assert "023-63616287" in said("contact")
    assert "27" in said("deadline")
    assert campaign("2025").partners[0].name[language] in said("partners")
    assert all(each.title[language] in said("steps") for each in campaign("2025").steps)


@given(st.text(max_size=300))
def test_no_words_whatever_break_the_matching(text: str) -> None:
    found = faq_answer(text)

    assert found is None or found.key in catalogue()
