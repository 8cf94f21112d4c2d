"""Persons' names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.parsers.names import LONGEST, looks_chinese, parse_name
from dialogs.parsers.outcome import NotUnderstood, Understood

FAMILY, GIVEN_NAME = "王李张刘陈杨赵黄周吴", "伟芳娜敏静强磊军洋勇艳杰娟涛明超"


@given(
    name=st.builds(
        lambda first, rest: first + rest, st.sampled_from(FAMILY), st.text(GIVEN_NAME, min_size=1, max_size=2)
    )
)
def test_a_chinese_name_is_kept_whatever_stands_before_it(name):
    for text in (name, f"我叫{name}", f"姓名：{name}", f"我的名字是{name}。", f"　{name}　"):
        assert parse_name(text) == Understood(name)
    assert looks_chinese(name)


@pytest.mark.parametrize("dot", "·・•‧⋅∙･")
def test_every_kind_of_dot_in_a_minority_name_becomes_the_middle_dot(dot):
    assert parse_name(f"阿卜杜拉{dot}买买提") == Understood("阿卜杜拉·买买提")
    assert parse_name("阿卜杜拉·买买提") == Understood("阿卜杜拉·买买提")


@pytest.mark.parametrize("name", ["陳大文", "乾隆", "髙橋一郎", "𠮷田明"])
def test_characters_of_a_name_are_never_exchanged_for_others(name):
    assert parse_name(name) == Understood(name)


@pytest.mark.parametrize(
    "name", ["Jürgen Müller", "Nguyễn Văn A", "Aung San", "José María de la Cruz", "Иван Петров", "အောင်အောင်"]
)
def test_foreign_names_keep_their_letters(name):
    assert parse_name(name) == Understood(name)
    assert parse_name(f"my name is {name}") == Understood(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "张",
        "1",
        "张三2",
        "😀",
        "好的",
        "我不知道",
        "请问要多久",
        "how long does it take",
        "@#￥",
        "张三，李四",
        "a" * 300,
    ],
)
def test_what_is_no_name_is_refused(text):
    assert isinstance(parse_name(text), NotUnderstood)


@given(st.text(max_size=2 * LONGEST))
def test_an_accepted_name_is_accepted_again_unchanged(text):
    once = parse_name(text)
    if isinstance(once, Understood):
        assert parse_name(once.value) == once
        assert len(once.value) <= LONGEST
