import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.name_tokens import name_tokens, search_tokens


def found(name: str, query: str) -> bool:
    wanted = search_tokens(query)
    return bool(wanted) and wanted <= name_tokens(name)


def test_a_chinese_name_has_its_pairs_pinyin_and_initials():
    assert name_tokens("王小明") >= {"王小明", "王小", "小明", "wangxiaoming", "wxm"}


def test_a_foreign_name_has_its_parts_and_initials():
    assert name_tokens("John Smith") == {"johnsmith", "john", "smith", "js"}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("王小明", "王小明"),
        ("王小明", "小明"),
        ("王小明", " 王 小明 "),
        ("王小明", "Wang Xiaoming"),
        ("王小明", "WXM"),
        ("欧阳修远", "阳修远"),
        ("单雄信", "shanxiongxin"),
        ("单雄信", "danxiongxin"),
        ("曾国藩", "zengguofan"),
        ("吕布", "lvbu"),
        ("吕布", "lyubu"),
        ("吕布", "ＬＵ ＢＵ"),
        ("买买提·艾力", "艾力"),
        ("买买提·艾力", "买买提艾力"),
        ("José Álvarez", "jose"),
        ("JOHN SMITH", "john smith"),
        ("𠮷野家", "𠮷野"),
    ],
)
def test_a_name_is_found_by(name: str, query: str):
    assert found(name, query)


@pytest.mark.parametrize(
    ("name", "query"), [("王小明", "王明"), ("王小明", "李小明"), ("王小明", "xiao"), ("王小明", ""), ("王小明", "·-")]
)
def test_a_name_is_not_found_by(name: str, query: str):
    assert not found(name, query)


@given(st.text(max_size=40))
def test_any_name_that_has_letters_is_found_by_itself(name: str):
    assert found(name, name) == bool(search_tokens(name))


@given(st.text(alphabet="王李张小明国华欧阳", min_size=2, max_size=6), st.data())
def test_a_chinese_name_is_found_by_any_part_of_two_characters_or_more(name: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(name) - 2))
    end = data.draw(st.integers(start + 2, len(name)))

    assert found(name, name[start:end])
