import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.cell_text import CellTooLongError, check_length, escaped, many_lines, one_line, person_name


@pytest.mark.parametrize("clean", [many_lines, one_line, person_name])
@given(text=st.text())
def test_cleaning_twice_is_cleaning_once(clean: object, text: str) -> None:
    assert clean(clean(text)) == clean(text)  # type: ignore[operator]


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_left_can_stand_in_a_file(text: str) -> None:
    left = many_lines(text)
    left.encode("utf8")
    assert not set(left) & {"\x00", "\x0b", "\r", "\ufffe", "\uffff", "\u202e", "\x1f"}


def test_emoji_and_letters_of_other_scripts_stay_as_they_are() -> None:
    for text in ("👷🏽‍♀️", "阿不都·热合曼", "မြန်မာ", "José", "𠮷野"):
        assert one_line(text) == text


def test_line_breaks_become_one_kind_and_then_a_space() -> None:
    assert many_lines(" 一\r\n二\r三\u2028四\x85五\x0b六 ") == "一\n二\n三\n四\n五\n六"
    assert one_line("一\r\n 二\t三") == "一 二 三"


def test_only_the_stretch_of_a_chinese_name_is_left_out() -> None:
    assert person_name("陆　远") == "陆远"
    assert person_name("Aung  San") == "Aung San"


def test_a_text_that_looks_like_a_spreadsheets_escape_is_escaped_itself() -> None:
    assert escaped("_x000D_和_x_") == "_x005F_x000D_和_x_"


def test_a_text_beyond_a_cells_limit_is_refused() -> None:
    check_length("远" * 32_767)
    with pytest.raises(CellTooLongError):
        check_length("远" * 32_768)
