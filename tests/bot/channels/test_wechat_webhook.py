"""The route: WeChat's requests are taken in every mode, all others leave no trace."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.wechat_limits import REQUEST_BYTES
from bot.channels.wechat_options import Mode
from bot.channels.wechat_signature import ForgedError
from bot.channels.wechat_webhook import REQUESTS, Fate
from bot.errors import SettingsError, StoreDownError
from bot.passive import PassiveReplies
from bot.store.store import Store
from bot.wechat import wechat_of
from tests.bot.channels.wechat_bot import SIGNING, Skewed, WeChatBot, settings_for, wechat_bot
from tests.peers.wechat_people import Follower
from tests.peers.wechat_platform import AES_KEY, APP_ID, TOKEN, WeChatPlatform
from tests.peers.wechat_seal import Seal

OTHER_KEY = AES_KEY[::-1].replace("G", "A", 1)
PLAIN = Seal(APP_ID, TOKEN)
SAFE = Seal(APP_ID, TOKEN, AES_KEY)
BOTH = Seal(APP_ID, TOKEN, AES_KEY, beside=True)
TABLES = ("inbox", "person", "account", "outbox")
ALICE = Follower("oAlice", lambda: 1.7e9, lambda: 24_000_000_000_000_001)


@pytest.fixture
async def platform() -> AsyncIterator[WeChatPlatform]:
    async with WeChatPlatform() as running:
        yield running


def traces(bot: WeChatBot) -> int:
    return len(bot.rows(" UNION ALL ".join(f"SELECT id FROM {each}" for each in TABLES)))  # noqa: S608 - our own names


async def posted(query: Any, body: bytes, at: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(at, params=query, content=body)


@pytest.mark.parametrize("seal", [PLAIN, SAFE, BOTH], ids=["plain", "safe", "compatible"])
async def test_every_mode_is_taken_and_answered_in_kind(seal: Seal, store: Store, platform: WeChatPlatform) -> None:
    platform.seal = seal
    async with wechat_bot(store, platform) as bot:
        alice = platform.follower("oAlice")
        await platform.says(alice, "你好 ]]>")
        await bot.settled()

    assert alice.texts("passive") == ["你好 ]]>"]


async def test_keys_and_tokens_change_without_a_gap(store: Store, platform: WeChatPlatform) -> None:
    new = {"wechat_token": "newtoken", "wechat_token_previous": TOKEN}
    new |= {"wechat_aes_key": OTHER_KEY, "wechat_aes_key_previous": AES_KEY}
    async with wechat_bot(store, platform, changes=new) as bot:
        alice = platform.follower("oAlice")
        alice.opens(1000, 5)
        # In between the platform may still sign and seal as before; the answer is sealed with the key that came.
        before = Seal(APP_ID, TOKEN, AES_KEY)
        query, body = before.request(alice.text("旧"), int(platform.clock()), alice.openid)
        assert (await posted(query, body, platform.webhook)).status_code == 200
        platform.seal = Seal(APP_ID, "newtoken", OTHER_KEY)
        await platform.says(alice, "新")
        await bot.settled()

    assert alice.texts() == ["新"]


async def test_the_url_is_verified_by_its_echo(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform) as bot, httpx.AsyncClient(trust_env=False) as client:
        at = int(platform.clock())
        good = await client.get(platform.webhook, params=SAFE.query(at, echostr="5838394582838392019"))
        forged = await client.get(platform.webhook, params=SAFE.query(at, echostr="1") | {"signature": "0" * 40})
        old = await client.get(platform.webhook, params=SAFE.query(at - 400, echostr="1"))
        odd = await client.get(platform.webhook, params=SAFE.query(at, echostr="<script>\n"))
        none = await client.get(platform.webhook)
        left = traces(bot)

    assert (good.status_code, good.text) == (200, "5838394582838392019")
    assert good.headers["content-type"].startswith("text/plain")
    assert [each.status_code for each in (forged, old, odd, none)] == [403, 403, 400, 403]
    assert left == 0


def corpus(at: int) -> dict[str, tuple[dict[str, str], bytes]]:
    """Requests that must leave no trace, by what is wrong with them."""
    document = ALICE.text("伪造")
    plain, plain_body = PLAIN.request(document, at, "oAlice")
    safe, safe_body = SAFE.request(document, at, "oAlice")
    stranger, stranger_body = Seal(APP_ID, "guessed", AES_KEY).request(document, at, "oAlice")
    return {
        "no parameters": ({}, plain_body),
        "another token": (stranger, stranger_body),
        "another token, plain": Seal(APP_ID, "guessed").request(document, at, "oAlice"),
        "another key": Seal(APP_ID, TOKEN, OTHER_KEY).request(document, at, "oAlice"),
        "another account": Seal("wxother", TOKEN, AES_KEY).request(document, at, "oAlice"),
        "too old": SAFE.request(document, at - 301, "oAlice"),
        "too old, plain": PLAIN.request(document, at - 301, "oAlice"),
        "from the future": SAFE.request(document, at + 330, "oAlice"),
        "other nonce": (safe | {"nonce": "1"}, safe_body),
        "other time": (safe | {"timestamp": str(at - 1)}, safe_body),
        "signature of the plain message only": ({k: v for k, v in safe.items() if k != "msg_signature"}, safe_body),
        "empty signature": (safe | {"msg_signature": ""}, safe_body),
        "plain beside no envelope": (safe, document.encode()),
        "body of another request": (safe, SAFE.request(document, at, "oAlice")[1]),
        "truncated": (safe, safe_body[:-40]),
        "truncated, plain": (plain, plain_body[:-10]),
        "empty": (safe, b""),
        "empty, plain": (plain, b""),
        "json": (plain, b'{"FromUserName": "oAlice"}'),
        "entities": (plain, b'<!DOCTYPE x [<!ENTITY a "b">]><xml><FromUserName>&a;</FromUserName></xml>'),
        "too long": (plain, plain_body + b" " * REQUEST_BYTES),
        "no sender": PLAIN.request("<xml><MsgType>text</MsgType><MsgId>1</MsgId></xml>", at, ""),
        "no number": PLAIN.request("<xml><MsgType>text</MsgType><FromUserName>oA</FromUserName></xml>", at, ""),
        "event of no interest": PLAIN.request(ALICE.event("VIEW", "https://x.example"), at, "oAlice"),
    }


def refused() -> float:
    """Requests so far that nothing came of."""
    fates = (Fate.FORGED, Fate.UNREADABLE, Fate.TOO_LONG, Fate.NOTHING)
    return float(sum(REQUESTS.labels(fate)._value.get() for fate in fates))


@pytest.mark.parametrize("what", corpus(0))
async def test_what_is_not_wechats_leaves_no_trace(what: str, store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform) as bot:
        query, body = corpus(int(platform.clock()))[what]
        counted = refused()
        answer = await posted(query, body, platform.webhook)
        counted = refused() - counted
        left = traces(bot)

    assert left == 0
    assert counted == 1, "it is counted, and only that"
    assert answer.content == b""
    assert answer.status_code in (200, 400, 403, 413)


async def test_a_plain_request_is_not_taken_where_safe_mode_is_demanded(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform, changes={"wechat_mode": Mode.SAFE}) as bot:
        query, body = PLAIN.request(ALICE.text("x"), int(platform.clock()), "oAlice")
        answer = await posted(query, body, platform.webhook)
        left = traces(bot)

    assert (answer.status_code, left) == (400, 0)


@pytest.mark.parametrize("seal", [PLAIN, SAFE], ids=["plain", "safe"])
async def test_a_replayed_request_is_the_same_message(seal: Seal, store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform) as bot:
        query, body = seal.request(ALICE.text("一次"), int(platform.clock()), "oAlice")
        first = await posted(query, body, platform.webhook)
        await bot.settled()
        before = traces(bot)
        again = await posted(query, body, platform.webhook)
        await bot.settled()
        after = traces(bot)

    assert (first.status_code, again.status_code) == (200, 200)
    assert before == after == 4


async def test_a_plain_signature_cannot_be_used_for_other_words(store: Store, platform: WeChatPlatform) -> None:
    async with wechat_bot(store, platform) as bot:
        query, body = PLAIN.request(ALICE.text("一次"), int(platform.clock()), "oAlice")
        await posted(query, body, platform.webhook)
        forged = await posted(
            query, Follower("oAlice", lambda: 1.7e9, lambda: 99).text("别的").encode(), platform.webhook
        )
        await bot.settled()
        stored = bot.rows("SELECT id FROM inbox")

    assert forged.status_code == 403
    assert len(stored) == 1


async def test_the_signature_of_an_encrypted_message_cannot_be_used_for_a_plain_one(
    store: Store, platform: WeChatPlatform
) -> None:
    async with wechat_bot(store, platform) as bot:
        query, body = SAFE.request(ALICE.text("一次"), int(platform.clock()), "oAlice")
        await posted(query, body, platform.webhook)
        stripped = {name: query[name] for name in ("signature", "timestamp", "nonce")}
        other = Follower("oAlice", lambda: 1.7e9, lambda: 99).text("别的")
        forged = await posted(stripped, other.encode(), platform.webhook)
        await bot.settled()
        stored = bot.rows("SELECT id FROM inbox")

    assert forged.status_code == 403
    assert len(stored) == 1


@given(data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_changed_request_opens(data: st.DataObject) -> None:
    clock = Skewed()
    at = int(clock.seconds())
    made = wechat_of(settings_for(), None, clock.now, signing=SIGNING)  # type: ignore[arg-type]
    assert made is not None
    query, body = SAFE.request(ALICE.text("原话"), at, "oAlice")
    name = data.draw(st.sampled_from(["msg_signature", "timestamp", "nonce", "signature", "body"]))
    if name == "body":
        # Inside the encrypted text: around it stands nothing that counts.
        start = body.index(b"<Encrypt><![CDATA[") + 18
        place = data.draw(st.integers(start, body.index(b"]]></Encrypt>") - 1))
        other = data.draw(st.sampled_from(b"ABCDwxyz0189+/").filter(lambda byte: byte != body[place]))
        body = body[:place] + bytes([other]) + body[place + 1 :]
    else:
        query[name] = data.draw(st.text(max_size=50).filter(lambda text: text != query[name]))

    with pytest.raises(ForgedError):
        made.gate.open(query, body)


async def test_a_store_that_is_down_has_the_platform_come_again(
    store: Store, platform: WeChatPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = PassiveReplies.take_in
    downs = [True]

    async def sometimes(self: PassiveReplies, *arguments: Any) -> Any:
        if downs and downs.pop():
            raise StoreDownError("down")
        return await take_in(self, *arguments)

    monkeypatch.setattr(PassiveReplies, "take_in", sometimes)
    platform.speed = 4
    async with wechat_bot(store, platform) as bot:
        alice = platform.follower("oAlice")
        await platform.says(alice, "你好")
        await bot.settled()

    assert platform.deliveries in (2, 3)  # a third one where the machine is slow
    assert alice.texts() == ["你好"]


@pytest.mark.parametrize(
    "changes",
    [
        {"wechat_token": None},
        {"wechat_app_secret": None},
        {"wechat_aes_key": "short"},
        {"wechat_mode": Mode.SAFE, "wechat_aes_key": None},
        {"wechat_template_id": "T1", "wechat_template_fields": ""},
    ],
)
def test_settings_that_cannot_work_are_said_at_start(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        wechat_of(settings_for(**changes), None, Skewed().now, signing=SIGNING)  # type: ignore[arg-type]


def test_without_an_app_id_there_is_no_wechat() -> None:
    assert wechat_of(settings_for(wechat_app_id=""), None, Skewed(timedelta()).now, signing=SIGNING) is None  # type: ignore[arg-type]
