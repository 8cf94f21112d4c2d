"""Countries and regions, their printed names and time zones."""

from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from domain.countries import code_of, countries, country, overrides, printed_name
from domain.vocabulary import Language

MEMBERS_OF_ISO_3166 = 249


def test_every_code_of_iso_3166_but_uninhabited_ones_is_there():
    assert MEMBERS_OF_ISO_3166 - len(overrides().left_out) < len(countries()) <= MEMBERS_OF_ISO_3166 + 1
    assert all(len(code) == 2 and code.isupper() for code in countries())
    assert not overrides().left_out & set(countries())


@pytest.mark.parametrize(
    ("code", "printed", "english"),
    [
        ("HK", "中国香港", "Hong Kong, China"),
        ("MO", "中国澳门", "Macao, China"),
        ("TW", "中国台湾", "Taiwan, China"),
        ("AE", "阿联酋", "United Arab Emirates"),
        ("CD", "刚果（金）", "DR Congo"),
        ("MM", "缅甸", "Myanmar"),
        ("ID", "印度尼西亚", "Indonesia"),
        ("CN", "中国", "China"),
    ],
)
def test_names_are_printed_as_reviewed(code, printed, english):
    assert printed_name(code) == printed
    assert countries()[code].name(Language.ZH) == printed
    assert countries()[code].name(Language.EN) == english


def test_overrides_are_of_countries_and_differ_from_the_library():
    for language, names in (("zh", overrides().zh), ("en", overrides().en)):
        assert set(names) <= set(countries())
        library = Locale(language).territories
        assert all(library[code] != name for code, name in names.items())


def test_names_are_unique_so_that_a_printed_name_leads_back_to_its_code():
    for each in countries().values():
        assert code_of(each.zh) == each.code
        assert code_of(each.en) == each.code
    assert code_of("火星") is None


@pytest.mark.parametrize(
    ("code", "zones"), [("MM", ("Asia/Yangon",)), ("ET", ("Africa/Addis_Ababa",)), ("SG", ("Asia/Singapore",))]
)
def test_a_country_of_one_zone_has_that_zone(code, zones):
    assert countries()[code].zones == zones


def test_zones_are_known_to_the_system():
    for each in countries().values():
        for zone in each.zones:
            assert ZoneInfo(zone).key == zone
    assert len(countries()["RU"].zones) > 10


def test_a_code_is_found_in_either_case():
    assert country("mm") == country("MM") == countries()["MM"]
    assert country("ZZ") is None
