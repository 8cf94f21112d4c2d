"""Downloads by link: signed, for an hour, once; looking at a link uses nothing up."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.channels.base import ChannelName
from bot.store import attachments, people
from bot.store.store import Store
from tests.bot.channels.wechat_bot import Skewed, WeChatBot, wechat_bot
from tests.peers.wechat_platform import WeChatPlatform


@pytest.fixture
async def platform() -> AsyncIterator[WeChatPlatform]:
    async with WeChatPlatform() as running:
        yield running


def stored(bot: WeChatBot, openid: str) -> str:
    """A file made for that person; its reference."""

    def work(connection: Any) -> str:
        now = Skewed().now()
        owner = people.find_or_make(connection, [(ChannelName.WECHAT, openid)], now)[ChannelName.WECHAT, openid]
        return attachments.put(connection, owner.person, "附件3 <1>.xlsx", "application/zip", b"PK content", now)

    return bot.store.write_now(work)


def local(bot: WeChatBot, link: str) -> str:
    return link.replace("https://hurentong.example", bot.address)


async def test_a_link_works_once_and_looking_does_not_count(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform) as bot, httpx.AsyncClient(trust_env=False) as client:
        link = local(bot, bot.wechat.files.link("oAlice", stored(bot, "oAlice")))
        looks = [await client.get(link), await client.head(link), await client.get(link)]
        file = await client.post(link)
        again = await client.post(link)
        after = await client.get(link)

    assert [each.status_code for each in looks] == [200, 200, 200]
    assert "附件3 &lt;1&gt;.xlsx" in looks[0].text
    assert (file.status_code, file.content) == (200, b"PK content")
    assert "filename*=UTF-8''%E9%99%84%E4%BB%B63%20%3C1%3E.xlsx" in file.headers["content-disposition"]
    assert (again.status_code, after.status_code) == (410, 410)
    assert b"PK" not in again.content


async def test_a_link_expires_and_cannot_be_made_up(store: Store, platform: WeChatPlatform) -> None:
    clock = Skewed()
    async with wechat_bot(store, platform, now=clock.now) as bot, httpx.AsyncClient(trust_env=False) as client:
        reference = stored(bot, "oAlice")
        link = local(bot, bot.wechat.files.link("oAlice", reference))
        forged = link[:-2] + ("AA" if link[-2:] != "AA" else "BB")
        foreign = local(bot, bot.wechat.files.link("oBob", reference))
        made_up = await client.post(forged)
        others = await client.post(foreign)
        clock.offset += timedelta(minutes=61)
        late = await client.post(link)

    assert [each.status_code for each in (made_up, others, late)] == [410, 410, 410]


async def test_the_page_speaks_the_browsers_language(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform) as bot, httpx.AsyncClient(trust_env=False) as client:
        link = local(bot, bot.wechat.files.link("oAlice", stored(bot, "oAlice")))
        english = await client.get(link, headers={"Accept-Language": "en"})
        chinese = await client.get(link, headers={"Accept-Language": "zh-CN"})

    assert "Your file is ready" in english.text
    assert "文件已备好" in chinese.text
