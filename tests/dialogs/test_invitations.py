from datetime import UTC, datetime

import pytest

from dialogs.cards import Card
from dialogs.effects import RecordAttendance
from dialogs.invitations import (
    ANSWERS,
    SUBJECT,
    attendance_of_press,
    cancelled_card,
    changed_card,
    follow_up_card,
    invitation_card,
    reminder_card,
)
from dialogs.press import option_code, subject_code
from dialogs.scripts import SCRIPTS
from dialogs.texts import catalogue
from domain.audience import Attendance
from domain.briefing import Briefing, BriefingPart, Reminder
from domain.time_zones import zones_of_country
from domain.vocabulary import Language

BRIEFING = Briefing(
    key="b7",
    title="申报辅导",
    starts_at=datetime(2025, 5, 8, 7, tzinfo=UTC),
    minutes=90,
    place="会议室",
    join_link="https://meeting.example/1",
    text="请提前入会。",
    materials="毕业证书",
)
NUMBER = 4_000_000_000


def _lines(card: Card, language: Language = Language.ZH) -> list[str]:
    return [catalogue().say(line, language) for line in card.lines]


def test_the_invitation_shows_both_clocks_and_everything_that_is_to_be_known():
    card = invitation_card(BRIEFING, NUMBER, ("Asia/Yangon",), Language.ZH)
    assert _lines(card) == [
        "邀请您参加宣讲会：申报辅导",
        "2025年5月8日（周四）15:00，北京时间",
        "您所在地时间：5月8日（周四）13:30（仰光）",
        "时长：90 分钟",
        "地点：会议室",
        "链接：https://meeting.example/1",
        "请准备：毕业证书",
        "请提前入会。",
    ]
    assert [catalogue().say(each.label, Language.ZH) for each in card.choices] == ["参加", "不参加", "看回放"]


def test_in_a_country_of_two_clocks_both_are_shown():
    text = "\n".join(_lines(invitation_card(BRIEFING, 1, zones_of_country("CD"), Language.EN), Language.EN))
    assert "08:00 (Kinshasa)" in text
    assert "09:00 (Lubumbashi)" in text


def test_in_a_country_of_many_clocks_it_is_said_how_to_have_ones_own_shown():
    text = "\n".join(_lines(invitation_card(BRIEFING, 1, zones_of_country("RU"), Language.ZH)))
    assert "15:00，北京时间" in text
    assert "/edit" in text
    assert "您所在地时间" not in text


@pytest.mark.parametrize("zones", [(), ("Asia/Shanghai",), ("Asia/Singapore",)])
def test_where_the_clock_shows_beijing_time_it_is_shown_once(zones: tuple[str, ...]):
    assert sum("15:00" in line for line in _lines(invitation_card(BRIEFING, 1, zones, Language.ZH))) == 1


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_press_says_which_briefing_and_what(answer: Attendance):
    card = invitation_card(BRIEFING, NUMBER, (), Language.ZH)
    [choice] = [each for each in card.choices if each.id == f"value:{answer}"]
    pressed = attendance_of_press(subject_code(card.subject), card.opening, option_code(choice.id))
    assert pressed == RecordAttendance(NUMBER, answer)


def test_a_press_on_anything_else_is_no_answer():
    assert attendance_of_press(subject_code("name"), 1, option_code("value:coming")) is None
    assert attendance_of_press(subject_code(SUBJECT), 1, option_code("value:perhaps")) is None
    assert SUBJECT not in {question for script in SCRIPTS.values() for question in script.by_id}


def test_the_choices_have_codes_of_their_own():
    assert len({option_code(f"value:{each}") for each in ANSWERS}) == len(ANSWERS)


def test_a_change_says_what_changed_and_can_be_answered_anew():
    moved = BRIEFING.changed(starts_at=datetime(2025, 5, 9, 7, tzinfo=UTC), minutes=60)
    card = changed_card(BRIEFING, moved, NUMBER, (), Language.ZH)
    assert _lines(card)[:4] == [
        "宣讲会有变动：申报辅导",
        "开始时间有变。",
        "时长有变。",
        "2025年5月9日（周五）15:00，北京时间",
    ]
    assert len(card.choices) == len(ANSWERS)


def test_a_cancellation_and_a_follow_up_ask_for_nothing():
    assert "取消" in _lines(cancelled_card(BRIEFING, (), Language.ZH))[0]
    assert cancelled_card(BRIEFING, (), Language.ZH).choices == ()
    assert _lines(follow_up_card(BRIEFING, "录像：{x}"))[1] == "录像：{x}"


def test_reminders_say_how_long_it_is_still():
    assert "明天" in _lines(reminder_card(Reminder.DAY, BRIEFING, 1, (), Language.ZH))[0]
    assert "一小时后" in _lines(reminder_card(Reminder.HOUR, BRIEFING, 1, (), Language.ZH))[0]


def test_every_part_and_answer_has_its_words():
    for part in BriefingPart:
        assert f"invitation.changed.{part}" in catalogue()
    for answer in ANSWERS:
        assert f"attendance.value.{answer}" in catalogue()
        assert f"attendance.{answer}" in catalogue()
