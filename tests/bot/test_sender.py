"""The sender: order, priorities, every end of a send in one state, nothing twice in silence, limits obeyed."""

import asyncio
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.channels.base import (
    ChannelName,
    Later,
    Moved,
    NotSent,
    Refused,
    Result,
    Sent,
    Shipment,
    Unknown,
    Unreachable,
    WindowClosed,
)
from bot.outcomes import LONGEST_PAUSE, pause
from bot.sender import POLL_SECONDS, Sender
from bot.store import attachments, claims, events, gates, outbox, people
from bot.store.outbox import Outgoing
from bot.store.states import Kind, OutboxState, Reachability
from bot.store.store import Store
from bot.store.tables import account
from bot.store.tables import outbox as table
from dialogs.cards import Card, Document, Line
from domain.vocabulary import Language
from tests.bot.running import running, until
from tests.bot.tiny import TinyChannel, now, text_of


def account_of(store: Store, address: str) -> int:
    found = store.write_now(
        lambda connection: people.find_or_make(connection, [(ChannelName.TELEGRAM, address)], now())
    )
    return found[ChannelName.TELEGRAM, address].id


def put(store: Store, address: str, *texts: str, **more: Any) -> list[int]:
    to = account_of(store, address)
    rows = [
        Outgoing(
            account=to,
            channel=ChannelName.TELEGRAM,
            language=Language.ZH,
            card=Card(lines=(Line(key="plain", args={"text": each}),)),
            **more,
        )
        for each in texts
    ]
    return store.write_now(lambda connection: outbox.put(connection, rows, now()))


def states(store: Store) -> dict[int, OutboxState]:
    rows = store.read_now(lambda connection: connection.execute(select(table.c.id, table.c.state)).all())
    return {row.id: row.state for row in rows}


def ended(store: Store) -> Callable[[], bool]:
    return lambda: not {OutboxState.WAITING, OutboxState.SENDING} & set(states(store).values())


async def test_each_account_gets_its_messages_in_order(store: Store) -> None:
    channel = TinyChannel()
    for number in range(40):
        put(store, f"p{number % 4}", str(number))
    async with running(store, channel):
        await until(ended(store))
    for person in range(4):
        assert channel.texts(f"p{person}") == [str(number) for number in range(person, 40, 4)]
    assert set(states(store).values()) == {OutboxState.SENT}


async def test_replies_go_before_notices_before_broadcasts(store: Store) -> None:
    channel = TinyChannel()
    for kind in (Kind.BROADCAST, Kind.NOTICE, Kind.REPLY):
        for number in range(3):
            put(store, f"{kind} {number}", str(kind), kind=kind)
    put(store, "one", "b", kind=Kind.BROADCAST)
    put(store, "one", "r", kind=Kind.REPLY)
    async with running(store, channel, parallel=1):
        await until(ended(store))
    kinds = [text_of(each.card) for each in channel.sent if each.address != "one"]
    assert kinds == ["reply"] * 3 + ["notice"] * 3 + ["broadcast"] * 3
    assert channel.texts("one") == ["r", "b"]


async def test_one_with_nothing_to_send_stops_at_once(store: Store) -> None:
    for _ in range(3):
        async with running(store, TinyChannel()) as bot:
            await bot.sender.driving.wait()
            await asyncio.sleep(0.05)
            began = time.monotonic()
        assert time.monotonic() - began < POLL_SECONDS / 2


async def test_many_sends_are_under_way_at_once(store: Store) -> None:
    class Slow(TinyChannel):
        async def send(self, shipment: Shipment) -> Result:
            await asyncio.sleep(0.2)
            return await super().send(shipment)

    for number in range(40):
        put(store, f"p{number}", "x")
    began = now()
    async with running(store, Slow()):
        await until(ended(store))
    assert (now() - began).total_seconds() < 4  # one after the other they would take 8


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (Unknown("no answer"), OutboxState.UNCERTAIN),
        (Unreachable("blocked"), OutboxState.UNREACHABLE),
        (WindowClosed("45015"), OutboxState.WINDOW_CLOSED),
        (Refused("malformed"), OutboxState.FAILED),
    ],
)
async def test_a_final_end_is_recorded_with_its_reason_and_never_repeated(
    store: Store, result: Result, state: OutboxState
) -> None:
    asked: list[Shipment] = []

    def answer(shipment: Shipment) -> Result:
        asked.append(shipment)
        return result

    (row,) = put(store, "p", "x")
    async with running(store, TinyChannel(answers=answer)):
        await until(ended(store))
        await asyncio.sleep(0.05)
    assert states(store) == {row: state}
    assert len(asked) == 1
    (noted,) = store.read_now(lambda connection: events.of(connection, "outbox", row))
    assert (noted.was, noted.became) == ("sending", state)


