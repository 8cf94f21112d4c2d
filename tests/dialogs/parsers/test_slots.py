"""One sentence that answers several questions."""

from datetime import date

import pytest

from dialogs.parsers.slots import parse_slots

ON = date(2025, 4, 1)

SENTENCES = {
    "我重庆大学土木本科毕业，2012年7月参加工作，现在中建八局雅万高铁项目，印尼": {
        "degree": "bachelor",
        "major": "土木",
        "related_years": 12.75,
        "posting": "dispatched",
        "country": "ID",
        "enterprise": "中建八局",
        "project": "雅万高铁项目",
    },
    "我叫张三，手机13812345678，重庆交通大学桥梁工程专业硕士，工作12年，其中重要工程5年，"
    "目前在缅甸仰光，中国路桥仰光大桥项目，项目在建，申请资深": {
        "name": "张三",
        "phone": "+8613812345678",
        "degree": "master",
        "major": "桥梁工程",
        "related_years": 12,
        "important_years": 5,
        "posting": "dispatched",
        "country": "MM",
        "present_location": "缅甸仰光",
        "enterprise": "中国路桥",
        "project": "仰光大桥项目",
        "project_status": "在建",
        "level": "senior",
    },
    "姓名：李四 手机：09 421 234 567 学历：本科 专业：土木工程 工作年限：10年 国家：缅甸 "
    "企业：中铁二十局 项目：木姐铁路 当前所在地：曼德勒 申请级别：专业": {
        "name": "李四",
        "phone": "+959421234567",
        "degree": "bachelor",
        "major": "土木工程",
        "related_years": 10,
        "country": "MM",
        "enterprise": "中铁二十局",
        "project": "木姐铁路",
        "present_location": "曼德勒",
        "level": "professional",
    },
    "姓名：王五\n电话：13900001111\n学历：大专\n参加工作时间：2010年9月\n项目类型：承包工程\n项目状态：运营中": {
        "name": "王五",
        "phone": "+8613900001111",
        "degree": "below",
        "related_years": 14.58,
        "project_type": "承包工程",
        "project_status": "运营中",
    },
    "My name is John Smith, BEng in Civil Engineering from Chongqing University, 12 years of experience, "
    "working at Sinohydro on the Karuma Dam project in Uganda, +256 772 123456": {
        "name": "John Smith",
        "phone": "+256772123456",
        "degree": "bachelor",
        "major": "Civil Engineering",
        "related_years": 12,
        "posting": "dispatched",
        "country": "UG",
        "enterprise": "Sinohydro",
        "project": "Karuma Dam project",
    },
    "还没出国，公司计划明年派我去马来西亚东海岸铁路项目，土木工程本科，工作6年": {
        "degree": "bachelor",
        "major": "土木工程",
        "related_years": 6,
        "posting": "planned",
        "country": "MY",
        "project": "马来西亚东海岸铁路项目",
    },
    "重慶大學土木工程專業本科畢業，2012年7月參加工作，現在緬甸": {
        "degree": "bachelor",
        "major": "土木工程",
        "related_years": 12.75,
        "posting": "dispatched",
        "country": "MM",
    },
    "中交二航局，孟加拉帕德玛大桥项目，外派中，从事桥梁设计": {
        "enterprise": "中交二航局",
        "project": "孟加拉帕德玛大桥项目",
        "country": "BD",
        "posting": "dispatched",
        "work": "桥梁设计",
    },
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_fills_exactly_the_questions_it_answers(sentence):
    assert parse_slots(sentence, on=ON) == SENTENCES[sentence]


def test_major_in_traditional_characters_is_kept_as_it_was_typed():
    assert parse_slots("重慶大學橋樑工程專業碩士", on=ON)["major"] == "橋樑工程"


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("研究生，在刚果", {"degree", "country"}),
        ("工作十来年", {"related_years"}),
        ("硕士在读，工作5年", {"degree"}),
        ("2012年参加工作", {"related_years"}),
        ("手机13812345678或13912345678", {"phone"}),
        ("做过老挝和缅甸的项目", {"country", "project"}),
        ("2012年7月毕业", {"related_years"}),
        ("我是重庆人", {"country", "name", "posting"}),
        ("中国路桥", {"country"}),
        ("我在海外项目工作", {"project", "country"}),
    ],
)
def test_what_is_ambiguous_is_left_out(text, left_out):
    assert not left_out & set(parse_slots(text, on=ON))


@pytest.mark.parametrize(
    "text", ["你好", "是", "不知道怎么填", "谢谢", "/start", "这个评价有什么用？", "收费吗", "第二个"]
)
def test_small_talk_fills_nothing(text):
    assert parse_slots(text, on=ON) == {}


def test_the_country_in_the_message_reads_its_phone_number():
    assert parse_slots("国家：缅甸，09421234567", on=ON, region="ID")["phone"] == "+959421234567"
    assert parse_slots("0812-3456-7890", on=ON, region="ID")["phone"] == "+6281234567890"


def test_a_statement_behind_its_label_is_taken_whole():
    statement = "我领导设计了大桥，完成施工；取得发明专利2项。现已通车"
    slots = parse_slots(f"姓名：张三\n主要工程实践经历：{statement}", on=ON)
    assert slots == {"name": "张三", "statement": statement.replace("，", ",").replace("；", ";")}
