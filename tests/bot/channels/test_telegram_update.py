import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update
from telegram.ext import filters

from bot.channels.base import ChannelName, Message, RemoteFile
from bot.channels.telegram_update import NOTICES, arrival, parsed, press_id, read
from dialogs.events import Attached, Commanded, Event, Kind, SharedContact, Typed, Unreadable
from domain.vocabulary import Language

PERSON = {"id": 42, "is_bot": False, "first_name": "王", "language_code": "zh-hans"}
CHAT = {"id": 42, "type": "private", "first_name": "王"}
GROUP = {"id": -77, "type": "group", "title": "海外项目部"}


def message(chat: dict[str, Any] = CHAT, **content: Any) -> dict[str, Any]:
    body = {"message_id": 5, "date": 1_743_000_000, "chat": chat, "from": PERSON, **content}
    return {"update_id": 9, "message": body}


def encoded(update: object) -> bytes:
    return json.dumps(update).encode()


def said(**content: Any) -> Event | None:
    return read(encoded(message(**content))).event


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("张三", Typed("张三")),
        ("/start", Commanded("start")),
        ("/start unit-77_A", Commanded("start", "unit-77_A")),
        ("/JOIN@HurentongBot  8F3K-2210 ", Commanded("join", "8F3K-2210")),
        ("／status", Commanded("status")),
        ("/find 张三\n李四", Commanded("find", "张三\n李四")),
        ("/nonsense", Commanded("nonsense")),
        ("/ 隧道", Typed("/ 隧道")),
        ("/隧道", Typed("/隧道")),
        ("土木/结构", Typed("土木/结构")),
        ("a\0b", Typed("ab")),
        ("半\ud83d", Typed("半?")),
    ],
)
def test_words_and_commands_are_told_apart(text: str, event: Event) -> None:
    assert said(text=text) == event


@pytest.mark.parametrize(
    ("contact", "event"),
    [
        ({"phone_number": "8613800000000", "user_id": 42}, SharedContact("+8613800000000")),
        ({"phone_number": "+959420000000", "user_id": 42}, SharedContact("+959420000000")),
        ({"phone_number": "13900000000", "user_id": 43}, Typed("13900000000")),
        ({"phone_number": "13900000000"}, Typed("13900000000")),
        ({"user_id": 42}, Unreadable(Kind.OTHER)),
    ],
)
def test_only_the_persons_own_contact_counts_as_shared(contact: dict[str, Any], event: Event) -> None:
    assert said(contact={"first_name": "王", **contact}) == event


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"sticker": {"file_id": "s"}}, Kind.STICKER),
        ({"voice": {"file_id": "s"}}, Kind.VOICE),
        ({"audio": {"file_id": "s"}}, Kind.VOICE),
        ({"video": {"file_id": "s"}, "caption": "看"}, Kind.VIDEO),
        ({"video_note": {"file_id": "s"}}, Kind.VIDEO),
        ({"animation": {"file_id": "s"}, "document": {"file_id": "s"}}, Kind.VIDEO),
        ({"location": {"latitude": 1, "longitude": 2}}, Kind.LOCATION),
        ({"venue": {"title": "x"}, "location": {"latitude": 1, "longitude": 2}}, Kind.LOCATION),
        ({"dice": {"emoji": "🎲", "value": 3}}, Kind.OTHER),
        ({"something_of_next_year": {}}, Kind.OTHER),
    ],
)
def test_what_no_question_reads_is_named_by_its_kind(content: dict[str, Any], kind: Kind) -> None:
    assert said(**content) == Unreadable(kind)


def test_a_notice_of_telegrams_says_nothing() -> None:
    assert said(pinned_message={"message_id": 1}) is None
    assert said(write_access_allowed={}) is None


def test_every_notice_python_telegram_bot_knows_is_known_here() -> None:
    """Those of groups and channels never reach a private chat."""
    elsewhere = (
        "FORUM_TOPIC",
        "VIDEO_CHAT",
        "NEW_CHAT",
        "DELETE_CHAT",
        "LEFT_CHAT",
        "SUGGESTED_POST",
        "DIRECT_MESSAGE",
    )
    of_groups = {"CHAT_CREATED", "MIGRATE", "GIVEAWAY_CREATED", "GIVEAWAY_COMPLETED"}
    of_groups |= {"POLL_OPTION_ADDED", "POLL_OPTION_DELETED", "ALL"}
    known = {name for name in vars(filters.StatusUpdate) if name.isupper() and name not in of_groups}
    known = {name.lower() for name in known if not any(part in name for part in elsewhere)}

    assert known <= NOTICES


def test_the_largest_size_of_a_photo_is_taken() -> None:
    sizes = [
        {"file_id": "big", "width": 1280, "height": 960, "file_size": 90_000},
        {"file_id": "small", "width": 90, "height": 67, "file_size": 1_000},
    ]

    got = read(encoded(message(photo=sizes, caption="毕业证", media_group_id="138")))

    assert got.event == Attached((), "毕业证")
    assert got.files == (RemoteFile("big", "photo.jpg", 90_000),)
    assert got.album == "138"


