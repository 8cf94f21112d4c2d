from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.parsers.moments import parse_moment
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Understood

NOW = datetime(2025, 4, 16, 10, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday

UNDERSTOOD = {
    "5月8日下午3点": "2025-05-08 15:00",
    "2025年5月8日15:00": "2025-05-08 15:00",
    "２０２５年５月８日　１５：００": "2025-05-08 15:00",
    "2025-05-08 15:00": "2025-05-08 15:00",
    "2025/5/8 15:00:00": "2025-05-08 15:00",
    "20250508 15:00": "2025-05-08 15:00",
    "5.8 15:00": "2025-05-08 15:00",
    "5/8 15:00-16:30": "2025-05-08 15:00",
    "5月8日下午3点到5点": "2025-05-08 15:00",
    "五月八日下午三点半": "2025-05-08 15:30",
    "二零二五年五月八日十五时三十分": "2025-05-08 15:30",
    "25年5月8号 9:30": "2025-05-08 09:30",
    "5月8号早上8:30开始，大约两个小时": "2025-05-08 08:30",
    "明天下午两点": "2025-04-17 14:00",
    "明早八点": "2025-04-17 08:00",
    "明晚7点半": "2025-04-17 19:30",
    "今晚八点": "2025-04-16 20:00",
    "后天上午10点": "2025-04-18 10:00",
    "大后天 15:00": "2025-04-19 15:00",
    "下周三下午三点": "2025-04-23 15:00",
    "下下周一 14:00": "2025-04-28 14:00",
    "周五 14:00": "2025-04-18 14:00",
    "本周日上午九点一刻": "2025-04-20 09:15",
    "5月8日（周四）15:00": "2025-05-08 15:00",
    "明年3月1日 15:00": "2026-03-01 15:00",
    "5月8日 15:00 北京时间": "2025-05-08 15:00",
    "5月8日 03:00": "2025-05-08 03:00",
    "5月8日中午": "2025-05-08 12:00",
    "5月8日中午12点半": "2025-05-08 12:30",
    "5月8日凌晨12点": "2025-05-08 00:00",
    "May 8 3pm": "2025-05-08 15:00",
    "8 May 2025 at 10:30 am": "2025-05-08 10:30",
    "tomorrow 15:00": "2025-04-17 15:00",
    "Thursday, May 8, 15:00": "2025-05-08 15:00",
}

ASKED = {
    "5月8日": AskReason.TIME_MISSING,
    "下午3点": AskReason.DATE_MISSING,
    "5月8日三点": AskReason.MORNING_OR_EVENING,
    "5月8日 3:00": AskReason.MORNING_OR_EVENING,
    "5月8日9点": AskReason.MORNING_OR_EVENING,
    "5月8日晚上12点": AskReason.MORNING_OR_EVENING,
    "5月8日上午15点": AskReason.MORNING_OR_EVENING,
    "周一 14:00": AskReason.WHICH_WEEK,
    "next monday 3pm": AskReason.WHICH_WEEK,
    "5月8日（周三）15:00": AskReason.WEEKDAY_DIFFERS,
    "3月1日 15:00": AskReason.YEAR_MISSING,
    "5月8日或5月9日 15:00": AskReason.SEVERAL,
    "5月8日15:00或16:00": AskReason.SEVERAL,
    "5月8日 15:00 缅甸时间": AskReason.OTHER_CLOCK,
    "当地时间5月8日15:00": AskReason.OTHER_CLOCK,
    "8 May 15:00 UTC": AskReason.OTHER_CLOCK,
}

REFUSED = {
    "": ErrorReason.EMPTY,
    "你好": ErrorReason.NOT_UNDERSTOOD,
    "2月30日 15:00": ErrorReason.NO_SUCH_DATE,
    "2025年13月1日 15:00": ErrorReason.NO_SUCH_DATE,
    "5月8日 25:00": ErrorReason.NO_SUCH_DATE,
    "5月8日 15:75": ErrorReason.NO_SUCH_DATE,
    "2024年3月1日 15:00": ErrorReason.PAST,
    "今天上午9点": ErrorReason.PAST,
}


@pytest.mark.parametrize(("text", "moment"), UNDERSTOOD.items())
def test_a_moment_is_understood(text: str, moment: str):
    outcome = parse_moment(text, now=NOW)
    assert isinstance(outcome, Understood), outcome
    assert f"{outcome.value:%Y-%m-%d %H:%M}" == moment
    assert outcome.value.tzinfo is NOW.tzinfo


@pytest.mark.parametrize(("text", "reason"), ASKED.items())
def test_what_can_be_read_in_two_ways_is_asked_back(text: str, reason: AskReason):
    outcome = parse_moment(text, now=NOW)
    assert isinstance(outcome, AskBack), outcome
    assert outcome.reason is reason


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_what_is_no_moment_to_come_is_refused(text: str, reason: ErrorReason):
    outcome = parse_moment(text, now=NOW)
    assert isinstance(outcome, NotUnderstood), outcome
    assert outcome.reason is reason


def test_a_weekday_asked_back_offers_the_nearest():
    outcome = parse_moment("周一 14:00", now=NOW)
    assert isinstance(outcome, AskBack)
    assert outcome.details["date"] == "2025-04-21"


@given(st.datetimes(datetime(2025, 4, 17), datetime(2030, 1, 1)))  # noqa: DTZ001 - a wall clock's reading
def test_a_moment_written_in_full_is_read_back(moment: datetime):
    expected = moment.replace(second=0, microsecond=0, tzinfo=NOW.tzinfo)
    for text in (f"{moment:%Y-%m-%d %H:%M}", f"{moment.year}年{moment.month}月{moment.day}日{moment:%H:%M}"):
        if 1 <= moment.hour < 10:
            assert f"{moment:%H}"[0] == "0"
        assert parse_moment(text, now=NOW) == Understood(expected)


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_whatever_is_understood_is_to_come(text: str):
    outcome = parse_moment(text, now=NOW)
    if isinstance(outcome, Understood):
        assert outcome.value > NOW


@given(st.text("0123456789年月日号点时分:：-/.上下午晚早周三明后天半 amp", max_size=25))
def test_no_jumble_of_its_own_signs_breaks_it(text: str):
    outcome = parse_moment(text, now=NOW)
    if isinstance(outcome, Understood):
        assert outcome.value > NOW
