import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import ChannelName, Message, RemoteFile
from bot.channels.wechat_message import TAKEN_EVENTS, arrival, read, trigger
from bot.channels.wechat_windows import Trigger
from bot.channels.wechat_xml import fields
from dialogs.events import Attached, Commanded, Kind, Typed, Unreadable
from tests.peers.wechat_people import Follower

ALICE = Follower("oAlice_-1", lambda: 1_700_000_000.0, lambda: 24_000_000_000_000_001)
TOKEN = "A" * 35


def message(document: str) -> Message:
    return read(document.encode())


def name(document: str) -> str | None:
    found = arrival(fields(document.encode()), document.encode())
    return found.external_id if found else None


def test_words_are_typed() -> None:
    assert message(ALICE.text("八年半 ")) == Message(sender="oAlice_-1", event=Typed("八年半 "))


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("/status", Commanded("status")),
        ("／JOIN  ABC-1 ", Commanded("join", "ABC-1")),
    ],
)
def test_commands_come_by_stroke(words: str, command: Commanded) -> None:
    assert message(ALICE.text(words)).event == command


def test_words_that_may_stand_for_a_command_are_left_to_the_dialogue_which_knows_the_roles() -> None:
    assert message(ALICE.text("统计")).event == Typed("统计")


def test_a_tapped_choice_is_a_press_where_its_token_came_whole() -> None:
    assert message(ALICE.text("缅甸", TOKEN)) == Message(sender="oAlice_-1", event=None, press_token=TOKEN)


@pytest.mark.parametrize("token", ["", "101", "101_text", "A" * 36])
def test_otherwise_its_words_answer(token: str) -> None:
    assert message(ALICE.text("缅甸", token)).event == Typed("缅甸")


def test_a_picture_is_a_file_that_is_still_there() -> None:
    assert message(ALICE.image("MEDIA-1")) == Message(
        sender="oAlice_-1", event=Attached(references=()), files=(RemoteFile(id="MEDIA-1", name="photo.jpg"),)
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("voice", Kind.VOICE),
        ("video", Kind.VIDEO),
        ("shortvideo", Kind.VIDEO),
        ("location", Kind.LOCATION),
        ("link", Kind.LINK),
        ("file", Kind.OTHER),
        ("miniprogrampage", Kind.OTHER),
    ],
)
def test_what_cannot_be_read_is_said_by_its_kind(kind: str, expected: Kind) -> None:
    assert message(ALICE.other(kind)).event == Unreadable(expected)


@pytest.mark.parametrize("words", ["【收到不支持的消息类型，暂无法显示】", "[收到不支持的消息类型，暂无法显示]"])
def test_what_wechat_says_in_the_place_of_a_sticker_is_no_answer(words: str) -> None:
    assert message(ALICE.text(words)).event == Unreadable(Kind.STICKER)


def test_following_begins_with_the_invitation_if_there_is_one() -> None:
    assert message(ALICE.event("subscribe")) == Message(sender="oAlice_-1", event=Commanded("start"), blocked=False)
    assert message(ALICE.event("subscribe", "qrscene_UNIT-7")).event == Commanded("start", "UNIT-7")
    assert message(ALICE.event("SCAN", "UNIT-7")).event == Commanded("start", "UNIT-7")


def test_unfollowing_says_nothing_but_is_noted() -> None:
    assert message(ALICE.event("unsubscribe")) == Message(sender="oAlice_-1", event=None, blocked=True)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("apply", Commanded("start")),
        ("status", Commanded("status")),
        ("ask", Commanded("ask")),
        ("briefing", Commanded("ask", "宣讲会")),
        ("a button of last year", None),
    ],
)
def test_a_menu_click_is_its_command(key: str, expected: Commanded | None) -> None:
    assert message(ALICE.event("CLICK", key)).event == expected


def test_a_message_is_named_by_sender_and_number() -> None:
    assert name(ALICE.text("x")) == "oAlice_-1:24000000000000001"


def test_an_event_is_named_by_sender_time_event_and_key() -> None:
    assert name(ALICE.event("CLICK", "status")) == "oAlice_-1:1700000000:click:status"
    assert name(ALICE.event("subscribe", "qrscene_A")) != name(ALICE.event("subscribe", "qrscene_B"))


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_name_fits_its_column_and_tells_keys_apart(one: str, other: str) -> None:
    def named(key: str) -> str:
        said = {"FromUserName": "o" * 28, "MsgType": "event", "Event": "SCAN", "CreateTime": "17", "EventKey": key}
        found = arrival(said, b"")
        assert found is not None
        return found.external_id

    assert len(named(one)) <= 128
    assert (named(one) == named(other)) == (one == other)


@pytest.mark.parametrize(
    "event", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH", "view_miniprogram"]
)
def test_events_of_no_interest_are_not_stored(event: str) -> None:
    assert event.lower() not in TAKEN_EVENTS
    assert name(ALICE.event(event, "x")) is None


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"FromUserName": "o1"},
        {"FromUserName": "o1", "MsgType": "text"},
        {"FromUserName": "o1", "MsgType": "text", "MsgId": "1; DROP"},
        {"FromUserName": "o 1", "MsgType": "text", "MsgId": "1"},
        {"FromUserName": "o" * 65, "MsgType": "text", "MsgId": "1"},
        {"FromUserName": "o1", "MsgType": "event", "Event": "CLICK", "CreateTime": "now"},
    ],
)
def test_a_message_without_a_name_is_not_stored(said: dict[str, str]) -> None:
    assert arrival(said, b"") is None


def test_what_opens_the_reply_window() -> None:
    def opens(document: str) -> Trigger | None:
        return trigger(fields(document.encode()))

    assert opens(ALICE.text("x")) is Trigger.MESSAGE
    assert opens(ALICE.text("x", "101")) is Trigger.EVENT
    assert opens(ALICE.event("CLICK", "ask")) is Trigger.EVENT
    assert opens(ALICE.event("subscribe")) is Trigger.EVENT
    assert opens(ALICE.event("unsubscribe")) is None


@given(st.binary(max_size=200))
def test_reading_never_fails(payload: bytes) -> None:
    assert read(payload).event is None


def test_an_arrival_keeps_the_document() -> None:
    document = ALICE.text("你好").encode()
    found = arrival(fields(document), document)

    assert found is not None
    assert (found.channel, found.sender, found.payload) == (ChannelName.WECHAT, "oAlice_-1", document)
