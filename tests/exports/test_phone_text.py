import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.phone_text import printed_phone, printed_phones, read_phone, read_phones


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ("+8613812345678", "13812345678"),
        ("+6591234567", "+65 9123 4567"),
        ("+862367001234", "+86 23 6700 1234"),
        ("", ""),
        ("内线 801", "内线 801"),
    ],
)
def test_chinese_mobiles_are_printed_in_eleven_digits_others_with_their_country(number: str, printed: str) -> None:
    assert printed_phone(number) == printed


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.sampled_from([0, 1]))
def test_every_countrys_example_numbers_come_back_as_they_were(region: str, kind: int) -> None:
    example = phonenumbers.example_number_for_type(region, kind)
    if example is None:
        return
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert read_phone(printed_phone(number)) == number


@given(st.integers(1, 10**14).map(lambda number: f"+{number}"))
def test_printing_never_changes_a_number(number: str) -> None:
    assert "".join(filter(str.isdigit, printed_phone(number))) in number


def test_several_numbers_are_printed_and_read_one_by_one() -> None:
    stored = "+8613600002222、+862367001234"
    assert printed_phones(stored) == "13600002222、+86 23 6700 1234"
    assert read_phones(printed_phones(stored)) == stored
    assert read_phones("13600002222/13700003333") == "+8613600002222、+8613700003333"
    assert read_phones("13600002222 13700003333") == "+8613600002222、+8613700003333"


@pytest.mark.parametrize("text", ["123", "见附件", "1.38E+10", "+999 123456789", "13800000000转5"])
def test_what_is_no_number_is_not_made_one(text: str) -> None:
    assert read_phone(text) is None
