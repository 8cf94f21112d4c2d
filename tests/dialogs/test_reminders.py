from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.conversation import Conversation
from dialogs.events import Pressed
from dialogs.press import option_code, subject_code
from dialogs.reminders import AFTER_DAYS, AT_MOST, EARLIEST, LATEST, next_reminder, reminder_card
from dialogs.rendering import render
from domain.vocabulary import Language
from tests.dialogs.talk import INTAKE_ANSWERS, NOON, new_talk, talked_until_review

ENGINEER = talked_until_review().conversation
ZONES = ("Asia/Shanghai", "Asia/Yangon", "Asia/Riyadh", "Africa/Kinshasa", "America/Lima", "Pacific/Auckland")
SEEN = st.datetimes(datetime(2025, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def due_times(conversation: Conversation, zone: str) -> list[datetime]:
    """All that come if the person stays away and each is sent when it is due."""
    times: list[datetime] = []
    after = conversation.seen_at or NOON
    while (due := next_reminder(conversation, len(times), after, zone)) is not None:
        times.append(due)
        after = due
    return times


@given(SEEN, st.sampled_from(ZONES))
def test_three_reminders_at_most_all_at_reasonable_local_hours(seen: datetime, zone: str) -> None:
    due = due_times(ENGINEER.but(seen_at=seen), zone)

    local = [each.astimezone(ZoneInfo(zone)) for each in due]
    assert [(each.date() - seen.astimezone(ZoneInfo(zone)).date()).days for each in local] == list(AFTER_DAYS)
    assert all(EARLIEST <= each.time() <= LATEST for each in local)


@given(SEEN, st.sampled_from(ZONES), st.integers(0, AT_MOST - 1), st.timedeltas(timedelta(0), timedelta(days=90)))
def test_what_could_not_be_sent_in_time_waits_for_a_reasonable_hour(
    seen: datetime, zone: str, had: int, late: timedelta
) -> None:
    due = next_reminder(ENGINEER.but(seen_at=seen), had, seen + late, zone)

    assert due is not None
    assert due > seen + late
    assert EARLIEST <= due.astimezone(ZoneInfo(zone)).time() <= LATEST
    assert due - (seen + late) < timedelta(days=AFTER_DAYS[had] + 2)


def test_nobody_is_reminded_who_handed_in_or_never_agreed() -> None:
    talk = talked_until_review()
    talk.say("提交")
    stranger = new_talk()
    stranger.arrive()
    stranger.say("中文")

    assert due_times(talk.conversation, "Asia/Yangon") == []
    assert due_times(stranger.conversation, "Asia/Yangon") == []


def test_one_press_stops_them_however_old_the_reminder_is() -> None:
    talk = talked_until_review()
    card = reminder_card(talk.conversation, talk.context())
    talk.say("/status")

    talk.happen(Pressed(subject_code(card.subject), card.opening, option_code("stop")))

    assert talk.cards[-1].lines[0].key == "reminder.stopped"
    assert due_times(talk.conversation, "Asia/Yangon") == []


def test_a_reminder_says_what_is_missing_and_the_days_left() -> None:
    talk = new_talk()
    talk.arrive()
    for text in ("中文", "同意", "张伟"):
        talk.say(text)

    text = render(reminder_card(talk.conversation, talk.context()), Language.ZH).text

    assert "还差 16 项" in text
    assert "27 天" in text


@pytest.mark.parametrize(
    ("now", "place", "said"),
    [
        ("2025-04-27T17:00+00:00", "缅甸仰光", "还有 1 天"),  # 23:30 there; the 28th has begun in Chongqing
        ("2025-04-27T17:00+00:00", "", "今天"),
        ("2025-04-28T03:00+00:00", "秘鲁利马", "还有 1 天"),  # 22:00 of the 27th there
        ("2025-04-28T14:00+00:00", "秘鲁利马", "今天"),
        ("2025-04-28T17:00+00:00", "秘鲁利马", "已"),  # noon of the 28th there, but over in Chongqing
    ],
)
def test_days_left_are_counted_by_the_persons_own_calendar(now: str, place: str, said: str) -> None:
    moment = datetime.fromisoformat(now)
    talk = new_talk()
    talk.now = lambda: moment
    talk.arrive()
    for text in (*INTAKE_ANSWERS[:10], place) if place else INTAKE_ANSWERS[:3]:
        talk.say(text)

    shown = talk.say("/status")

    assert said in shown[-1].text, shown[-1].text
