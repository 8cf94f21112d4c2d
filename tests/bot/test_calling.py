"""Briefings: each person told each thing once, by their own clock; who declined is left in peace."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot import calling
from bot.briefing_notices import KIND, Notices
from bot.calling import REMINDER
from bot.channels.base import ChannelName
from bot.policy import Policy
from bot.store import attachments, briefings, outbox, timers
from bot.store.store import Store
from bot.store.tables import account
from bot.store.tables import outbox as outbox_table
from dialogs.cards import Card
from dialogs.invitations import attendance_of_press
from dialogs.press import option_code, subject_code
from dialogs.rendering import render
from domain.audience import Attendance, Audience
from domain.briefing import BriefingError
from domain.vocabulary import Language
from tests.bot.crowd import Applicant, apply_for, crowd
from tests.bot.tiny import TinyChannel

NOON = datetime(2025, 5, 5, 4, 0, tzinfo=UTC)
"""12:00 in Beijing."""
START = datetime(2025, 5, 8, 7, 0, tzinfo=UTC)
"""15:00 in Beijing, 13:30 in Yangon."""
WANTED = {"title": "申报辅导", "starts_at": START, "minutes": 90, "place": "线上", "audience": Audience()}


class WholeCards(TinyChannel):
    """A channel that needs one message a card."""

    def parts(self, card: Card, language: Language) -> list[Card]:  # noqa: ARG002 - the protocol's signature
        return [card]


def call(store: Store, **changes: Any) -> int:
    called, _ = store.write_now(lambda c: calling.call(c, None, WANTED | changes, NOON))
    return called.number


def pass_time(store: Store, until: datetime) -> None:
    """Fires the timers of briefings that are due by then, in their order."""
    fires: dict[str, Any] = {
        KIND: Notices({ChannelName.TELEGRAM: WholeCards()}, Policy()),
        REMINDER: calling.remind,
    }

    def one(connection: Connection) -> bool:
        due = timers.due(connection, until, list(fires), [], 1)
        if not due:
            return False
        timer = timers.take(connection, due[0])
        assert timer is not None
        moment = max(timer.due_at, NOON)
        again = fires[timer.kind](connection, timer, moment)
        timers.fired(connection, timer.id, moment)
        if again is not None:
            timers.set_timer(connection, timer.kind, timer.subject, again, moment)
        return True

    while store.write_now(one):
        pass


def told(store: Store, person: int) -> list[Card]:
    query = (
        select(outbox_table.c.card)
        .join(account, account.c.id == outbox_table.c.account_id)
        .where(account.c.person_id == person)
        .order_by(outbox_table.c.id)
    )
    return [Card.model_validate_json(each) for each in store.read_now(lambda c: c.execute(query).scalars().all())]


def headings(store: Store, person: int) -> list[str]:
    return [each.lines[0].key.removeprefix("invitation.") for each in told(store, person)]


def says(store: Store, number: int, person: int, answer: Attendance, at: datetime = NOON) -> Any:
    return store.write_now(lambda c: calling.answer(c, number, person, answer, Language.ZH, at))


def test_an_invitation_shows_both_clocks_buttons_and_a_calendar_file(store: Store) -> None:
    (one,) = crowd(store, 1)
    apply_for(store, [Applicant(person=one)])
    number = call(store)
    pass_time(store, NOON)

    (card,) = told(store, one)

    words = render(card, Language.ZH).text
    assert "15:00" in words and "13:30" in words
    assert card.opening == number
    pressed = [attendance_of_press(subject_code(card.subject), number, option_code(each.id)) for each in card.choices]
    assert [each.answer for each in pressed if each] == ["coming", "not_coming", "recording"]
    assert card.document is not None
    reference = card.document.reference
    file = store.read_now(lambda c: attachments.find(c, reference))
    assert file is not None
    assert file.person == one
    assert b"DTSTART:20250508T070000Z" in file.content


def test_reminders_go_a_day_and_an_hour_before_but_not_to_those_who_declined(store: Store) -> None:
    coming, declined, silent, recording = crowd(store, 4)
    number = call(store)
    pass_time(store, NOON)
    says(store, number, coming, Attendance.COMING)
    says(store, number, declined, Attendance.NOT_COMING)
    says(store, number, recording, Attendance.RECORDING)

    pass_time(store, START - timedelta(days=1))
    assert headings(store, coming) == ["new", "reminder.day"]
    pass_time(store, START)

    assert headings(store, coming) == ["new", "reminder.day", "reminder.hour"]
    assert headings(store, silent) == ["new", "reminder.day", "reminder.hour"]
    assert headings(store, declined) == ["new"]
    assert headings(store, recording) == ["new"]


def test_a_change_reaches_each_person_once_and_moves_the_reminders(store: Store) -> None:
    one, other = crowd(store, 2)
    number = call(store)
    pass_time(store, NOON)
    later = START + timedelta(days=1)

    for _ in range(2):
        store.write_now(lambda c: calling.change(c, number, {"starts_at": later}, NOON))
        pass_time(store, NOON + timedelta(minutes=1))

    for person in (one, other):
        assert headings(store, person) == ["new", "changed_heading"]
    pass_time(store, START)
    assert headings(store, one) == ["new", "changed_heading", "reminder.day"]
    assert "starts_at" in told(store, one)[1].lines[1].key


def test_whoever_has_not_been_told_yet_gets_the_newest_version_as_an_invitation(store: Store) -> None:
    (one,) = crowd(store, 1)
    number = call(store)
    store.write_now(lambda c: calling.change(c, number, {"title": "改过的标题"}, NOON))
    pass_time(store, NOON + timedelta(minutes=1))
    (card,) = told(store, one)
    assert "改过的标题" in render(card, Language.ZH).text


def test_a_cancellation_reaches_those_who_may_come_once_and_ends_everything_else(store: Store) -> None:
    coming, declined = crowd(store, 2)
    number = call(store)
    pass_time(store, NOON)
    says(store, number, coming, Attendance.COMING)
    says(store, number, declined, Attendance.NOT_COMING)

    for _ in range(2):
        store.write_now(lambda c: calling.cancel(c, number, NOON))
    pass_time(store, START)

    assert headings(store, coming) == ["new", "cancelled"]
    assert headings(store, declined) == ["new"]
    with pytest.raises(BriefingError):
        says(store, number, coming, Attendance.COMING)


def test_nobody_is_invited_at_night(store: Store) -> None:
    (one,) = crowd(store, 1)
    night = NOON + timedelta(hours=11)
    store.write_now(lambda c: calling.call(c, None, WANTED, night))
    pass_time(store, night)
    assert told(store, one) == []
    pass_time(store, night + timedelta(hours=9, seconds=1))
    assert headings(store, one) == ["new"]


def test_material_goes_to_all_but_those_who_declined_with_a_file_of_their_own(store: Store) -> None:
    one, declined = crowd(store, 2)
    number = call(store)
    pass_time(store, NOON)
    says(store, number, declined, Attendance.NOT_COMING)
    pass_time(store, START)
    after = START + timedelta(hours=2)

    def send(connection: Connection) -> None:
        file = attachments.put(connection, declined, "slides.pdf", "application/pdf", b"%PDF", after)
        calling.send_material(connection, number, "讲稿见附件", file, after)

    store.write_now(send)
    pass_time(store, after)
    assert headings(store, one)[-1] == "follow_up"
    assert headings(store, declined) == ["new"]
    document = told(store, one)[-1].document
    assert document is not None
    assert store.read_now(lambda c: attachments.find(c, document.reference)).person == one  # type: ignore[union-attr]


def test_answers_can_be_changed_and_are_counted_with_those_who_have_no_account(store: Store) -> None:
    one, _ = crowd(store, 2)
    apply_for(store, [Applicant(person=None, name="未绑定")])
    number = call(store)
    assert says(store, number, one, Attendance.COMING) is not None
    assert says(store, number, one, Attendance.RECORDING) is None
    counts = store.read_now(lambda c: briefings.counts(c, number))
    assert counts == {Attendance.RECORDING: 1, Attendance.NO_ANSWER: 2}
    assert len(store.read_now(lambda c: briefings.invited(c, number))) == 3


def test_whoever_joins_the_audience_later_is_invited_and_nobody_twice(store: Store) -> None:
    (first,) = crowd(store, 1)
    number = call(store)
    pass_time(store, NOON)
    (second,) = crowd(store, 1, first=2000)
    store.write_now(lambda c: calling.change(c, number, {"audience": Audience(languages=(Language.ZH,))}, NOON))
    pass_time(store, NOON + timedelta(minutes=1))
    assert headings(store, first) == ["new"]
    assert headings(store, second) == ["new"]


def test_every_notice_is_in_the_outbox_once(store: Store) -> None:
    crowd(store, 12)
    call(store)
    pass_time(store, START)
    depth = store.read_now(outbox.depth)
    assert sum(depth.values()) == 12 * 3
