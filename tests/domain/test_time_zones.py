"""Clocks of 40 countries: the offsets of January and July 2025 stand in local_clocks.tsv, written from timetables."""

import csv
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.countries import countries
from domain.time_zones import (
    BEIJING,
    UnknownZoneError,
    city,
    country_in,
    local_times,
    must_ask,
    zone_info,
    zones_of,
    zones_of_country,
)
from domain.vocabulary import Language

JANUARY = datetime(2025, 1, 15, 7, tzinfo=UTC)
JULY = datetime(2025, 7, 15, 7, tzinfo=UTC)


def _table() -> list[dict[str, str]]:
    with Path(__file__).with_name("local_clocks.tsv").open(encoding="utf8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


TABLE = _table()


def _offset(text: str) -> timedelta:
    hours, minutes = text[1:].split(":")
    return (1 if text[0] == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes))


def test_the_table_holds_40_countries_some_of_several_zones_some_with_summer_time():
    codes = [row["country"] for row in TABLE]
    assert len(set(codes)) >= 40
    assert sum(codes.count(code) > 1 for code in set(codes)) >= 8
    assert len({row["country"] for row in TABLE if row["january"] != row["july"]}) >= 10


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["zone"])
def test_a_start_is_shown_as_the_clocks_of_the_country_have_it(row: dict[str, str]):
    assert row["zone"] in zones_of_country(row["country"])
    for start, month in ((JANUARY, "january"), (JULY, "july")):
        expected = start.astimezone(timezone(_offset(row[month]))).replace(tzinfo=None)
        assert start.astimezone(ZoneInfo(row["zone"])).replace(tzinfo=None) == expected
        shown = local_times(start, zones_of_country(row["country"]))
        same_as_beijing = expected == start.astimezone(ZoneInfo(BEIJING)).replace(tzinfo=None)
        if not shown:
            assert same_as_beijing
            continue
        [reading] = [each for each in shown if row["zone"] in each.zones]
        assert reading.at.replace(tzinfo=None) == expected
        assert reading.at == start


def test_zones_that_read_the_same_are_shown_once():
    [only] = local_times(JULY, ["Africa/Nairobi", "Africa/Addis_Ababa", "Africa/Nairobi"])
    assert only.zones == ("Africa/Nairobi", "Africa/Addis_Ababa")


def test_two_clocks_are_shown_side_by_side_and_more_are_asked_about():
    both = local_times(JULY, zones_of_country("CD"))
    assert [each.at.hour for each in both] == [8, 9]
    assert not must_ask(JULY, zones_of_country("CD"))
    assert must_ask(JULY, zones_of_country("RU"))


def test_another_date_than_in_beijing_is_said():
    late = datetime(2025, 7, 15, 17, tzinfo=UTC)  # 01:00 on the 16th in Beijing
    [nairobi] = local_times(late, ["Africa/Nairobi"])
    assert nairobi.days_ahead == -1
    [auckland] = local_times(datetime(2025, 7, 15, 14, tzinfo=UTC), ["Pacific/Auckland"])
    assert auckland.days_ahead == 1


@pytest.mark.parametrize("zones", [(), (BEIJING,), ("Asia/Singapore", BEIJING)])
def test_where_the_clocks_show_beijing_time_nothing_is_added(zones: tuple[str, ...]):
    assert local_times(JULY, zones) == ()


def test_china_keeps_one_time():
    assert zones_of_country("cn") == (BEIJING,)


def test_every_country_that_has_people_has_a_zone():
    assert [code for code in countries() if not zones_of_country(code)] == []


@pytest.mark.parametrize(
    ("known", "zones"),
    [
        ({"zone": "Asia/Omsk", "country_code": "MM"}, ("Asia/Omsk",)),
        ({"location": "俄罗斯莫斯科", "country_code": "MM"}, ("Europe/Moscow",)),
        ({"location": "Moscow", "country_code": "RU"}, ("Europe/Moscow",)),
        ({"location": "卢本巴希", "country_code": "CD"}, ("Africa/Lubumbashi",)),
        ({"location": "缅甸仰光", "country_code": "CN"}, ("Asia/Yangon",)),
        ({"location": "Lagos, Nigeria"}, ("Africa/Lagos",)),
        ({"location": "工地", "country_code": "ET"}, ("Africa/Addis_Ababa",)),
        ({"location": "工地"}, ()),
        ({}, ()),
    ],
)
def test_the_best_that_is_known_of_a_person_decides(known: dict[str, str], zones: tuple[str, ...]):
    assert zones_of(**known) == zones


@pytest.mark.parametrize(("words", "code"), [("几内亚比绍", "GW"), ("Niger", "NE"), ("尼日利亚拉各斯", "NG"), ("", "")])
def test_the_longest_country_name_in_the_words_counts(words: str, code: str):
    assert country_in(words) == code


def test_every_zone_has_a_city_in_both_languages():
    for each in countries().values():
        for zone in each.zones:
            assert not city(zone, Language.ZH).isascii(), zone
            assert city(zone, Language.EN).isascii(), zone
    assert (city("Asia/Yangon", Language.ZH), city("Asia/Ho_Chi_Minh", Language.EN)) == ("仰光", "Ho Chi Minh")


@pytest.mark.parametrize("name", ["Asia/Chongqing2", "../etc", "", "Asia", "8"])
def test_a_name_that_is_no_zone_is_refused(name: str):
    with pytest.raises(UnknownZoneError, match="Asia/Yangon"):
        zone_info(name)
