from datetime import UTC, datetime

import pytest

from dialogs.broadcast import BROADCAST, progress_lines
from dialogs.effects import StartBroadcast, TryBroadcast
from dialogs.simulation import Simulation
from dialogs.texts import catalogue
from domain.audience import Audience
from domain.broadcast import DeliveryState, Report
from domain.vocabulary import Language, Level
from tests.dialogs.staff import begun, opened, press_open, said

TEXT = "{name}您好，还剩{days_left}天。"


def _tap_try(talk: Simulation) -> None:
    [choice] = [each.id for each in talk.cards[-1].choices if each.id.startswith("value:")]
    talk.press(choice)


def _tried(monkeypatch: pytest.MonkeyPatch) -> Simulation:
    talk = begun(BROADCAST, monkeypatch)
    talk.say(TEXT)
    talk.press("value:ready")
    assert opened(talk) == "broadcast_try"
    _tap_try(talk)
    return talk


def _started(talk: Simulation) -> list[StartBroadcast]:
    return [each for each in talk.effects if isinstance(each, StartBroadcast)]


def _tests(talk: Simulation) -> list[TryBroadcast]:
    return [each for each in talk.effects if isinstance(each, TryBroadcast)]


def test_a_broadcast_is_tried_and_started(monkeypatch: pytest.MonkeyPatch):
    talk = _tried(monkeypatch)
    assert _tests(talk) == [TryBroadcast(TEXT, Audience())]
    talk.press("value:now")
    assert opened(talk) == "broadcast_start"
    talk.press("value:start")
    assert _started(talk) == [StartBroadcast(TEXT, Audience(), None)]
    assert talk.conversation.side is None


def test_it_can_be_set_for_later_in_beijing_time(monkeypatch: pytest.MonkeyPatch):
    talk = _tried(monkeypatch)
    talk.say("5月8日上午10点")
    assert "5月8日（周四）10:00" in said(talk)
    talk.press("value:start")
    assert _started(talk)[0].starts_at == datetime(2025, 5, 8, 2, tzinfo=UTC)


def test_nothing_starts_untried(monkeypatch: pytest.MonkeyPatch):
    talk = begun(BROADCAST, monkeypatch)
    talk.say(TEXT)
    talk.press("value:ready")
    for words in ("马上发", "开始群发", "确认"):
        talk.say(words)
    assert opened(talk) == "broadcast_try"
    assert _started(talk) == []


def test_after_a_change_of_the_text_it_has_to_be_tried_again(monkeypatch: pytest.MonkeyPatch):
    talk = _tried(monkeypatch)
    talk.press("value:now")
    press_open(talk, "broadcast_text")
    talk.say("{name}您好，请补齐材料。")
    assert opened(talk) == "broadcast_try"
    _tap_try(talk)
    assert opened(talk) == "broadcast_start"
    talk.press("value:start")
    assert [each.text for each in _tests(talk)] == [TEXT, "{name}您好，请补齐材料。"]
    assert _started(talk)[0].text == "{name}您好，请补齐材料。"


@pytest.mark.parametrize("before", [True, False])
def test_after_a_change_of_the_audience_it_has_to_be_tried_again(monkeypatch: pytest.MonkeyPatch, before: bool):
    talk = begun(BROADCAST, monkeypatch)
    talk.say(TEXT)
    if before:
        press_open(talk, "audience_levels")
        talk.press(f"value:{Level.PROFESSIONAL}")
    talk.press("value:ready")
    _tap_try(talk)
    talk.press("value:now")
    press_open(talk, "audience")
    press_open(talk, "audience_levels")
    talk.press(f"value:{Level.SENIOR}" if not before else f"value:{Level.PROFESSIONAL}\n{Level.SENIOR}")
    while opened(talk) == "audience":
        talk.press("value:ready")
    assert opened(talk) == "broadcast_try"
    assert _started(talk) == []


def test_a_placeholder_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch):
    talk = begun(BROADCAST, monkeypatch)
    talk.say("{nmae}您好")
    assert opened(talk) == "broadcast_text"
    assert "{nmae}" in said(talk)
    assert "{name} {level} {unit} {days_left}" in said(talk)


def test_a_text_that_outgrows_one_message_is_refused(monkeypatch: pytest.MonkeyPatch):
    talk = begun(BROADCAST, monkeypatch)
    talk.say("{name}" * 41)
    assert opened(talk) == "broadcast_text"
    assert "4100" in said(talk)


def test_a_moment_that_has_passed_meanwhile_does_not_start_it(monkeypatch: pytest.MonkeyPatch):
    talk = _tried(monkeypatch)
    talk.say("5月8日上午10点")
    talk.now = lambda: datetime(2025, 5, 8, 3, tzinfo=UTC)
    talk.press("value:start")
    assert _started(talk) == []
    assert opened(talk) == "broadcast_start"


def test_the_status_message_shows_how_far_it_is_and_ends_as_a_report():
    running = Report(10, {DeliveryState.DELIVERED: 4, DeliveryState.UNREACHABLE: 1, DeliveryState.WAITING: 5})
    lines = [catalogue().say(each, Language.ZH) for each in progress_lines(running)]
    assert lines == ["群发中 ▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░ 5/10", "等待发送 5 人", "已送达 4 人", "无法送达 1 人"]
    done = Report(2, {DeliveryState.DELIVERED: 2})
    assert catalogue().say(progress_lines(done)[0], Language.ZH).startswith("群发结束")
    assert progress_lines(Report(0, {}))


def test_every_question_and_state_has_its_texts():
    for question in BROADCAST.questions:
        for part in ("ask", "label", "help"):
            assert f"{question.id}.{part}" in catalogue(), question.id
    for state in DeliveryState:
        assert f"broadcast.state.{state}" in catalogue()
