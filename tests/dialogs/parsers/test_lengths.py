import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.parsers.lengths import LONGEST, SHORTEST, parse_length
from dialogs.parsers.outcome import AskBack, AskReason, ErrorReason, NotUnderstood, Understood

UNDERSTOOD = {
    "90分钟": 90,
    "90": 90,
    "１２０": 120,
    "1.5小时": 90,
    "一个半小时": 90,
    "1小时30分": 90,
    "1小时30": 90,
    "两个小时": 120,
    "两小时半": 150,
    "半小时": 30,
    "半个小时": 30,
    "一百二十分钟": 120,
    "大约90分钟左右": 90,
    "2个钟头": 120,
    "2h": 120,
    "1h30": 90,
    "45 min": 45,
    "1 hour and 30 minutes": 90,
    "two hours": 120,
}


@pytest.mark.parametrize(("text", "minutes"), UNDERSTOOD.items())
def test_a_length_is_understood_in_minutes(text: str, minutes: int):
    assert parse_length(text) == Understood(minutes)


@pytest.mark.parametrize("text", ["2", "3", "14"])
def test_a_small_bare_number_is_asked_back(text: str):
    assert parse_length(text) == AskBack(AskReason.UNIT_MISSING)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", ErrorReason.EMPTY),
        ("3天", ErrorReason.NOT_UNDERSTOOD),
        ("很久", ErrorReason.NOT_UNDERSTOOD),
        ("半", ErrorReason.NOT_UNDERSTOOD),
        ("小时", ErrorReason.NOT_UNDERSTOOD),
        ("4分钟", ErrorReason.OUT_OF_RANGE),
        ("30小时", ErrorReason.OUT_OF_RANGE),
    ],
)
def test_what_is_no_length_is_refused(text: str, reason: ErrorReason):
    outcome = parse_length(text)
    assert isinstance(outcome, NotUnderstood)
    assert outcome.reason is reason


@given(st.text(max_size=40) | st.text("0123456789半个小时分钟一两三hm. ", max_size=15))
def test_whatever_is_understood_can_be_the_length_of_a_briefing(text: str):
    outcome = parse_length(text)
    if isinstance(outcome, Understood):
        assert SHORTEST <= outcome.value <= LONGEST
