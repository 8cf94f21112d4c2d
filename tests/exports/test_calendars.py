from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar.cal.component import Component

from domain.briefing import Briefing
from domain.vocabulary import Language
from exports.calendars import briefing_calendar, briefing_uid

START = datetime.fromisoformat("2025-05-08T15:00:00+08:00")
WRITTEN = datetime(2025, 5, 1, 3, 4, 5, 678, tzinfo=UTC)
BRIEFING = Briefing(
    key="b7",
    title="申报辅导；第一场, 线上",
    starts_at=START,
    minutes=90,
    join_link="https://meeting.example/123?a=1,2;b",
    text="请提前十分钟入会。\n会后有答疑。",
    materials="毕业证书、项目清单",
)


def _event(content: bytes) -> Component:
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_a_calendar_program_reads_back_what_was_announced():
    content = briefing_calendar(BRIEFING, written_at=WRITTEN)
    calendar, event = Calendar.from_ical(content), _event(content)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert event.decoded("DTSTART") == START
    assert event.decoded("DTEND") == START + timedelta(minutes=90)
    assert event["SUMMARY"] == BRIEFING.title
    assert event["LOCATION"] == event["URL"] == BRIEFING.join_link
    assert event["UID"] == briefing_uid(BRIEFING)
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    assert event["DESCRIPTION"] == (
        "请提前十分钟入会。\n会后有答疑。\n请准备：毕业证书、项目清单\n参加方式：https://meeting.example/123?a=1,2;b"
    )


def test_times_are_in_utc_and_no_zone_has_to_be_known():
    content = briefing_calendar(BRIEFING, written_at=WRITTEN)
    assert b"DTSTART:20250508T070000Z\r\n" in content
    assert b"DTEND:20250508T083000Z\r\n" in content
    assert b"DTSTAMP:20250501T030405Z\r\n" in content
    assert b"TZID" not in content
    assert b"VTIMEZONE" not in content


def test_it_rings_a_day_and_an_hour_before():
    alarms = _event(briefing_calendar(BRIEFING, written_at=WRITTEN)).walk("VALARM")
    assert [each.decoded("TRIGGER") for each in alarms] == [-timedelta(days=1), -timedelta(hours=1)]
    assert [each["ACTION"] for each in alarms] == ["DISPLAY", "DISPLAY"]
    assert "一小时后" in alarms[1]["DESCRIPTION"]


def test_a_change_takes_the_place_of_what_was_there():
    moved = BRIEFING.changed(starts_at=START + timedelta(days=1))
    event = _event(briefing_calendar(moved, written_at=WRITTEN))
    assert event["UID"] == briefing_uid(BRIEFING)
    assert event["SEQUENCE"] == 1
    assert event.decoded("DTSTART") == START + timedelta(days=1)


def test_a_cancellation_removes_it_and_rings_no_more():
    content = briefing_calendar(BRIEFING.called_off(), written_at=WRITTEN)
    event = _event(content)
    assert Calendar.from_ical(content)["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (briefing_uid(BRIEFING), 1, "CANCELLED")
    assert event.walk("VALARM") == []


def test_a_place_stands_as_the_location_and_the_link_in_the_text():
    both = BRIEFING.changed(place="重庆市渝中区 会议室")
    event = _event(briefing_calendar(both, written_at=WRITTEN))
    assert event["LOCATION"] == "重庆市渝中区 会议室"
    assert BRIEFING.join_link in event["DESCRIPTION"]


@pytest.mark.parametrize(("language", "words"), [(Language.ZH, "请准备："), (Language.EN, "Please prepare: ")])
def test_its_own_words_are_in_the_recipients_language(language: Language, words: str):
    assert words in _event(briefing_calendar(BRIEFING, written_at=WRITTEN, language=language))["DESCRIPTION"]


def test_the_same_version_gives_the_same_bytes():
    assert briefing_calendar(BRIEFING, written_at=WRITTEN) == briefing_calendar(BRIEFING, written_at=WRITTEN)


def test_lines_are_no_longer_than_the_standard_allows():
    long = BRIEFING.changed(text="很长的说明。" * 200)
    content = briefing_calendar(long, written_at=WRITTEN)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")


@given(st.text(min_size=1, max_size=200), st.text(max_size=500))
def test_nothing_that_is_typed_can_add_a_line_of_its_own(title: str, text: str):
    briefing = BRIEFING.changed(title=title, text=text)
    calendar = Calendar.from_ical(briefing_calendar(briefing, written_at=WRITTEN))
    [event] = calendar.walk("VEVENT")
    assert len(event.walk("VALARM")) == 2
    assert len(calendar.walk()) == 4
    assert event["UID"] == briefing_uid(briefing)
    assert "ATTENDEE" not in event
