"""An intake left unfinished: three reminders at most, by day where the person is, and one press stops them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from bot import unfinished
from bot.channels.base import Arrival, ChannelName
from bot.store import conversations, inbox, timers
from bot.store.states import Kind
from bot.store.store import Store
from bot.store.tables import outbox
from dialogs.cards import Card
from dialogs.press import Press, option_code, seal, subject_code
from dialogs.rendering import render
from domain.vocabulary import Language
from tests.bot.intake import Clock, Engineer
from tests.engineer import DISPATCHED

BEGUN = datetime(2025, 4, 1, 4, 0, tzinfo=UTC)
BEAT = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGUN)


def left_at(store: Store, clock: Clock, question: str, address: str = "wei", **answers: str) -> Engineer:
    """An engineer who answered everything before that question, and went."""
    engineer = Engineer(store, address, clock)
    engineer.says("/start")
    for asked, said in (DISPATCHED | answers).items():
        if asked == question:
            break
        engineer.says(said)
    return engineer


def pass_time(store: Store, clock: Clock, days: float) -> Iterator[datetime]:
    """Lets the time pass, hour by hour, timers fired when they are due; the moments at which reminders came."""
    end = clock.at + timedelta(days=days)
    while clock.at < end:
        clock.at += BEAT
        had = len(reminders(store))
        fire_due(store, clock)
        if len(reminders(store)) > had:
            yield clock.at


def fire_due(store: Store, clock: Clock) -> None:
    def work(connection: Connection) -> None:
        for each in timers.due(connection, clock.at, [unfinished.KIND], [], 10):
            timer = timers.take(connection, each)
            assert timer is not None
            again = unfinished.fire(connection, timer, clock.at)
            timers.fired(connection, timer.id, clock.at)
            if again is not None:
                timers.set_timer(connection, timer.kind, timer.subject, again, clock.at, timer.payload)

    store.write_now(work)


def reminders(store: Store) -> list[Card]:
    def work(connection: Connection) -> list[Card]:
        rows = connection.execute(select(outbox.c.card).where(outbox.c.kind == Kind.NOTICE).order_by(outbox.c.id))
        return [Card.model_validate_json(each) for each in rows.scalars()]

    return store.read_now(work)


def presses(engineer: Engineer, card: Card, option: str) -> str:
    """Taps a choice of a card that came by itself."""
    conversation = engineer.store.read_now(lambda c: conversations.find(c, engineer.account.person).id)
    press = Press(bytes.fromhex(conversation), subject_code(card.subject), card.opening, option_code(option))
    payload = json.dumps({"from": engineer.address, "press": seal(press, b"k" * 32)}).encode()
    arrival = Arrival(ChannelName.TELEGRAM, f"press {option}", engineer.address, payload)
    shown = len(engineer.cards())
    engineer.store.write_now(lambda c: inbox.take_in(c, [arrival], engineer.clock()))
    engineer.settle()
    return "\n".join(words(each) for each in engineer.cards()[shown:])


def words(card: Card) -> str:
    return render(card, Language.ZH).text


@pytest.mark.parametrize(
    ("country", "place", "zone", "days"),
    [
        ("缅甸", "缅甸仰光", "Asia/Yangon", [2, 7, 21]),
        ("秘鲁", "利马", "America/Lima", [2, 6, 20]),
        ("印尼", "雅加达", "Asia/Jakarta", [2, 7, 21]),
    ],
)
def test_three_come_and_no_more_by_day_where_the_person_is(
    store: Store, clock: Clock, country: str, place: str, zone: str, days: list[int]
) -> None:
    left_at(store, clock, "enterprise", country=country, present_location=place)

    came = list(pass_time(store, clock, 90))

    assert len(came) == len(reminders(store)) == 3
    assert [(at.astimezone(ZoneInfo(zone)).date() - BEGUN.date()).days for at in came] == days
    assert all(9 <= at.astimezone(ZoneInfo(zone)).hour <= 20 for at in came)


def test_each_says_what_is_missing_and_the_days_left(store: Store, clock: Clock) -> None:
    left_at(store, clock, "enterprise")

    came = list(pass_time(store, clock, 30))

    for at, card in zip(came, reminders(store), strict=True):
        left = (datetime(2025, 4, 28, tzinfo=UTC).date() - at.astimezone(ZoneInfo("Asia/Yangon")).date()).days
        assert f"还有 {left} 天" in words(card)
        assert "还差" in words(card)


def test_one_press_on_any_of_them_stops_the_rest(store: Store, clock: Clock) -> None:
    engineer = left_at(store, clock, "enterprise")
    list(pass_time(store, clock, 3))
    (card,) = reminders(store)

    said = presses(engineer, card, "stop")
    list(pass_time(store, clock, 90))

    assert "不再提醒" in said
    assert len(reminders(store)) == 1


def test_who_hands_in_or_is_back_is_not_reminded_as_if_away(store: Store, clock: Clock) -> None:
    engineer = left_at(store, clock, "enterprise")
    clock.at += timedelta(days=1, hours=12)
    engineer.says(DISPATCHED["enterprise"])
    assert list(pass_time(store, clock, 1.4)) == []  # the second day after leaving is not the second day away

    clock.at += timedelta(minutes=30)
    for question in list(DISPATCHED)[list(DISPATCHED).index("project") :]:
        if question not in ("statement_check", "consent_abroad"):
            engineer.says(DISPATCHED[question])

    assert list(pass_time(store, clock, 90)) == []


def test_coming_back_again_and_again_does_not_bring_more_than_three(store: Store, clock: Clock) -> None:
    engineer = left_at(store, clock, "enterprise")
    for _ in range(6):
        list(pass_time(store, clock, 25))
        engineer.says("/status")

    assert len(reminders(store)) == 3


def test_nobody_is_written_to_who_did_not_consent_or_takes_no_messages(store: Store, clock: Clock) -> None:
    left_at(store, clock, "consent", "silent")
    left_at(store, clock, "enterprise", "wei").says("/stop")

    assert list(pass_time(store, clock, 60)) == []


def test_after_a_standstill_a_reminder_waits_for_the_day(store: Store, clock: Clock) -> None:
    left_at(store, clock, "enterprise")
    clock.at = datetime(2025, 4, 10, 18, 0, tzinfo=UTC)  # 0:30 in Yangon
    fire_due(store, clock)
    assert reminders(store) == []

    (came,) = pass_time(store, clock, 1)

    assert 9 <= came.astimezone(ZoneInfo("Asia/Yangon")).hour <= 20
