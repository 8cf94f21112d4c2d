import pytest
from hypothesis import given

from domain.records import Enterprise
from exports.enterprise_cell import enterprise_text, read_enterprise
from tests.exports.people import ENTERPRISES

WANTED = Enterprise(name="远山工程公司", contact_name="林海", contact_phone="+8613900001111")


def test_it_is_printed_as_the_form_shows_it() -> None:
    assert enterprise_text(WANTED) == "远山工程公司 (联系人：林海，手机：13900001111)"
    assert enterprise_text(WANTED.model_copy(update={"contact_phone": ""})) == "远山工程公司 (联系人：林海)"
    assert enterprise_text(WANTED.model_copy(update={"contact_name": ""})) == "远山工程公司 (手机：13900001111)"
    assert enterprise_text(Enterprise(name="远山工程公司")) == "远山工程公司"
    assert enterprise_text(None) == ""


@pytest.mark.parametrize(
    "written",
    [
        "远山工程公司 (联系人：林海，手机：13900001111)",
        "远山工程公司（联系人：林海，手机：13900001111）",
        "远山工程公司(联系人:林海,手机:13900001111)",
        "远山工程公司 （联系人： 林海 ； 手机号码 139 0000 1111 ）",
        "远山工程公司（林海，13900001111）",
        "远山工程公司（林海13900001111）",
        "远山工程公司\n联系人：林海\n手机：13900001111",
        "远山工程公司\n联系人：林海\n电话：+86 139-0000-1111",
        "远山工程公司 联系人林海 手机13900001111",
        "远山工程公司，联系人：林海（手机：13900001111）",
        "远山工程公司【联系人：林海／联系电话：１３９００００１１１１】",
    ],
)
def test_it_is_read_however_it_is_written(written: str) -> None:
    assert read_enterprise(written) == WANTED


def test_brackets_of_the_companys_own_stay_in_its_name() -> None:
    for written in ("远山（集团）有限公司 (联系人：林海)", "远山（集团）有限公司（林海 13900001111）"):
        enterprise = read_enterprise(written)
        assert enterprise is not None
        assert (enterprise.name, enterprise.contact_name) == ("远山（集团）有限公司", "林海")
    assert read_enterprise("示例公司（缅甸）") == Enterprise(name="示例公司（缅甸）")


def test_several_numbers_are_kept() -> None:
    enterprise = read_enterprise("远山工程公司（联系人：林海，手机：13900001111、023-67001234）")
    assert enterprise is not None
    assert enterprise.contact_phone == "+8613900001111、+862367001234"


def test_nothing_is_no_enterprise() -> None:
    assert read_enterprise("  ") is None


@given(ENTERPRISES)
def test_what_was_printed_is_printed_again_after_reading(enterprise: Enterprise) -> None:
    text = enterprise_text(enterprise)
    assert enterprise_text(read_enterprise(text)) == text
