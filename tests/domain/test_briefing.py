from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.audience import Attendance, Audience
from domain.briefing import (
    Briefing,
    BriefingError,
    BriefingPart,
    Reminder,
    changed_parts,
    gets_follow_up,
    reminder_times,
    still_answerable,
)
from domain.quiet_hours import QuietHours

START = datetime(2025, 5, 8, 7, tzinfo=UTC)  # 15:00 in Beijing
BRIEFING = Briefing(
    key="b1",
    title="申报辅导",
    starts_at=START,
    minutes=90,
    join_link="https://meeting.example/123",
    materials="毕业证书",
)
LONG_AGO = START - timedelta(days=30)
DAY, HOUR = START - timedelta(days=1), START - timedelta(hours=1)


def test_it_ends_after_its_length():
    assert BRIEFING.ends_at == datetime(2025, 5, 8, 8, 30, tzinfo=UTC)


def test_a_briefing_is_somewhere():
    with pytest.raises(ValidationError, match="place or a join link"):
        Briefing(key="b1", title="申报辅导", starts_at=START, minutes=90)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"minutes": 4},
        {"minutes": 1441},
        {"join_link": "javascript:alert(1)"},
        {"join_link": "https:// meeting"},
        {"starts_at": datetime(2025, 5, 8, 15)},  # noqa: DTZ001 - nobody knows when that is
        {"key": "b 1"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        Briefing.model_validate(BRIEFING.model_dump() | wrong)


def test_a_change_makes_the_next_version_and_says_what_changed():
    moved = BRIEFING.changed(starts_at=START + timedelta(hours=1), place="会议室")
    assert moved.sequence == 1
    assert changed_parts(BRIEFING, moved) == (BriefingPart.STARTS_AT, BriefingPart.PLACE)


def test_a_change_that_changes_nothing_makes_no_version():
    assert BRIEFING.changed(title="申报辅导") is BRIEFING


def test_another_audience_is_nothing_to_tell():
    wider = BRIEFING.changed(audience=Audience(countries=("MM",)))
    assert wider.sequence == 1
    assert changed_parts(BRIEFING, wider) == ()


def test_a_change_must_fit_too():
    with pytest.raises(ValidationError):
        BRIEFING.changed(minutes=0)


def test_calling_off_is_a_version_and_the_last_one():
    off = BRIEFING.changed(minutes=60).called_off()
    assert (off.sequence, off.cancelled) == (2, True)
    assert off.called_off() is off
    with pytest.raises(BriefingError, match="call a new one"):
        off.changed(minutes=30)


def test_who_comes_is_reminded_a_day_and_an_hour_before_even_at_night():
    times = reminder_times(
        BRIEFING, Attendance.COMING, after=LONG_AGO, zones=("America/Lima",), quiet=QuietHours()
    )  # the hour before is 01:00 there
    assert times == {Reminder.DAY: DAY, Reminder.HOUR: HOUR}


@pytest.mark.parametrize("answer", [Attendance.NOT_COMING, Attendance.RECORDING])
def test_who_will_not_be_there_is_not_reminded(answer: Attendance):
    assert reminder_times(BRIEFING, answer, after=LONG_AGO) == {}


def test_a_cancelled_briefing_reminds_nobody():
    assert reminder_times(BRIEFING.called_off(), Attendance.COMING, after=LONG_AGO) == {}


def test_what_is_past_is_not_made_up_for():
    assert reminder_times(BRIEFING, Attendance.COMING, after=DAY) == {Reminder.HOUR: HOUR}
    assert reminder_times(BRIEFING, Attendance.COMING, after=HOUR) == {}


def test_who_has_not_answered_is_not_woken():
    quiet = QuietHours()
    lima = reminder_times(BRIEFING, Attendance.NO_ANSWER, after=LONG_AGO, zones=("America/Lima",), quiet=quiet)
    assert lima == {Reminder.DAY: datetime(2025, 5, 7, 13, tzinfo=UTC)}  # the start is 02:00 there: one, at 08:00
    nairobi = reminder_times(BRIEFING, Attendance.NO_ANSWER, after=LONG_AGO, zones=("Africa/Nairobi",), quiet=quiet)
    assert nairobi == {Reminder.DAY: DAY, Reminder.HOUR: HOUR}
    berlin = BRIEFING.changed(starts_at=datetime(2025, 5, 8, 6, 30, tzinfo=UTC))  # 08:30 there
    times = reminder_times(berlin, Attendance.NO_ANSWER, after=LONG_AGO, zones=("Europe/Berlin",), quiet=quiet)
    assert times == {
        Reminder.DAY: datetime(2025, 5, 7, 6, 30, tzinfo=UTC),
        Reminder.HOUR: datetime(2025, 5, 8, 6, tzinfo=UTC),
    }


@given(
    st.integers(0, 365 * 24 * 4),
    st.sampled_from(Attendance),
    st.sampled_from(["Asia/Yangon", "America/St_Johns", "UTC"]),
)
def test_reminders_come_in_order_before_the_start_and_never_in_the_night_of_who_has_not_answered(
    quarters: int, answer: Attendance, zone: str
):
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarters)
    briefing = BRIEFING.changed(starts_at=start)
    times = reminder_times(briefing, answer, after=LONG_AGO - timedelta(days=365), zones=(zone,), quiet=QuietHours())
    moments = list(times.values())
    assert moments == sorted(moments)
    assert all(start - timedelta(days=1) <= at < start for at in moments)
    if answer is Attendance.NO_ANSWER:
        assert not any(QuietHours().is_quiet(at, [zone]) for at in moments)


def test_the_follow_up_goes_to_all_but_those_who_declined():
    assert [each for each in Attendance if not gets_follow_up(each)] == [Attendance.NOT_COMING]


def test_answers_are_taken_until_it_is_over():
    assert still_answerable(BRIEFING, BRIEFING.ends_at - timedelta(seconds=1))
    assert not still_answerable(BRIEFING, BRIEFING.ends_at)
    assert not still_answerable(BRIEFING.called_off(), LONG_AGO)
