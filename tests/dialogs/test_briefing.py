from datetime import UTC, datetime

import pytest

from dialogs.briefing import BRIEF, TEXT_LIMIT, place_and_link
from dialogs.effects import CountAudience, CreateBriefing
from dialogs.texts import catalogue
from domain.application import ApplicationStatus
from domain.audience import Attendance, Audience, Invited
from domain.briefing import Briefing
from domain.vocabulary import Level
from tests.dialogs.staff import begun, opened, press_open, said

START = datetime(2025, 5, 8, 7, tzinfo=UTC)


def _until_audience(monkeypatch: pytest.MonkeyPatch):
    talk = begun(BRIEF, monkeypatch)
    for words in (
        "申报辅导（第一场）",
        "5月8日下午3点",
        "一个半小时",
        "腾讯会议 https://meeting.example/123 密码456",
        "请提前十分钟入会。\n会后答疑。",
        "跳过",
    ):
        talk.say(words)
    return talk


def test_a_briefing_is_called_in_seven_answers(monkeypatch: pytest.MonkeyPatch):
    talk = _until_audience(monkeypatch)
    assert opened(talk) == "audience"
    talk.press("value:ready")
    assert opened(talk) == "brief_confirm"
    talk.press("value:send")
    [called] = [each for each in talk.effects if isinstance(each, CreateBriefing)]
    assert called == CreateBriefing(
        title="申报辅导（第一场）",
        starts_at=START,
        minutes=90,
        place="腾讯会议 密码456",
        join_link="https://meeting.example/123",
        text="请提前十分钟入会。\n会后答疑。",
        materials="",
        audience=Audience(),
    )
    assert talk.conversation.side is None


def test_what_was_understood_can_become_a_briefing(monkeypatch: pytest.MonkeyPatch):
    talk = _until_audience(monkeypatch)
    talk.press("value:ready")
    talk.press("value:send")
    [called] = [each for each in talk.effects if isinstance(each, CreateBriefing)]
    made = Briefing(key="1", **{name: getattr(called, name) for name in CreateBriefing.__slots__})
    assert made.starts_at == START


def test_an_hour_that_can_be_morning_or_evening_is_asked_back(monkeypatch: pytest.MonkeyPatch):
    talk = begun(BRIEF, monkeypatch)
    talk.say("申报辅导")
    talk.say("5月8日三点")
    assert opened(talk) == "brief_start"
    assert "24小时制" in said(talk)
    talk.say("5月8日 15:00")
    assert opened(talk) == "brief_length"


def test_filters_are_put_together_one_by_one_and_counted(monkeypatch: pytest.MonkeyPatch):
    talk = _until_audience(monkeypatch)
    for question, values in (
        ("audience_stages", [f"value:{ApplicationStatus.SUBMITTED}"]),
        ("audience_levels", [f"value:{Level.SENIOR}"]),
        ("audience_eligible", ["value:yes"]),
    ):
        press_open(talk, question)
        for each in values:
            talk.press(each)
        assert opened(talk) == "audience"
    press_open(talk, "audience_countries")
    talk.say("缅甸")
    press_open(talk, "audience_countries")
    talk.say("埃塞")
    press_open(talk, "audience_briefing")
    talk.say("3 参加")
    wanted = Audience(
        campaign="2025",
        stages=(ApplicationStatus.SUBMITTED,),
        levels=(Level.SENIOR,),
        countries=("ET", "MM"),
        eligible=True,
        invited=Invited(briefing="3", answers=(Attendance.COMING,)),
    )
    counted = [each.audience for each in talk.effects if isinstance(each, CountAudience)]
    assert len(counted) == 6
    assert counted[-1] == wanted
    assert "埃塞俄比亚、缅甸" in said(talk)


def test_a_second_tap_takes_a_value_away_and_any_drops_the_filter(monkeypatch: pytest.MonkeyPatch):
    talk = _until_audience(monkeypatch)
    press_open(talk, "audience_countries")
    talk.say("缅甸")
    press_open(talk, "audience_countries")
    talk.say("缅甸")
    assert [each.audience for each in talk.effects if isinstance(each, CountAudience)][-1] == Audience()
    press_open(talk, "audience_levels")
    talk.press(f"value:{Level.SENIOR}")
    press_open(talk, "audience_levels")
    talk.press("value:")
    assert [each.audience for each in talk.effects if isinstance(each, CountAudience)][-1] == Audience()


def test_a_word_that_is_no_such_value_leaves_the_filter_open(monkeypatch: pytest.MonkeyPatch):
    talk = _until_audience(monkeypatch)
    press_open(talk, "audience_briefing")
    talk.say("第三场吧")
    assert opened(talk) == "audience_briefing"
    talk.say("/back")
    assert opened(talk) == "audience"


def test_everything_can_be_changed_before_it_is_sent(monkeypatch: pytest.MonkeyPatch):
    talk = _until_audience(monkeypatch)
    talk.press("value:ready")
    press_open(talk, "brief_start")
    talk.say("5月9日 10:00")
    assert opened(talk) == "brief_confirm"
    assert "5月9日（周五）10:00" in said(talk)
    talk.press("value:send")
    [called] = [each for each in talk.effects if isinstance(each, CreateBriefing)]
    assert called.starts_at == datetime(2025, 5, 9, 2, tzinfo=UTC)


def test_a_start_that_has_passed_meanwhile_is_not_sent(monkeypatch: pytest.MonkeyPatch):
    talk = _until_audience(monkeypatch)
    talk.press("value:ready")
    talk.now = lambda: START
    talk.press("value:send")
    assert not [each for each in talk.effects if isinstance(each, CreateBriefing)]
    assert "已经过去" in said(talk)
    assert opened(talk) == "brief_confirm"


def test_a_text_that_is_too_long_says_by_how_much(monkeypatch: pytest.MonkeyPatch):
    talk = begun(BRIEF, monkeypatch)
    for words in ("申报辅导", "5月8日 15:00", "90分钟", "会议室"):
        talk.say(words)
    talk.say("长" * (TEXT_LIMIT + 7))
    assert opened(talk) == "brief_text"
    assert "多了 7 字" in said(talk)


def test_giving_up_calls_nobody(monkeypatch: pytest.MonkeyPatch):
    talk = _until_audience(monkeypatch)
    talk.say("/cancel")
    assert talk.conversation.side is None
    assert not [each for each in talk.effects if isinstance(each, CreateBriefing)]


@pytest.mark.parametrize(
    ("where", "place", "link"),
    [
        ("重庆市渝中区 3楼会议室", "重庆市渝中区 3楼会议室", ""),
        ("https://meeting.example/1?a=b", "", "https://meeting.example/1?a=b"),
        ("线上：https://meeting.example/1，密码 456", "线上 密码 456", "https://meeting.example/1"),
    ],
)
def test_place_and_link_are_told_apart(where: str, place: str, link: str):
    assert place_and_link(where) == (place, link)


def test_every_question_has_its_texts():
    for question in BRIEF.questions:
        for part in ("ask", "label", "help"):
            assert f"{question.id}.{part}" in catalogue(), question.id
