"""Each card reaches the person once: in the answer, or by a message, whatever the network does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Any

import pytest

from bot.channels.base import Arrival, ChannelName
from bot.channels.wechat_windows import Trigger
from bot.passive import PassiveReplies
from bot.store import passive
from bot.store.store import Store
from dialogs.cards import Card, Choice, Line
from tests.bot.channels.wechat_bot import wechat_bot
from tests.bot.running import until
from tests.bot.tiny import TinyStep, tiny_step
from tests.peers.wechat_platform import WeChatPlatform

SPEED = 4
"""Where deliveries that come again are waited for; elsewhere the platform keeps its own time."""


@pytest.fixture
async def platform() -> AsyncIterator[WeChatPlatform]:
    async with WeChatPlatform() as running:
        yield running


@dataclass
class HeldStep:
    """A dialogue that answers once it may."""

    go_on: Event = field(default_factory=Event)

    def __call__(self, conversation: Any, event: Any, context: Any) -> TinyStep:
        assert self.go_on.wait(10)
        return tiny_step(conversation, event, context)


def says(*texts: str, choices: int = 0) -> Any:
    """A dialogue that answers anything with these cards; the last has that many choices."""

    def step(conversation: Any, event: Any, context: Any) -> TinyStep:
        made = tiny_step(conversation, event, context)
        cards = [Card(lines=(Line(key="plain", args={"text": each}),)) for each in texts]
        options = tuple(Choice(id=str(n), label=Line(key="plain", args={"text": f"选项{n}"})) for n in range(choices))
        cards[-1] = cards[-1].model_copy(update={"choices": options})
        return TinyStep(made.conversation, made.effects, tuple(cards))

    return step


async def test_a_turn_is_answered_in_the_response(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform) as bot:
        alice = platform.follower("oAlice")
        for word in ("甲", "乙", "丙"):
            await platform.says(alice, word)
        states = await bot.settled()

    assert alice.texts("passive") == ["甲", "乙", "丙"]
    assert states == [("sent", "passive")] * 3
    assert platform.interface.calls["message/custom/send"] == 0


async def test_any_text_survives_the_answer(store: Store, platform: WeChatPlatform) -> None:
    words = "a ]]> b ]]]]> & < > \" ' 😀 <![CDATA[x]]>"
    async with wechat_bot(store, platform) as bot:
        alice = platform.follower("oAlice")
        await platform.says(alice, words)
        await bot.settled()

    assert alice.texts() == [words]


async def test_a_slow_turn_is_answered_by_nothing_and_then_sent(store: Store, platform: WeChatPlatform) -> None:
    step = HeldStep()
    async with wechat_bot(store, platform, step=step, turn_seconds=0.3) as bot:
        alice = platform.follower("oAlice")
        await platform.says(alice, "慢")
        step.go_on.set()
        states = await bot.settled()

    assert (alice.texts("passive"), alice.texts("custom")) == ([], ["慢"])
    assert states == [("sent", "custom")]
    assert platform.deliveries == 1


async def test_what_took_too_long_to_be_stored_is_answered_by_nothing_and_then_sent(
    store: Store, platform: WeChatPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform would be gone before the answer came."""
    take_in = PassiveReplies.take_in

    async def slow(self: PassiveReplies, *arguments: Any) -> Any:
        ticket = await take_in(self, *arguments)
        await asyncio.sleep(0.4)
        return ticket

    monkeypatch.setattr(PassiveReplies, "take_in", slow)
    async with wechat_bot(store, platform, turn_seconds=0.3) as bot:
        alice = platform.follower("oAlice")
        await platform.says(alice, "慢")
        states = await bot.settled()

    assert (alice.texts("passive"), alice.texts("custom")) == ([], ["慢"])
    assert states == [("sent", "custom")]
    assert platform.deliveries == 1


async def test_one_persons_messages_at_the_same_moment_are_stored_without_waiting_for_each_other(store: Store) -> None:
    """PostgreSQL ends a deadlock after a second, by undoing one of the two."""
    now = datetime.now(UTC)

    def message(number: int) -> Any:
        arrival = Arrival(ChannelName.WECHAT, str(number), "oAlice", b"{}")
        return store.write(partial(passive.take_in, arrival=arrival, trigger=Trigger.MESSAGE, now=now, held_until=now))

    await message(0)
    async with asyncio.timeout(0.9):
        await asyncio.gather(*(message(number) for number in range(1, 41)))


async def test_several_cards_go_in_one_answer(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform, step=says("收到。", "下一题？", choices=2)) as bot:
        alice = platform.follower("oAlice")
        await platform.says(alice, "好")
        states = await bot.settled()

    assert alice.texts() == ["收到。\n\n下一题？\n\n1. 选项0\n2. 选项1"]
    assert states == [("sent", "passive")] * 2


async def test_what_does_not_fit_the_answer_follows_in_order(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform, step=says("一" * 600, "二" * 600, "三")) as bot:
        alice = platform.follower("oAlice")
        await platform.says(alice, "好")
        states = await bot.settled()

    assert [(each.way, each.text[0]) for each in alice.seen] == [("passive", "一"), ("custom", "二"), ("custom", "三")]
    assert states == [("sent", "passive"), ("sent", "custom"), ("sent", "custom")]


