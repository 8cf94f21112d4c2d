"""The channel: which way a card goes, and how that ends."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.channels.base import (
    Later,
    NotSent,
    RemoteFile,
    Result,
    Sent,
    Shipment,
    Unknown,
    Unreachable,
    WindowClosed,
)
from bot.channels.telegram_connections import NoAnswerError
from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_card import Pen
from bot.channels.wechat_options import Choices
from bot.channels.wechat_template import Template
from bot.channels.wechat_windows import Window, closed, spent
from bot.errors import FileGoneError, FileTooLargeError
from dialogs.cards import Card, Choice, Line
from domain.vocabulary import Language
from tests.bot.channels.wechat_bot import Skewed
from tests.peers.wechat_platform import APP_ID, SECRET, WeChatPlatform

DAY = 86_400.0


@dataclass
class KeptWindows:
    clock: Skewed
    known: dict[str, Window] = field(default_factory=dict)

    async def of(self, address: str) -> Window | None:
        return self.known.get(address)

    async def spent(self, address: str) -> None:
        if address in self.known:
            self.known[address] = spent(self.known[address])

    async def closed(self, address: str) -> None:
        if address in self.known:
            self.known[address] = closed(self.known[address], self.clock.now())


@pytest.fixture
def clock() -> Skewed:
    return Skewed()


@pytest.fixture
async def platform(clock: Skewed) -> AsyncIterator[WeChatPlatform]:
    async with WeChatPlatform(clock=clock.seconds) as running:
        running.interface.templates["T1"] = ("thing1", "time2")
        yield running


@pytest.fixture
async def channel(platform: WeChatPlatform, clock: Skewed) -> AsyncIterator[WeChatChannel]:
    made = WeChatChannel(
        api=WeChatApi(APP_ID, SECRET, platform.base_url, now=clock.now),
        pen=Pen(key=b"k" * 32, file_link=lambda *of: f"https://x.example/{of}", file_minutes=60),
        windows=KeptWindows(clock),
        now=clock.now,
        template=Template.of("T1", "thing1,time2", "https://x.example", clock.now),
    )
    yield made
    await made.close()


def shipment(text: str = "你好", **card: object) -> Shipment:
    made = Card.model_validate({"lines": (Line(key="plain", args={"text": text}),), **card})
    return Shipment("oAlice", made, Language.ZH, "0123456789abcdef")


async def test_a_card_goes_by_customer_service_message_while_the_window_is_open(
    channel: WeChatChannel, platform: WeChatPlatform, clock: Skewed
) -> None:
    platform.follower("oAlice").opens(DAY, 5)
    channel.windows.known["oAlice"] = Window(clock.now() + timedelta(days=1), 5)  # type: ignore[attr-defined]

    assert await channel.send(shipment()) == Sent("custom")
    assert platform.follower("oAlice").texts("custom") == ["你好"]
    assert channel.windows.known["oAlice"].left == 4  # type: ignore[attr-defined]


async def test_used_up_means_template(channel: WeChatChannel, platform: WeChatPlatform, clock: Skewed) -> None:
    alice = platform.follower("oAlice")
    alice.opens(DAY, 5)
    results = [await channel.send(shipment(f"第{number}条")) for number in range(6)]

    assert results[:5] == [Sent("custom")] * 5
    assert results[5] == Sent("template:400001")
    assert alice.texts("template")[0].startswith("第5条 20")


async def test_a_window_known_to_be_closed_costs_no_call(
    channel: WeChatChannel, platform: WeChatPlatform, clock: Skewed
) -> None:
    platform.follower("oAlice")
    channel.windows.known["oAlice"] = Window(clock.now() - timedelta(hours=1), 5)  # type: ignore[attr-defined]

    assert await channel.send(shipment()) == Sent("template:400001")
    assert platform.interface.calls["message/custom/send"] == 0


async def test_without_a_template_the_person_is_listed_as_not_reached(
    channel: WeChatChannel, platform: WeChatPlatform
) -> None:
    platform.follower("oAlice")
    result = await replace(channel, template=None).send(shipment())

    assert isinstance(result, WindowClosed)
    assert "45015" in result.reason


async def test_a_template_that_does_not_fit_says_both_reasons(channel: WeChatChannel, platform: WeChatPlatform) -> None:
    platform.follower("oAlice")
    platform.interface.templates["T1"] = ("thing9",)
    result = await channel.send(shipment())

    assert isinstance(result, WindowClosed)
    assert "45015" in result.reason
    assert "47003" in result.reason


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-1, NotSent),
        (40164, NotSent),
        (45009, Later),
        (45011, Later),
        (43004, Unreachable),
        (48002, Unreachable),
        (40003, Unreachable),
    ],
)
async def test_how_a_send_ends_by_error_code(
    code: int, kind: type[Result], channel: WeChatChannel, platform: WeChatPlatform
) -> None:
    platform.follower("oAlice").opens(DAY, 5)
    platform.interface.faults["message/custom/send"] = [code]

    assert isinstance(await channel.send(shipment()), kind)
    assert platform.follower("oAlice").texts() == []


async def test_an_account_without_the_interface_answers_passively_only(
    channel: WeChatChannel, platform: WeChatPlatform
) -> None:
    platform.follower("oAlice").opens(DAY, 5)
    platform.interface.custom_allowed = False
    result = await replace(channel, template=None).send(shipment())

    assert isinstance(result, WindowClosed)
    assert "verified" in result.reason


async def test_a_menu_message_where_it_is_allowed_else_numbers(
    channel: WeChatChannel, platform: WeChatPlatform
) -> None:
    alice = platform.follower("oAlice")
    alice.opens(DAY, 5)
    asks = shipment(
        "学历？", choices=(Choice(id="a", label=Line(key="plain", args={"text": "本科"})),), subject="degree"
    )
    menus = replace(channel, pen=replace(channel.pen, choices=Choices.MENU))

    assert await menus.send(asks) == Sent("custom")
    platform.interface.menus_allowed = False
    assert await menus.send(asks) == Sent("custom")
    assert [each.way for each in alice.seen] == ["menu", "custom"]
    assert alice.texts("custom") == ["学历？\n\n1. 本科"]


async def test_a_long_card_is_sent_in_parts_and_a_broken_one_is_uncertain(
    channel: WeChatChannel, platform: WeChatPlatform
) -> None:
    alice = platform.follower("oAlice")
    alice.opens(DAY, 3)
    long = shipment("句子。" * 500)

    assert await channel.send(long) == Sent("custom")
    assert "".join(alice.texts()) == "句子。" * 500
    broken = await replace(channel, template=None).send(long)
    assert isinstance(broken, WindowClosed)  # not even the first part went


async def test_a_later_part_that_fails_leaves_it_uncertain(channel: WeChatChannel, platform: WeChatPlatform) -> None:
    alice = platform.follower("oAlice")
    alice.opens(DAY, 1)
    result = await channel.send(shipment("句子。" * 300))

    assert isinstance(result, Unknown)
    assert "part 1 of 2" in result.reason


async def test_no_answer_is_unknown_and_no_connection_is_not_sent(channel: WeChatChannel, clock: Skewed) -> None:
    nowhere = replace(channel, api=WeChatApi(APP_ID, SECRET, "http://127.0.0.1:1", now=clock.now))
    assert isinstance(await nowhere.send(shipment()), NotSent)

    class Silent(WeChatApi):
        async def call(self, *_: object) -> dict[str, object]:  # type: ignore[override]
            raise NoAnswerError("no answer within 10 s")

    silent = replace(channel, api=Silent(APP_ID, SECRET, "http://127.0.0.1:1", now=clock.now))
    assert isinstance(await silent.send(shipment()), Unknown)


async def test_a_picture_is_fetched(channel: WeChatChannel, platform: WeChatPlatform) -> None:
    platform.interface.media["M1"] = b"x" * 100

    assert await channel.fetch(RemoteFile(id="M1"), 1000) == b"x" * 100
    with pytest.raises(FileTooLargeError):
        await channel.fetch(RemoteFile(id="M1"), 99)
    with pytest.raises(FileGoneError):
        await channel.fetch(RemoteFile(id="M2"), 1000)
