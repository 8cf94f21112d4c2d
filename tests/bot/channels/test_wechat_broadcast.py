"""A broadcast on WeChat: each person by the way that is open to them, and the report says which was used."""

import asyncio
from datetime import timedelta

from sqlalchemy import Connection, select

from bot import broadcast_report
from bot.broadcasting import KIND, Pulse
from bot.channels.base import ChannelName
from bot.sender import Sender
from bot.store import people, timers
from bot.store.store import Store
from bot.store.tables import outbox
from bot.timers import Timers
from bot.wechat import wechat_of
from dialogs.cards import Card
from domain.broadcast import BroadcastState, DeliveryState
from tests.bot.channels.wechat_bot import SIGNING, settings_for
from tests.bot.running import until
from tests.bot.test_broadcasting import WAKEFUL, counts, standing, started
from tests.bot.tiny import now
from tests.peers.wechat_platform import WeChatPlatform

DAY = 24 * 3600.0


async def test_the_report_says_who_was_reached_by_which_way(store: Store) -> None:
    async with WeChatPlatform(clock=lambda: now().timestamp()) as platform:
        platform.interface.templates["T1"] = ("thing1",)
        settings = settings_for(platform, wechat_template_id="T1", wechat_template_fields="thing1")
        wechat = wechat_of(settings, store, now, signing=SIGNING)
        assert wechat is not None
        for openid in ("oAuthor", "oTalks", "oSilent", "oUsedUp"):
            platform.follower(openid)
        platform.follower("oAuthor").opens(DAY, 5)
        platform.follower("oTalks").opens(DAY, 5)
        platform.follower("oUsedUp").opens(DAY, 0)
        platform.follower("oGone").follows = False
        persons = store.write_now(
            lambda c: [
                people.make(c, (ChannelName.WECHAT, openid), now()).person
                for openid in ("oAuthor", "oTalks", "oSilent", "oUsedUp", "oGone")
            ]
        )
        number = started(store, author=persons[0])
        stop = asyncio.Event()
        sender = Sender(store, wechat.channel, gate="wechat", rate=500, now=now)
        pulse = Timers(store, {KIND: Pulse({ChannelName.WECHAT: wechat.channel}, WAKEFUL)}, now)
        tasks = [asyncio.create_task(each.run(stop)) for each in (sender, pulse)]
        await until(lambda: standing(store, number)[0].state is BroadcastState.FINISHED, 30.0)
        stop.set()
        await asyncio.gather(*tasks)
        await wechat.channel.close()

    assert counts(store, number)[DeliveryState.DELIVERED] == 4
    assert sum(counts(store, number).values()) == 5
    assert [each.way for each in platform.follower("oTalks").seen][-1] == "custom"
    assert {each.way for each in platform.follower("oSilent").seen} == {"template"}
    assert {each.way for each in platform.follower("oUsedUp").seen} == {"template"}

    def announced(connection: Connection) -> Card:
        timer = timers.Timer(id=0, kind="", subject=f"broadcast {number}", payload="", due_at=now(), attempts=0)
        broadcast_report.announce(connection, timer, b"PK", now() + timedelta(seconds=1))
        newest = select(outbox.c.card).order_by(outbox.c.id.desc()).limit(1)
        return Card.model_validate_json(connection.execute(newest).scalar_one())

    (line,) = [each for each in store.write_now(announced).lines if each.key == "broadcast.wechat_ways"]
    assert line.args == {"custom": 2, "template": 2}
