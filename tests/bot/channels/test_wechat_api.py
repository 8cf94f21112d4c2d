import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels.telegram_connections import NoAnswerError, NotWrittenError, TooLongError
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_errors import CODES, ApiError, Meaning
from bot.channels.wechat_menu import publish_menu
from tests.bot.channels.wechat_bot import Skewed
from tests.peers.wechat_platform import APP_ID, SECRET, WeChatPlatform

TEXT = {"touser": "oAlice", "msgtype": "text", "text": {"content": "你好"}}


@pytest.fixture
def clock() -> Skewed:
    return Skewed()


@pytest.fixture
async def platform(clock: Skewed) -> AsyncIterator[WeChatPlatform]:
    async with WeChatPlatform(clock=clock.seconds) as running:
        running.follower("oAlice").opens(1e9, 1000)
        yield running


@pytest.fixture
async def api(platform: WeChatPlatform, clock: Skewed) -> AsyncIterator[WeChatApi]:
    made = WeChatApi(APP_ID, SECRET, platform.base_url, now=clock.now)
    yield made
    await made.close()


async def test_a_token_is_asked_for_once_in_five_minutes(
    api: WeChatApi, platform: WeChatPlatform, clock: Skewed
) -> None:
    for _ in range(3):
        await api.call("message/custom/send", TEXT)
    assert platform.interface.calls["stable_token"] == 1

    clock.offset += timedelta(minutes=6)
    await api.call("message/custom/send", TEXT)
    assert platform.interface.calls["stable_token"] == 2
    assert platform.follower("oAlice").texts() == ["你好"] * 4


async def test_many_at_once_ask_for_one_token(api: WeChatApi, platform: WeChatPlatform) -> None:
    await asyncio.gather(*(api.call("message/custom/send", TEXT) for _ in range(20)))

    assert platform.interface.calls["stable_token"] == 1


async def test_two_processes_share_the_platforms_token(platform: WeChatPlatform, clock: Skewed) -> None:
    apis = [WeChatApi(APP_ID, SECRET, platform.base_url, now=clock.now) for _ in range(2)]
    tokens = [await each.token() for each in apis]
    for each in apis:
        await each.call("message/custom/send", TEXT)
        await each.close()

    assert tokens[0] == tokens[1]
    assert platform.interface.forced == 0


async def test_a_token_that_ended_early_is_replaced_without_anybody_noticing(
    api: WeChatApi, platform: WeChatPlatform
) -> None:
    await api.call("message/custom/send", TEXT)
    platform.interface.expire_token()
    await api.call("message/custom/send", TEXT)

    assert platform.follower("oAlice").texts() == ["你好"] * 2
    assert platform.interface.forced == 0  # asking again was enough


@pytest.mark.parametrize("code", [40001, 42001, 40014])
async def test_a_token_that_stays_refused_is_forced_once(code: int, api: WeChatApi, platform: WeChatPlatform) -> None:
    platform.interface.faults["message/custom/send"] = [code]
    await api.call("message/custom/send", TEXT)
    assert platform.interface.forced == 1

    platform.interface.faults["message/custom/send"] = [code, code]
    with pytest.raises(ApiError) as raised:
        await api.call("message/custom/send", TEXT)
    assert raised.value.code == code
    assert platform.interface.forced == 2
    assert len(platform.follower("oAlice").texts()) == 1


@pytest.mark.parametrize("code", [*CODES, 99999, 1])
async def test_every_error_code_in_a_200_is_an_error(code: int, api: WeChatApi, platform: WeChatPlatform) -> None:
    platform.interface.faults["message/custom/send"] = [code, code]
    with pytest.raises(ApiError) as raised:
        await api.call("message/custom/send", TEXT)

    assert raised.value.code == code
    assert platform.follower("oAlice").texts() == []


async def test_a_wrong_secret_is_said_in_words(platform: WeChatPlatform, clock: Skewed) -> None:
    api = WeChatApi(APP_ID, "another secret", platform.base_url, now=clock.now)
    with pytest.raises(ApiError, match="HURENTONG_WECHAT_APP_SECRET") as raised:
        await api.token()
    await api.close()

    assert "another secret" not in str(raised.value)


async def test_a_picture_is_fetched_within_its_limit(api: WeChatApi, platform: WeChatPlatform) -> None:
    platform.interface.media["M1"] = b"\xff\xd8" + b"x" * 1000

    assert await api.media("M1") == platform.interface.media["M1"]
    with pytest.raises(TooLongError):
        await api.media("M1", limit=500)
    with pytest.raises(ApiError) as raised:
        await api.media("M2")
    assert raised.value.meaning is Meaning.GONE


async def test_a_code_carries_its_scene(api: WeChatApi, platform: WeChatPlatform) -> None:
    code = await api.qr_code("UNIT-7")

    assert list(platform.interface.scenes.values()) == ["UNIT-7"]
    assert code.content.startswith("http://weixin.qq.com/q/")
    assert code.picture.startswith("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=")
    assert code.picture.endswith("%3D%3D")
    for scene in ("", "x" * 65):
        with pytest.raises(ValueError, match="64"):
            await api.qr_code(scene)


async def test_the_menu_is_one_that_the_platform_takes(api: WeChatApi, platform: WeChatPlatform) -> None:
    await publish_menu(api)

    assert [button["name"] for button in platform.interface.menu["button"]] == ["申请", "进度", "问答·更多"]


async def test_a_server_that_is_not_there_was_not_written_to(clock: Skewed) -> None:
    api = WeChatApi(APP_ID, SECRET, "http://127.0.0.1:1", now=clock.now)
    with pytest.raises(NotWrittenError):
        await api.call("message/custom/send", TEXT)
    await api.close()


async def test_an_answer_that_is_no_json_is_no_answer(platform: WeChatPlatform, clock: Skewed) -> None:
    api = WeChatApi(APP_ID, SECRET, platform.base_url + "/elsewhere", now=clock.now)
    with pytest.raises(NoAnswerError, match="404"):
        await api.call("message/custom/send", TEXT)
    await api.close()