def test_a_document_keeps_its_name() -> None:
    got = read(encoded(message(document={"file_id": "d", "file_name": "证书.pdf", "file_size": 7})))

    assert got.event == Attached(())
    assert got.files == (RemoteFile("d", "证书.pdf", 7),)


@pytest.mark.parametrize(
    ("code", "language"),
    [("zh-hans", Language.ZH), ("zh-TW", Language.ZH), ("en", Language.EN), ("en-GB", Language.EN), ("my", None)],
)
def test_the_apps_language_is_a_hint(code: str, language: Language | None) -> None:
    assert read(encoded(message(text="x") | {})).language_hint is Language.ZH
    update = message(text="x")
    update["message"]["from"] = PERSON | {"language_code": code}
    assert read(encoded(update)).language_hint is language


def test_a_press_brings_its_token_and_nothing_else() -> None:
    query = {"id": "555", "from": PERSON, "message": {"message_id": 5, "date": 0, "chat": CHAT}, "data": "token"}
    update = {"update_id": 10, "callback_query": query}

    assert read(encoded(update)) == Message("42", None, press_token="token", language_hint=Language.ZH)
    assert press_id(update) == "555"
    assert press_id(message(text="x")) == ""


def test_a_press_in_a_group_changes_nothing() -> None:
    query = {"id": "555", "from": PERSON, "message": {"message_id": 5, "chat": GROUP}, "data": "token"}

    assert read(encoded({"update_id": 10, "callback_query": query})).press_token == ""


def test_a_group_is_not_talked_to() -> None:
    got = read(encoded(message(GROUP, text="/start")))

    assert (got.sender, got.event) == ("-77", None)


def test_a_group_that_moved_names_its_new_address() -> None:
    got = read(encoded(message(GROUP, migrate_to_chat_id=-1001234567890)))

    assert (got.sender, got.migrated_to) == ("-77", "-1001234567890")


def test_an_edited_message_says_nothing() -> None:
    update = {"update_id": 3, "edited_message": message(text="李四")["message"]}

    assert read(encoded(update)) == Message("42", None)


@pytest.mark.parametrize(("status", "blocked"), [("kicked", True), ("member", False), ("restricted", None)])
def test_stopping_and_restarting_the_bot_is_told(status: str, blocked: bool | None) -> None:
    change = {"chat": CHAT, "from": PERSON, "date": 0, "new_chat_member": {"user": PERSON, "status": status}}

    assert read(encoded({"update_id": 4, "my_chat_member": change})).blocked is blocked


def test_an_arrival_is_named_by_update_id_and_chat() -> None:
    payload = encoded(message(text="张三"))
    update = parsed(payload)
    assert update is not None

    found = arrival(update, payload)

    assert found is not None
    assert (found.channel, found.external_id, found.sender) == (ChannelName.TELEGRAM, "9", "42")
    assert found.payload == payload


def test_an_update_that_names_nobody_does_not_arrive() -> None:
    assert arrival({"update_id": 1, "poll": {"id": "1"}}, b"{}") is None


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"[]", b"7", b'"x"', b"null", b"\xff\xfe", b"{}", b'{"update_id": "1"}', b"[" * 100_000, b"9" * 5_000],
)
def test_what_is_no_update_is_not_parsed(payload: bytes) -> None:
    assert parsed(payload) is None
    assert read(payload) == Message("", None)


NAMES = ["chat", "from", "id", "type", "text", "contact", "phone_number", "user_id", "photo", "document", "file_id"]
NAMES += ["data", "message", "width", "height", "caption", "file_size", "file_name", "status", "new_chat_member"]
NAMES += ["language_code", "migrate_to_chat_id", "media_group_id", "sticker"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just("private"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["update_id", "message", "callback_query", "my_chat_member", "edited_message", "poll"]),
        JSON,
        max_size=4,
    )
)
def test_no_payload_makes_reading_raise(update: dict[str, Any]) -> None:
    payload = encoded(update)

    got = read(payload)

    assert isinstance(got.sender, str)
    if isinstance(got.event, Typed):
        got.event.text.encode()
    if (found := parsed(payload)) is not None:
        arrival(found, payload)


@given(st.binary(max_size=300))
def test_no_bytes_make_reading_raise(payload: bytes) -> None:
    assert read(payload).sender is not None


@given(st.text(alphabet="ab张 /@1", min_size=1, max_size=40))
def test_words_read_the_same_as_by_python_telegram_bot(text: str) -> None:
    update = message(text=text)
    theirs = Update.de_json(update, None)
    assert theirs is not None
    assert theirs.message is not None

    event = read(encoded(update)).event

    if isinstance(event, Typed):
        assert event.text == theirs.message.text
    else:
        assert isinstance(event, Commanded)
        assert text.startswith(f"/{event.name}")
