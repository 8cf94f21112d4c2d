import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audience import Recipient
from domain.broadcast import broadcast_rules
from domain.broadcast_text import TEXT_LIMIT, Template, TemplateError, lacking, sample_recipients, template
from domain.vocabulary import Language, Level

ZHANG = Recipient(key="1", name="张伟", level=Level.SENIOR, unit="远山工程集团")
NOBODY = Recipient(key="2")
JOHN = Recipient(key="3", name="John Smith", level=Level.PROFESSIONAL, unit="ACME", language=Language.EN)


def test_everyone_reads_their_own():
    text = template("{name}您好，您申报{level}，单位{unit}，还剩 {days_left} 天。")
    assert text.render(ZHANG, 12) == "张伟您好，您申报资深，单位远山工程集团，还剩 12 天。"
    assert text.render(JOHN, 12) == "John Smith您好，您申报professional，单位ACME，还剩 12 天。"


def test_a_missing_value_has_words_of_its_own():
    assert template("{name}您好，单位：{unit}，级别：{level}").render(NOBODY, 3) == (
        "工程师您好，单位：（推荐单位未填），级别：（级别未填）"
    )
    english = Recipient(key="4", language=Language.EN)
    assert template("Dear {name}").render(english, 3) == "Dear engineer"


@pytest.mark.parametrize("days", [0, -3])
def test_after_the_deadline_no_days_are_left(days: int):
    assert template("还剩{days_left}天").render(ZHANG, days) == "还剩0天"


@pytest.mark.parametrize("text", ["{姓名}：", "｛name｝：", "{ name }：", "｛ 名字 }："])
def test_a_placeholder_may_be_written_as_a_chinese_keyboard_has_it(text: str):
    assert template(text).render(ZHANG, 1) == "张伟："
    assert template(text).placeholders == ("name",)


@pytest.mark.parametrize("text", ["您好{nmae}", "{}", "{name.__class__}", "{0}", "{name!r}", "{张伟}"])
def test_an_unknown_placeholder_is_named_with_those_there_are(text: str):
    with pytest.raises(TemplateError, match=r"\{name\} \{level\} \{unit\} \{days_left\}") as caught:
        template(text)
    assert caught.value.reason == "unknown_placeholder"
    assert caught.value.given in text


@pytest.mark.parametrize("text", ["a } b", "{ 没有右括号", "100% %s $x"])
def test_other_signs_are_inert(text: str):
    assert template(text).render(ZHANG, 1) == text


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_refused(text: str):
    with pytest.raises(TemplateError) as caught:
        template(text)
    assert caught.value.reason == "empty"


def test_a_text_that_could_outgrow_one_message_is_refused():
    template("长" * TEXT_LIMIT)
    for text in ("长" * (TEXT_LIMIT + 1), "长" * 3950 + "{name}", "{unit}" * 41):
        with pytest.raises(TemplateError) as caught:
            template(text)
        assert caught.value.reason == "too_long"


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_a_name_holds_is_shown_once_and_never_read_as_a_placeholder(name: str, unit: str):
    person = Recipient(key="1", name=name + "{unit}{", unit=unit + "{name}")
    said = Template("{name}|{unit}").render(person, 1)
    assert len(said) <= 201
    first, _, second = said.partition("|") if "|" not in name + unit else (said, "", "")
    if second:
        assert first in (" ".join((name + "{unit}{").split()), first[:99] + "…")
        assert second in (" ".join((unit + "{name}").split()), second[:99] + "…")


@given(st.text(max_size=200))
def test_any_text_is_either_sent_or_refused_with_a_reason(text: str):
    try:
        checked = template(text)
    except TemplateError as error:
        assert error.reason in ("empty", "too_long", "unknown_placeholder")
    else:
        assert len(checked.render(ZHANG, 5)) <= TEXT_LIMIT


def test_it_is_counted_who_lacks_what():
    people = [ZHANG, NOBODY, JOHN, Recipient(key="5", name="无名单位")]
    assert lacking(template("{name} {unit}"), people) == {"name": 1, "unit": 2}
    assert lacking(template("{days_left}"), people) == {}


def test_samples_differ_in_what_the_text_uses():
    same = [Recipient(key=f"s{at}", name="王芳", unit="甲", level=Level.SENIOR) for at in range(50)]
    text = template("{name}您好，{unit}：{level}")
    chosen = sample_recipients(text, [*same, JOHN, NOBODY, ZHANG])
    assert [each.key for each in chosen] == ["s0", "2", "3"]
    assert len({text.render(each, 5) for each in chosen}) == 3


def test_where_all_read_the_same_one_sample_is_enough():
    people = [ZHANG, Recipient(key="9", name="李强")]
    assert sample_recipients(template("各位好"), people) == (ZHANG,)
    assert sample_recipients(template("各位好"), []) == ()


def test_ten_thousand_people_are_sampled_at_once():
    people = [Recipient(key=str(at), name="人" * (at % 9), unit=f"单位{at % 700}") for at in range(10_000)]
    chosen = sample_recipients(template("{name}{unit}"), people)
    assert len({template("{name}{unit}").render(each, 1) for each in chosen}) == 3


def test_each_placeholder_has_words_that_nobody_else_has():
    words = [word for each in broadcast_rules().placeholders for word in (each.id, *each.words)]
    assert len(set(words)) == len(words)