@pytest.mark.parametrize("cuts", [1, 2])
async def test_a_message_that_comes_again_gets_the_same_answer_and_no_second_turn(
    cuts: int, store: Store, platform: WeChatPlatform
) -> None:
    platform.speed = SPEED
    step = HeldStep()
    async with wechat_bot(store, platform, step=step, turn_seconds=1.1) as bot:
        alice = platform.follower("oAlice")
        platform.cuts = [bot.stored] * cuts
        saying = asyncio.create_task(platform.says(alice, "再来"))
        await until(lambda: platform.deliveries > cuts)
        step.go_on.set()
        await saying
        states = await bot.settled()
        turns = bot.rows("SELECT id FROM inbox")

    assert [(each.way, each.text) for each in alice.seen] == [("passive", "再来")]
    assert states == [("sent", "passive")]
    assert len(turns) == 1


async def test_when_every_connection_is_cut_the_answer_is_sent(store: Store, platform: WeChatPlatform) -> None:
    platform.speed = SPEED
    step = HeldStep()
    async with wechat_bot(store, platform, step=step) as bot:
        alice = platform.follower("oAlice")
        platform.cuts = [bot.stored] * 3
        await platform.says(alice, "救命")
        step.go_on.set()
        states = await bot.settled()

    assert platform.deliveries == 3
    assert [(each.way, each.text) for each in alice.seen] == [("custom", "救命")]
    assert states == [("sent", "custom")]


async def test_a_cut_after_the_turn_is_made_good_by_a_message(store: Store, platform: WeChatPlatform) -> None:
    platform.speed = SPEED
    step = HeldStep()
    async with wechat_bot(store, platform, step=step) as bot:
        alice = platform.follower("oAlice")
        alice.opens(1000, 5)
        assert await platform.post(alice, alice.text("孤单"), 5.0, bot.stored) is None
        step.go_on.set()
        await asyncio.sleep(0.3)
        before = list(alice.seen)
        states = await bot.settled()

    assert before == []  # the platform may still come again
    assert [(each.way, each.text) for each in alice.seen] == [("custom", "孤单")]
    assert states == [("sent", "custom")]


async def test_two_connections_for_one_message_show_its_answer_once(store: Store, platform: WeChatPlatform) -> None:
    # The platform has given the first one up; we have not noticed yet.
    step = HeldStep()
    async with wechat_bot(store, platform, step=step, turn_seconds=3.0) as bot:
        alice = platform.follower("oAlice")
        alice.opens(1000, 5)
        document = alice.text("双")
        first = asyncio.create_task(platform.post(alice, document, 5.0))
        await until(bot.stored)
        second = asyncio.create_task(platform.post(alice, document, 5.0))
        await asyncio.sleep(0.1)
        step.go_on.set()
        answers = await asyncio.gather(first, second)
        states = await bot.settled()

    assert alice.texts("custom") == []
    assert any(answers)
    assert states == [("sent", "passive")]


async def test_what_waits_from_before_goes_first(store: Store, platform: WeChatPlatform) -> None:
    platform.speed = SPEED
    step = HeldStep()
    async with wechat_bot(store, platform, step=step) as bot:
        alice = platform.follower("oAlice")
        alice.opens(1000, 5)
        assert await platform.post(alice, alice.text("先"), 5.0, bot.stored) is None
        step.go_on.set()
        await platform.says(alice, "后")
        states = await bot.settled()

    assert alice.texts() == ["先\n\n后"]
    assert states == [("sent", "passive")] * 2


async def test_an_answer_is_not_given_again_once_the_platform_can_no_longer_ask(
    store: Store, platform: WeChatPlatform
) -> None:
    platform.speed = SPEED
    async with wechat_bot(store, platform, turn_seconds=1.1) as bot:
        alice = platform.follower("oAlice")
        document = alice.text("旧")
        assert await platform.post(alice, document, 5.0)
        await bot.settled()
        await asyncio.sleep(17 / SPEED)
        again = await platform.post(alice, document, 5.0)

    assert again == b""


async def test_many_people_at_once_each_get_their_own(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform) as bot:
        people = [platform.follower(f"o{number}") for number in range(12)]
        for turn in range(3):
            await asyncio.gather(*(platform.says(each, f"{each.openid} {turn}") for each in people))
        states = await bot.settled()

    assert all(each.texts() == [f"{each.openid} {turn}" for turn in range(3)] for each in people)
    assert {state for state, _ in states} == {"sent"}
    assert len(states) == 36


async def test_unsubscribing_is_noted_and_following_again_reaches_the_person(
    store: Store, platform: WeChatPlatform
) -> None:
    async with wechat_bot(store, platform) as bot:
        alice = platform.follower("oAlice")
        await platform.says(alice, "在")
        await platform.happens(alice, "unsubscribe")
        await bot.settled()
        gone = bot.rows("SELECT reachability FROM account")[0].reachability
        await platform.happens(alice, "subscribe", "qrscene_CODE-1")
        await bot.settled()
        back = bot.rows("SELECT reachability FROM account")[0].reachability

    assert (gone, back) == ("unreachable", "reachable")
    assert alice.texts() == ["在", "Commanded"]


async def test_an_event_that_comes_again_is_one_event(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform) as bot:
        alice = platform.follower("oAlice")
        document = alice.event("CLICK", "status")
        await platform.deliver(alice, document)
        await platform.deliver(alice, document)
        await bot.settled()
        stored = bot.rows("SELECT external_id FROM inbox")

    assert len(stored) == 1
    assert stored[0].external_id.endswith(":click:status")


async def test_the_same_message_number_of_two_people_is_two_messages(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform) as bot:
        for openid in ("oA", "oB"):
            person = platform.follower(openid)
            person.number = lambda: 7
            await platform.says(person, openid)
        await bot.settled()
        stored = bot.rows("SELECT external_id FROM inbox ORDER BY id")

    assert [row.external_id for row in stored] == ["oA:7", "oB:7"]
