"""What holds for every parser and every text."""

import json
import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dialogs.parsers.choices import ChoiceWords, parse_choice
from dialogs.parsers.corrections import parse_correction
from dialogs.parsers.countries import parse_country
from dialogs.parsers.counts import parse_count
from dialogs.parsers.dates import HalfDate, parse_date
from dialogs.parsers.degrees import parse_degree
from dialogs.parsers.durations import MOST_YEARS, UNLIKELY_YEARS, parse_years
from dialogs.parsers.lines import Kind, parse_lines
from dialogs.parsers.names import parse_name
from dialogs.parsers.normal import folded, tidy
from dialogs.parsers.outcome import AskBack, AskReason, NotUnderstood, Outcome, Understood
from dialogs.parsers.phones import parse_phone
from dialogs.parsers.slots import parse_slots
from dialogs.parsers.yesno import parse_yes_no
from domain.countries import countries
from domain.vocabulary import Degree

ON = date(2025, 4, 1)
OPTIONS = (ChoiceWords("a", ("在建", "under construction")), ChoiceWords("b", ("完工", "completed")))
PARSERS: dict[str, Callable[[str], Outcome[object]]] = {
    "years": lambda text: parse_years(text, on=ON),
    "date": lambda text: parse_date(text, on=ON),
    "degree": parse_degree,
    "country": parse_country,
    "phone": lambda text: parse_phone(text, region="MM"),
    "yesno": parse_yes_no,
    "name": parse_name,
    "count": parse_count,
    "choice": lambda text: parse_choice(text, OPTIONS),
}
PIECES = st.sampled_from(
    """0 1 5 8 12 13 2015 99 半 年 个月 月 日 多 几 来 至今 从 到 - ~ . / + ( ) 十 百 万 两 俩 廿 五 六 本科 硕士
    在读 博士 不是 没有 是 缅甸 刚果 印 尼 大学 毕业 项目 公司 +86 0086 1381234 5678 ½ ① Ⅷ · • years since July and a
    half BSc be no yes . , ; ： 姓名： 手机号 改成 不对 應該 應 國 \u200b \ud800 \U0001f600 \x00 ٣ ﷺ""".split()  # noqa: SIM905
)
ANYTHING = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=10).map("".join))
both = pytest.mark.parametrize("kind", PARSERS)


@both
@settings(max_examples=150, deadline=None)
@given(text=ANYTHING)
def test_any_text_has_exactly_one_outcome_and_always_the_same(kind, text):
    first = PARSERS[kind](text)
    assert isinstance(first, Understood | AskBack | NotUnderstood)
    assert PARSERS[kind](text) == first


@both
@pytest.mark.parametrize(
    "text", ["", " ", "9" * 5000, "十" * 5000, "年" * 5000, "项目" * 3000, "1." * 2000, "a " * 2500, "\ud800"]
)
def test_overlong_and_broken_texts_are_answered(kind, text):
    assert isinstance(PARSERS[kind](text), AskBack | NotUnderstood)


@settings(max_examples=150, deadline=None)
@given(text=ANYTHING)
def test_slots_and_corrections_never_fail_and_slots_are_json(text):
    slots = parse_slots(text, on=ON, region="ID")
    assert json.loads(json.dumps(slots)) == slots
    parse_correction(text)


@settings(max_examples=100, deadline=None)
@given(text=ANYTHING)
def test_normal_forms_are_stable(text):
    assert tidy(tidy(text)) == tidy(text)
    assert folded(text) == folded(tidy(text))


@given(months=st.integers(0, 12 * UNLIKELY_YEARS - 1))
def test_years_are_understood_in_the_form_they_are_shown_in(months):
    years = round(months / 12, 2)
    assert parse_years(f"{years:g}", on=ON) == Understood(years)
    assert parse_years(f"{years:g}年", on=ON) == Understood(years)
    assert parse_years(f"{years:g} years", on=ON) == Understood(years)


@given(years=st.integers(0, UNLIKELY_YEARS - 1), months=st.integers(1, 11))
def test_years_and_months_add_up(years, months):
    expected = Understood(round(years + months / 12, 2))
    assert parse_years(f"{years}年{months}个月", on=ON) == expected
    assert parse_years(f"{years} years and {months} months", on=ON) == expected


@given(years=st.one_of(st.integers(MOST_YEARS + 1, 10**12), st.integers(-(10**6), -1)))
def test_years_no_person_has_worked_are_refused(years):
    assume(not 1900 <= years <= 2099)
    assert isinstance(parse_years(f"{years}年", on=ON), NotUnderstood)


