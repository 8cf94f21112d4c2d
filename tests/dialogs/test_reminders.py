from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dialogs.events import Pressed
from dialogs.press import option_code, subject_code
from dialogs.reminders import EARLIEST, LATEST, reminder_card, reminders
from dialogs.rendering import render
from domain.vocabulary import Language
from tests.dialogs.talk import NOON, new_talk, talked_until_review

ENGINEER = talked_until_review().conversation
ZONES = ("Asia/Shanghai", "Asia/Yangon", "Asia/Riyadh", "Africa/Kinshasa", "America/Lima", "Pacific/Auckland")


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES),
)
def test_three_reminders_at_most_all_at_reasonable_local_hours(seen: datetime, zone: str) -> None:
    conversation = ENGINEER.but(seen_at=seen)

    due = reminders(conversation, seen, zone)

    assert len(due) == 3
    assert all(EARLIEST <= each.astimezone(ZoneInfo(zone)).time() <= LATEST for each in due)
    assert all(later - earlier > timedelta(days=1) for earlier, later in pairwise(due))
    assert due[0] - seen > timedelta(days=1)


def test_what_is_past_is_not_due_again() -> None:
    conversation = talked_until_review().conversation

    assert len(reminders(conversation, NOON + timedelta(days=5), "Asia/Yangon")) == 2
    assert reminders(conversation, NOON + timedelta(days=40), "Asia/Yangon") == ()


def test_nobody_is_reminded_who_handed_in_or_never_agreed() -> None:
    talk = talked_until_review()
    talk.say("提交")
    stranger = new_talk()
    stranger.arrive()
    stranger.say("中文")

    assert reminders(talk.conversation, NOON, "Asia/Yangon") == ()
    assert reminders(stranger.conversation, NOON, "Asia/Yangon") == ()


def test_one_press_stops_them_however_old_the_reminder_is() -> None:
    talk = talked_until_review()
    card = reminder_card(talk.conversation, talk.context())
    talk.say("/status")

    talk.happen(Pressed(subject_code(card.subject), card.opening, option_code("stop")))

    assert talk.cards[-1].lines[0].key == "reminder.stopped"
    assert reminders(talk.conversation, NOON, "Asia/Yangon") == ()


def test_a_reminder_says_what_is_missing_and_the_days_left() -> None:
    talk = new_talk()
    talk.arrive()
    for text in ("中文", "同意", "张伟"):
        talk.say(text)

    text = render(reminder_card(talk.conversation, talk.context()), Language.ZH).text

    assert "还差 16 项" in text
    assert "27 天" in text
