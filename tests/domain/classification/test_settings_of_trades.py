"""A trade outside the fields is not sorted by the site it is followed on."""

from itertools import product

import pytest

from domain.classification import Decision, classify

SITES = ("水电站项目", "光伏项目", "风电项目", "隧道项目", "铁路项目", "电站项目", "桥梁项目")
TRADES = ("会计", "翻译", "厨师", "司机", "保安", "人事")


@pytest.mark.parametrize(("site", "trade"), list(product(SITES, TRADES)))
def test_a_trade_on_a_site_is_not_the_sites_engineer(site: str, trade: str) -> None:
    assert classify(f"我在{site}当{trade}").decision is Decision.UNSURE
    assert classify(f"{site}{trade}").decision is Decision.UNSURE


@pytest.mark.parametrize("site", SITES)
def test_the_sites_engineer_is(site: str) -> None:
    assert classify(f"{site}土建工程师").candidates
    assert classify(f"我在{site}负责翻译和土建施工").candidates


def test_what_someone_in_the_family_does_does_not_count() -> None:
    assert classify("我老婆是搞地铁信号的，我是厨师").decision is Decision.UNSURE


@pytest.mark.parametrize("text", ["现在开餐馆", "在唐人街开餐馆", "I do payroll for a road contractor"])
def test_everyday_words_are_not_heard_as_terms(text: str) -> None:
    assert classify(text).decision is Decision.UNSURE


@pytest.mark.parametrize(
    ("typed", "field"), [("桥粱设计", "土木工程类"), ("岩士工程", "土木工程类"), ("暖痛设计", "建筑工程类")]
)
def test_slips_of_the_keyboard_are_still_understood(typed: str, field: str) -> None:
    assert classify(typed).candidates[0].ref.field == field
