"""Broadcasts at work: every recipient in exactly one state, nobody after an opt-out or at night, brakes that hold."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, exc, select, text, update

from bot import broadcasting
from bot.broadcasting import KIND, Pulse, subject
from bot.channels.base import ChannelName, Result, Sent, Unknown, Unreachable, WindowClosed
from bot.policy import Policy
from bot.store import broadcasts, deliveries, people, timers
from bot.store.broadcasts import Broadcast
from bot.store.forgetting import forget_person
from bot.store.states import Kind
from bot.store.store import Store
from bot.store.tables import broadcast_change, delivery, delivery_change, outbox
from bot.timers import Timers
from dialogs.cards import Card
from domain.audience import Audience
from domain.broadcast import BroadcastState, DeliveryState, Hand, Report, broadcast_changes, delivery_changes
from domain.quiet_hours import QuietHours
from tests.bot.crowd import Applicant, account_of, apply_for, crowd
from tests.bot.running import running, until
from tests.bot.tiny import TinyChannel, now, text_of

WAKEFUL = Policy(quiet=QuietHours(datetime.min.time(), datetime.min.time()))
S, D = BroadcastState, DeliveryState
NIGHT = datetime(2025, 5, 8, 15, 0, tzinfo=UTC)
"""23:00 in Beijing, 21:30 in Yangon."""


def started(
    store: Store, author: int | None = None, words: str = "您好，{name}", audience: Audience | None = None
) -> int:
    """A broadcast that has just begun."""

    def begin(connection: Connection) -> int:
        moment = now()
        account = None
        if author is not None:
            account = account_of_person(connection, author)
        draft = broadcasts.draft(connection, author, account, words, audience or Audience(), moment)
        tested = broadcasts.change(connection, draft, S.TESTED, Hand.AUTHOR, moment)
        assert tested is not None
        begun = broadcasting.begin(connection, tested, Hand.AUTHOR, moment)
        assert begun is not None
        return begun.id

    return store.write_now(begin)


def account_of_person(connection: Connection, person: int) -> int:
    from bot.store.tables import account  # noqa: PLC0415

    return int(connection.execute(select(account.c.id).where(account.c.person_id == person)).scalar_one())


def beat(store: Store, number: int, at: datetime | None = None, policy: Policy = WAKEFUL) -> datetime | None:
    pulse = Pulse({ChannelName.TELEGRAM: TinyChannel()}, policy)

    def work(connection: Connection) -> datetime | None:
        timer = timers.Timer(id=0, kind=KIND, subject=subject(number), payload="", due_at=now(), attempts=0)
        return pulse(connection, timer, at or now())

    return store.write_now(work)


def standing(store: Store, number: int) -> tuple[Broadcast, Report]:
    def look(connection: Connection) -> tuple[Broadcast, Report]:
        seen = broadcasts.find(connection, number)
        assert seen is not None
        return seen, deliveries.report(connection, seen)

    return store.read_now(look)


def counts(store: Store, number: int) -> dict[DeliveryState, int]:
    return {state: count for state, count in standing(store, number)[1].counts.items() if count}


def move(store: Store, number: int, how: Callable[..., Broadcast | None]) -> None:
    def work(connection: Connection) -> None:
        seen = broadcasts.find(connection, number, lock=True)
        assert seen is not None
        assert how(connection, seen, Hand.AUTHOR, now(), None) is not None

    store.write_now(work)


def keep_time(store: Store, channel: TinyChannel, policy: Policy = WAKEFUL) -> Timers:
    return Timers(store, {KIND: Pulse({channel.name: channel}, policy)}, now)


async def test_every_recipient_ends_in_exactly_one_state(store: Store) -> None:
    persons = crowd(store, 7)
    apply_for(store, [Applicant(person=None, name="无号")])
    ends: dict[str, Result] = {
        "1001": Unreachable("blocked"),
        "1002": WindowClosed("48 hours"),
        "1003": Unknown("reset"),
    }
    channel = TinyChannel(answers=lambda shipment: ends.get(shipment.address, Sent("m")))
    store.write_now(lambda c: people.opt_out(c, account_of_person(c, persons[4]), now()))
    number = started(store)
    stop = asyncio.Event()
    async with running(store, channel):
        beating = asyncio.create_task(keep_time(store, channel).run(stop))
        await until(lambda: standing(store, number)[0].state is S.FINISHED)
        stop.set()
        await beating

    assert counts(store, number) == {
        D.DELIVERED: 3,
        D.UNREACHABLE: 2,
        D.WINDOW_CLOSED: 1,
        D.UNCERTAIN: 1,
        D.OPTED_OUT: 1,
    }
    assert standing(store, number)[0].recipients == sum(counts(store, number).values())
    assert channel.texts("1000") == ["您好，工程师", "broadcast.stop_hint"]


def test_the_recipients_are_rows_before_anything_is_sent(store: Store) -> None:
    crowd(store, 5)
    number = started(store)
    assert counts(store, number) == {D.WAITING: 5}
    crowd(store, 2, first=5000)
    beat(store, number)
    assert standing(store, number)[1].audience == 5


def test_nobody_is_written_to_in_their_quiet_hours_and_all_are_afterwards(store: Store) -> None:
    yangon, beijing = crowd(store, 2)
    apply_for(store, [Applicant(person=yangon), Applicant(person=beijing, country="", location="重庆")])
    number = started(store)

    following = beat(store, number, NIGHT, Policy())

    query = select(delivery.c.person_id, delivery.c.not_before, delivery.c.outbox_id)
    rows: dict[int, Any] = {row[0]: row for row in store.read_now(lambda c: c.execute(query).all())}
    assert rows[yangon].outbox_id is not None
    assert rows[beijing].outbox_id is None
    assert rows[beijing].not_before == datetime(2025, 5, 9, 0, 0, tzinfo=UTC)
    assert following is not None

    beat(store, number, datetime(2025, 5, 9, 0, 0, tzinfo=UTC), Policy())
    assert store.read_now(lambda c: deliveries.under_way(c, number)) == 2


def test_a_pause_takes_back_what_waits_and_a_resumption_loses_nobody(store: Store) -> None:
    crowd(store, 5)
    number = started(store)
    beat(store, number)
    assert store.read_now(lambda c: deliveries.under_way(c, number)) == 5

    move(store, number, broadcasting.pause)
    assert beat(store, number) is None
    assert waiting_messages(store) == 0
    assert counts(store, number) == {D.WAITING: 5}

    move(store, number, broadcasting.resume)
    beat(store, number)
    assert store.read_now(lambda c: deliveries.under_way(c, number)) == 5


def waiting_messages(store: Store) -> int:
    query = select(outbox.c.id).where(outbox.c.kind == Kind.BROADCAST, outbox.c.state == "waiting")
    return len(store.read_now(lambda c: c.execute(query).all()))


def test_a_cancellation_ends_everyone_whose_turn_had_not_come(store: Store) -> None:
    crowd(store, 5)
    number = started(store)
    beat(store, number)
    move(store, number, broadcasting.cancel)
    assert beat(store, number) is None
    assert counts(store, number) == {D.CANCELLED: 5}
    assert waiting_messages(store) == 0


async def test_nothing_goes_out_after_an_opt_out_was_stored(store: Store) -> None:
    persons = crowd(store, 40)
    number = started(store)
    beat(store, number)
    channel = TinyChannel()
    async with running(store, channel, rate=80.0):
        await until(lambda: len(channel.sent) > 5)
        out = persons[-10:]
        for each in out:
            account = account_of(store, each)
            await store.write(partial(people.opt_out, account_id=account, now=now()))
        stored = {f"{1000 + persons.index(each)}" for each in out}
        before = {each.address for each in channel.sent}
        await until(lambda: not store.read_now(lambda c: deliveries.under_way(c, number)))
    after = {each.address for each in channel.sent} - before
    assert not after & stored
    assert counts(store, number)[D.OPTED_OUT] == len(stored - before)


def test_progress_is_one_message_that_is_edited_at_most_once_in_three_seconds(store: Store) -> None:
    (author,) = crowd(store, 1, first=10)
    crowd(store, 3)
    number = started(store, author)
    moment = now()
    for tenths in range(0, 100, 5):
        at = moment + timedelta(seconds=tenths / 10)
        beat(store, number, at)
        store.write_now(partial(_send_progress, at=at))
    query = select(outbox.c.finished_at).where(outbox.c.coalesce_key == subject(number)).order_by(outbox.c.id)
    sent = store.read_now(lambda c: c.execute(query).scalars().all())
    assert len(sent) == 4
    assert all(later - earlier >= timedelta(seconds=3) for earlier, later in pairwise(sent))


def _send_progress(connection: Connection, at: datetime) -> None:
    waits = outbox.c.coalesce_key.is_not(None) & (outbox.c.state == "waiting")
    connection.execute(update(outbox).where(waits).values(state="sending", sending_at=at))
    connection.execute(
        update(outbox)
        .where(outbox.c.coalesce_key.is_not(None), outbox.c.state == "sending")
        .values(state="sent", finished_at=at, message_id="m")
    )


def test_whoever_is_forgotten_meanwhile_stays_in_the_figures_and_gets_nothing(store: Store) -> None:
    persons = crowd(store, 3)
    number = started(store)
    beat(store, number)
    store.write_now(lambda c: forget_person(c, persons[0], now()))
    beat(store, number)
    assert counts(store, number) == {D.WAITING: 2, D.CANCELLED: 1}


def test_what_nobody_fetched_in_time_has_failed(store: Store) -> None:
    crowd(store, 1)
    number = started(store)
    beat(store, number)
    beat(store, number, now() + broadcasting.KEPT + timedelta(seconds=1))
    assert counts(store, number) == {D.FAILED: 1}


def test_a_scheduled_one_begins_when_it_is_due(store: Store) -> None:
    crowd(store, 2)
    later = now() + timedelta(hours=1)

    def plan(connection: Connection) -> int:
        draft = broadcasts.draft(connection, None, None, "您好", Audience(), now())
        tested = broadcasts.change(connection, draft, S.TESTED, Hand.AUTHOR, now(), starts_at=later)
        assert tested is not None
        assert broadcasting.schedule(connection, tested, Hand.AUTHOR, now()) is not None
        return draft.id

    number = store.write_now(plan)
    assert beat(store, number) == later
    assert standing(store, number)[0].state is S.SCHEDULED
    beat(store, number, later)
    assert standing(store, number)[0].state is S.RUNNING


def test_a_second_beat_at_the_same_time_feeds_nobody_twice(store: Store) -> None:
    crowd(store, 30)
    number = started(store)
    beat(store, number)
    beat(store, number)
    cards = store.read_now(lambda c: c.execute(select(outbox.c.account_id)).scalars().all())
    assert len(cards) == 2 * len(set(cards)) == 60


def test_the_database_knows_the_changes_of_the_data_file_and_refuses_others(store: Store) -> None:
    def pairs(connection: Connection, table: Any) -> set[tuple[str, str]]:
        return {(row.was, row.became) for row in connection.execute(select(table))}

    assert store.read_now(lambda c: pairs(c, broadcast_change)) == set(broadcast_changes())
    assert store.read_now(lambda c: pairs(c, delivery_change)) == set(delivery_changes())
    crowd(store, 1)
    started(store)
    for statement in (
        "UPDATE broadcast SET state = 'draft'",
        "UPDATE delivery SET state = 'delivered', finished_at = '2025-01-01 00:00:00+00:00'",
        "UPDATE delivery SET state = 'cancelled'",
    ):
        with pytest.raises(exc.IntegrityError):
            store.write_now(lambda c, statement=statement: c.execute(text(statement)))


def test_a_message_says_how_to_be_spared_the_next(store: Store) -> None:
    crowd(store, 1)
    number = started(store)
    beat(store, number)
    cards = store.read_now(lambda c: c.execute(select(outbox.c.card).order_by(outbox.c.id)).scalars().all())
    lines = [text_of(Card.model_validate_json(each)) for each in cards]
    assert "broadcast.stop_hint" in lines