async def test_what_never_left_is_sent_again_until_it_does(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outcomes.FIRST_PAUSE", 0.01)
    results: list[Result] = [NotSent("no connection"), NotSent("no connection"), Sent("")]
    channel = TinyChannel(answers=lambda _: results.pop(0))
    put(store, "p", "first", "second")
    results.append(Sent(""))
    async with running(store, channel):
        await until(ended(store))
    assert channel.texts("p") == ["first", "second"]


async def test_after_too_many_attempts_it_is_failed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outcomes.FIRST_PAUSE", 0.001)
    monkeypatch.setattr("bot.outcomes.LONGEST_PAUSE", 0.002)
    (row,) = put(store, "p", "x")
    async with running(store, TinyChannel(answers=lambda _: NotSent("no connection"))):
        await until(ended(store))
    assert states(store) == {row: OutboxState.FAILED}


async def test_an_unreachable_account_gets_nothing_until_it_writes(store: Store) -> None:
    asked: list[str] = []

    def answer(shipment: Shipment) -> Result:
        asked.append(text_of(shipment.card))
        return Unreachable("bot was blocked by the user")

    put(store, "p", "a", "b", "c", kind=Kind.NOTICE)
    async with running(store, TinyChannel(answers=answer)):
        await until(ended(store))
    assert asked == ["a"]
    assert set(states(store).values()) == {OutboxState.UNREACHABLE}
    reach = store.read_now(lambda connection: connection.execute(select(account)).one())
    assert (reach.reachability, reach.unreachable_reason) == (Reachability.UNREACHABLE, "bot was blocked by the user")


async def test_many_who_cannot_be_reached_hold_nobody_up(store: Store) -> None:
    for number in range(60):
        put(store, f"gone {number}", "x", kind=Kind.BROADCAST)
    store.write_now(
        lambda connection: connection.execute(
            update(account).values(reachability=Reachability.UNREACHABLE, unreachable_since=now())
        )
    )
    put(store, "here", "x", kind=Kind.BROADCAST)
    channel = TinyChannel()
    async with running(store, channel, rate=50):
        await until(ended(store), 3)
    assert channel.texts("here") == ["x"]


async def test_what_was_marked_without_anybody_hearing_of_it_is_sent(store: Store) -> None:
    (row,) = put(store, "p", "x")
    channel = TinyChannel()
    sender = Sender(store, channel, gate="g", rate=1000, now=now)
    marked_at = now()
    store.write_now(lambda connection: claims.claim(connection, ChannelName.TELEGRAM, marked_at, 9))
    sender._in_doubt.add(marked_at)
    stop = asyncio.Event()
    driving = asyncio.create_task(sender.run(stop))
    await until(ended(store))
    stop.set()
    await driving
    assert states(store) == {row: OutboxState.SENT}


async def test_a_moved_chat_gets_its_message_at_the_new_address(store: Store) -> None:
    channel = TinyChannel(answers=lambda shipment: Moved("new") if shipment.address == "old" else Sent(""))
    put(store, "old", "a", "b")
    async with running(store, channel):
        await until(ended(store))
    assert channel.texts("new") == ["a", "b"]


async def test_nothing_is_sent_inside_a_retry_after_and_the_next_process_obeys_it_too(store: Store) -> None:
    asked: list[datetime] = []
    closed_until: list[datetime] = []

    def answer(_: Shipment) -> Result:
        asked.append(now())
        if len(asked) == 3:
            closed_until.append(now() + timedelta(seconds=1.0))
            return Later(1.0)
        return Sent("")

    for number in range(8):
        put(store, f"p{number}", "x")
    async with running(store, TinyChannel(answers=answer), rate=50):
        await until(lambda: bool(closed_until))
        await asyncio.sleep(0.1)
    async with running(store, TinyChannel(answers=answer), rate=50):
        await until(ended(store))
    assert all(moment >= closed_until[0] for moment in asked[3:])
    assert set(states(store).values()) == {OutboxState.SENT}


async def test_a_chats_own_limit_holds_up_that_chat_alone(store: Store) -> None:
    refused = []

    def answer(shipment: Shipment) -> Result:
        if shipment.address == "slow" and not refused:
            refused.append(now())
            return Later(0.4, chat_only=True)
        return Sent("")

    channel = TinyChannel(answers=answer)
    put(store, "slow", "a", "b")
    for number in range(5):
        put(store, f"p{number}", "x")
    began = now()
    async with running(store, channel):
        await until(lambda: len(channel.sent) == 5)
        others = now()
        await until(ended(store))
    assert others < refused[0] + timedelta(seconds=0.4)
    assert channel.texts("slow") == ["a", "b"]
    assert now() - began >= timedelta(seconds=0.4)


async def test_the_rate_is_kept(store: Store) -> None:
    moments: list[datetime] = []

    def answer(_: Shipment) -> Result:
        moments.append(now())
        return Sent("")

    for number in range(30):
        put(store, f"p{number}", "x")
    async with running(store, TinyChannel(answers=answer), rate=25):
        await until(ended(store))
    span = (moments[-1] - moments[0]).total_seconds()
    assert span >= 27 / 25


async def test_broadcasts_to_one_chat_are_paced_and_replies_are_not(store: Store) -> None:
    channel = TinyChannel()
    put(store, "p", "b1", "b2", kind=Kind.BROADCAST)
    async with running(store, channel):
        await until(lambda: channel.texts("p") == ["b1"])
        put(store, "p", "r1", "r2", "r3")
        await until(lambda: channel.texts("p") == ["b1", "r1", "r2", "r3"], 0.8)
        await until(ended(store))
    assert channel.texts("p")[-1] == "b2"


async def test_no_broadcast_after_an_opt_out_but_news_of_ones_own_case(store: Store) -> None:
    channel = TinyChannel()
    put(store, "p", "b", kind=Kind.BROADCAST)
    put(store, "p", "n", kind=Kind.NOTICE)
    to = account_of(store, "p")
    store.write_now(lambda connection: people.opt_out(connection, to, now()))
    async with running(store, channel):
        await until(ended(store))
    assert channel.texts("p") == ["n"]
    assert set(states(store).values()) == {OutboxState.OPTED_OUT, OutboxState.SENT}


async def test_what_comes_too_late_expires_and_what_is_not_due_waits(store: Store) -> None:
    channel = TinyChannel()
    (expired,) = put(store, "p", "late", expires_at=now() - timedelta(seconds=1))
    (waiting,) = put(store, "p", "tomorrow", due_at=now() + timedelta(days=1))
    (sent,) = put(store, "p", "now")
    async with running(store, channel):
        await until(lambda: len(channel.sent) == 1)
        await until(lambda: states(store)[sent] is OutboxState.SENT)
    assert states(store) == {
        expired: OutboxState.EXPIRED,
        waiting: OutboxState.WAITING,
        sent: OutboxState.SENT,
    }


async def test_of_several_renderings_the_newest_is_sent_and_later_ones_edit_it(store: Store) -> None:
    channel = TinyChannel()
    for number in range(5):
        put(store, "p", f"{number} of 5", coalesce_key="progress")
    async with running(store, channel):
        await until(ended(store))
        put(store, "p", "4 of 5", coalesce_key="progress")
        await until(ended(store))
        put(store, "p", "5 of 5", coalesce_key="progress")
        await until(ended(store))
    assert [(text_of(each.card), each.edits) for each in channel.sent] == [("4 of 5", ""), ("5 of 5", "m1")]
    assert list(states(store).values()).count(OutboxState.CANCELLED) == 4


def test_what_was_being_sent_when_a_process_died_is_uncertain_but_edits_are_made_again(store: Store) -> None:
    (plain,) = put(store, "p", "x")
    (edit,) = put(store, "q", "y", coalesce_key="k")
    store.write_now(lambda connection: connection.execute(update(table).where(table.c.id == edit).values(edits="m9")))
    store.write_now(lambda connection: claims.claim(connection, ChannelName.TELEGRAM, now(), 9))
    assert set(states(store).values()) == {OutboxState.SENDING}
    assert store.write_now(lambda connection: claims.recover(connection, ChannelName.TELEGRAM, now())) == 1
    assert states(store) == {plain: OutboxState.UNCERTAIN, edit: OutboxState.WAITING}


def test_a_late_word_from_the_platform_ends_the_doubt(store: Store) -> None:
    (row,) = put(store, "p", "x")
    store.write_now(lambda connection: claims.claim(connection, ChannelName.TELEGRAM, now(), 9))
    store.write_now(lambda connection: claims.recover(connection, ChannelName.TELEGRAM, now()))
    store.write_now(lambda connection: outbox.end(connection, row, OutboxState.SENT, now(), message_id="m"))
    assert states(store) == {row: OutboxState.SENT}
    store.write_now(lambda connection: outbox.end(connection, row, OutboxState.FAILED, now()))
    assert states(store) == {row: OutboxState.SENT}


async def test_one_process_drives_a_gate_and_another_takes_over(store: Store) -> None:
    one, two = TinyChannel(), TinyChannel()
    first = Sender(store, one, gate="g", rate=1000, now=now)
    second = Sender(store, two, gate="g", rate=1000, now=now)
    stop_first, stop = asyncio.Event(), asyncio.Event()
    driving = asyncio.create_task(first.run(stop_first))
    await asyncio.wait_for(first.driving.wait(), 5)
    standing_by = asyncio.create_task(second.run(stop))
    put(store, "p", "a")
    await until(lambda: len(one.sent) == 1)
    assert not second.driving.is_set()
    stop_first.set()
    await driving
    await asyncio.wait_for(second.driving.wait(), 5)
    put(store, "p", "b")
    await until(lambda: len(two.sent) == 1)
    stop.set()
    await standing_by


async def test_whoever_was_overtaken_at_the_gate_sends_nothing(store: Store) -> None:
    channel = TinyChannel()
    async with running(store, channel) as bot:
        await asyncio.wait_for(bot.sender.driving.wait(), 5)
        store.write_now(lambda connection: gates.take_over(connection, "tiny", 1000, now()))
        (row,) = put(store, "p", "x")
        await until(lambda: not bot.sender.driving.is_set())
        assert states(store) == {row: OutboxState.WAITING}
        await until(lambda: len(channel.sent) == 1)  # it has taken the gate again, by its lock


async def test_a_channel_that_breaks_leaves_the_message_uncertain(store: Store) -> None:
    def answer(_: Shipment) -> Result:
        raise RuntimeError("a defect")

    (row,) = put(store, "p", "x")
    async with running(store, TinyChannel(answers=answer)):
        await until(ended(store))
    assert states(store) == {row: OutboxState.UNCERTAIN}


async def test_a_document_is_sent_with_its_content_and_a_deleted_one_fails(store: Store) -> None:
    to = account_of(store, "p")
    reference = store.write_now(
        lambda connection: attachments.put(connection, 1, "a.xlsx", "application/x", b"content", now())
    )
    cards = [
        Card(lines=(Line(key="x"),), document=Document(reference=each, name="a.xlsx", media_type="application/x"))
        for each in (reference, "0" * 32)
    ]
    rows = [Outgoing(account=to, channel=ChannelName.TELEGRAM, language=Language.ZH, card=card) for card in cards]
    store.write_now(lambda connection: outbox.put(connection, rows, now()))
    channel = TinyChannel()
    async with running(store, channel):
        await until(ended(store))
    assert [each.file for each in channel.sent] == [b"content"]
    assert list(states(store).values()) == [OutboxState.SENT, OutboxState.FAILED]


def test_a_message_that_waits_can_be_withdrawn_and_one_on_its_way_cannot(store: Store) -> None:
    first, second = put(store, "p", "a", "b")
    store.write_now(lambda connection: claims.claim(connection, ChannelName.TELEGRAM, now(), 1))
    for row, withdrawn in ((first, False), (second, True)):
        done = store.write_now(lambda connection, row=row: outbox.cancel(connection, row, "changed", now()))
        assert done is withdrawn
    assert states(store) == {first: OutboxState.SENDING, second: OutboxState.CANCELLED}


def test_pauses_double_within_bounds() -> None:
    dice = random.Random(7)  # noqa: S311 - jitter, not a secret
    pauses = [pause(attempt, dice).total_seconds() for attempt in range(1, 40)]
    assert all(0 < each <= LONGEST_PAUSE for each in pauses)
    assert pauses[0] < 1
    assert pauses[-1] > 60


async def test_at_a_quiet_rate_one_request_is_on_the_wire_and_a_stuck_one_holds_nobody_back(store: Store) -> None:
    at_once = [0, 0]

    class Wire(TinyChannel):
        async def send(self, shipment: Shipment) -> Result:
            at_once[0] += 1
            at_once[1] = max(at_once) if shipment.address != "stuck" else at_once[1]
            await asyncio.sleep(1.5 if shipment.address == "stuck" else 0.002)
            at_once[0] -= 1
            return await super().send(shipment)

    channel = Wire()
    async with running(store, channel, rate=8):
        for number in range(8):
            put(store, f"p{number}", "x")
        await until(lambda: len(channel.sent) == 8)
        assert at_once[1] == 1
        put(store, "stuck", "x")
        await until(lambda: at_once[0] == 1)
        put(store, "others", "x")
        await until(lambda: channel.texts("others") == ["x"], 1.0)
        await until(ended(store))
