"""Volunteered corrections."""

import pytest

from dialogs.parsers.corrections import Correction, parse_correction

CORRECTIONS = {
    "手机号改成13912345678": ("phone", "13912345678"),
    "我的手机号换成 13900001111": ("phone", "13900001111"),
    "手机号写错了，是13912345678": ("phone", "13912345678"),
    "請把手機號改為13912345678": ("phone", "13912345678"),
    "change my phone to +95 9 421234567": ("phone", "+95 9 421234567"),
    "please update my location to Yangon": ("present_location", "Yangon"),
    "把姓名改为李四": ("name", "李四"),
    "更正：学历是硕士": ("degree", "硕士"),
    "学历不是本科，是硕士": ("degree", "硕士"),
    "国家应该是缅甸": ("country", "缅甸"),
    "My degree should be master": ("degree", "master"),
    "重要工程年限改成5年": ("important_years", "5年"),
    "不对，是十一年": (None, "十一年"),
    "不是，应该是印尼": (None, "印尼"),
    "错了，是本科": (None, "本科"),
    "说错了，应该是8年半": (None, "8年半"),
    "Sorry, I meant 11 years": (None, "11 years"),
    "no, it's 11": (None, "11"),
    "actually it's 11 years": (None, "11 years"),
}


@pytest.mark.parametrize("text", CORRECTIONS)
def test_a_correction_names_its_question_and_the_new_answer(text):
    assert parse_correction(text) == Correction(*CORRECTIONS[text])


@pytest.mark.parametrize(
    "text",
    [
        "不对",
        "不是",
        "no",
        "No, thanks",
        "不是没有",
        "是",
        "十一年",
        "手机号",
        "手机号改成",
        "我想改手机号",
        "",
        "印尼",
        "not sure",
    ],
)
def test_an_answer_is_no_correction(text):
    assert parse_correction(text) is None