@given(low=st.integers(1, 40), more=st.integers(1, 9), join=st.sampled_from(["-", "~", "到", "至", "—", " to ", "～"]))
def test_a_range_of_years_is_asked_back_with_both_ends(low, more, join):
    asked = parse_years(f"{low}{join}{low + more}年", on=ON)
    assert asked == AskBack(AskReason.RANGE, {"low": low, "high": low + more})


@given(since=st.dates(date(1976, 1, 1), ON))
def test_a_start_month_is_counted_to_the_day_asked_about(since):
    months = 12 * (ON.year - since.year) + ON.month - since.month
    for text in (f"{since.year}年{since.month}月至今", since.strftime("since %b %Y"), since.strftime("%Y.%m至今")):
        assert parse_years(text, on=ON) == Understood(round(months / 12, 2))


@given(day=st.dates(date(1950, 1, 1), ON))
def test_dates_are_understood_in_the_form_they_are_shown_in(day):
    full, half = HalfDate(day.year, day.month, day.day), HalfDate(day.year, day.month)
    assert parse_date(str(full), on=ON) == Understood(full)
    assert parse_date(str(half), on=ON) == Understood(half)
    assert parse_date(f"{day.year}年{day.month}月{day.day}日", on=ON) == Understood(full)


@given(number=st.integers(0, 1_000_000))
def test_headcounts_are_understood_in_the_form_they_are_shown_in(number):
    assert parse_count(str(number)) == Understood(number)
    assert parse_count(f"{number:,}人") == Understood(number)


@given(digits=st.from_regex(r"\A(13[5-9]|15[0-2]|18[2-8])[0-9]{8}\Z"), gap=st.sampled_from(["", " ", "-"]))
def test_a_chinese_mobile_number_is_the_same_number_however_it_is_spaced(digits, gap):
    written = f"{digits[:3]}{gap}{digits[3:7]}{gap}{digits[7:]}"
    for text in (written, f"+86 {written}", f"0086{gap}{written}", f"手机：{written}（微信同号）"):
        assert parse_phone(text) == Understood(f"+86{digits}")
    assert parse_phone(f"+86{digits}", region="MM") == Understood(f"+86{digits}")


@pytest.mark.parametrize("degree", Degree)
def test_a_degree_is_understood_as_its_own_value(degree):
    assert parse_degree(degree.value) == Understood(degree)


@pytest.mark.parametrize("code", sorted(countries()))
def test_every_country_is_understood_by_its_printed_names_and_its_code(code):
    known = countries()[code]
    assert parse_country(known.zh) == Understood(code)
    assert parse_country(known.en) == Understood(code)
    assert parse_country(code) == Understood(code)


def test_no_number_of_lines_stops_at_a_bad_one():
    lines = ['{"text": "十年"}', "no json", "[]", '{"text": 5}', "", '{"text": "五年多"}', '{"text": "abc"}']
    answers = [json.loads(line) for line in parse_lines(Kind.YEARS, lines, on=ON)]
    assert answers == [
        {"value": 10},
        {"error": "bad_line"},
        {"error": "bad_line"},
        {"error": "bad_line"},
        {"ask": "approximate"},
        {"error": "not_understood"},
    ]


WEARING = [
    *("join " + "A" * 300, "at " + "A-" * 200, "at " + "Aa" * 200 + " of " * 50, "in charge of " * 300, "at A" * 1000),
    *(
        each * (4000 // len(each))
        for each in ("1", "1年", "二十", "从", "2015.", "+86 ", "公司", "建设", "一局", "A.B.")
    ),
    *(each * (4000 // len(each)) for each in ("项目", "毕业于", "a@b", "·", "0086", "年半", "从2015年", "五六七八")),
    *(
        each * (4000 // len(each))
        for each in (
            "张·",
            "集团公司",
            "现在",
            "抱歉",
            "中建",
            "工程师",
            "手机号改成",
            "我叫",
            "不是",
            "A ",
            "到",
            ")(",
        )
    ),
]


@pytest.mark.parametrize("text", WEARING, ids=lambda text: text[:12])
def test_no_wording_makes_a_parser_think_for_long(text):
    began = time.process_time()
    list(parse_lines(Kind.SLOTS, [json.dumps({"text": text})], on=ON))
    for kind in Kind:
        list(parse_lines(kind, [json.dumps({"text": text[:400]})], on=ON))
    assert time.process_time() - began < 2
