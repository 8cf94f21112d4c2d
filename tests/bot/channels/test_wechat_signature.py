from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat_signature import ForgedError, Seals, signature
from tests.peers.wechat_seal import sha1_of

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
WORDS = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=40)


def query(token: str = "weixin", at: datetime = NOW, nonce: str = "1320562132", **more: str) -> dict[str, str]:  # noqa: S107
    timestamp = str(int(at.timestamp()))
    return {"timestamp": timestamp, "nonce": nonce, "signature": signature(token, timestamp, nonce), **more}


def test_the_known_vectors() -> None:
    # Published with other open clients of the platform; that of an encrypted message stands in test_wechat_envelope.
    assert signature("test", "1410685589", "test") == "f21891de399b4e33a1a93c9a7b8a8fffb5a443ff"
    assert signature("b", "a", "c") == "a9993e364706816aba3e25717850c26c9cd0d89d"  # SHA-1 of abc, FIPS 180


@given(WORDS, WORDS, WORDS, WORDS)
def test_it_is_what_another_implementation_makes(token: str, timestamp: str, nonce: str, encrypted: str) -> None:
    assert signature(token, timestamp, nonce, encrypted) == sha1_of(token, timestamp, nonce, encrypted)


def test_a_genuine_request_passes() -> None:
    Seals(["weixin"]).check(query(), NOW)


def test_the_token_before_is_taken_while_it_is_replaced() -> None:
    seals = Seals(["new", "old"])

    seals.check(query("old"), NOW)
    seals.check(query("new"), NOW)
    with pytest.raises(ForgedError):
        seals.check(query("older"), NOW)


@pytest.mark.parametrize("seconds", [301, -301, 86_400])
def test_a_request_of_another_time_is_refused(seconds: int) -> None:
    with pytest.raises(ForgedError, match="five minutes"):
        Seals(["weixin"]).check(query(), NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [300, -300])
def test_five_minutes_either_way_are_taken(seconds: int) -> None:
    Seals(["weixin"]).check(query(), NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": ""},
        {"signature": "0" * 40},
        {"signature": "签名"},
        {"signature": "\udc80"},
        {"nonce": ""},
        {"nonce": "1320562133"},
        {"nonce": "9" * 65},
        {"timestamp": ""},
        {"timestamp": "１４１０７７８０１８"},
        {"timestamp": "-1"},
        {"timestamp": "1e9"},
        {"timestamp": "9" * 13},
    ],
)
def test_anything_else_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(ForgedError):
        Seals(["weixin"]).check(query() | changed, NOW)


@given(st.dictionaries(st.sampled_from(["signature", "timestamp", "nonce", "msg_signature"]), st.text(max_size=70)))
def test_no_guess_passes(guess: dict[str, str]) -> None:
    seals = Seals(["weixin"])
    for check in (lambda: seals.check(guess, NOW), lambda: seals.check_encrypted(guess, "x", NOW)):
        with pytest.raises(ForgedError):
            check()


def test_the_signature_of_the_encrypted_message_covers_it() -> None:
    seals, said = Seals(["weixin"]), query()
    said["msg_signature"] = signature("weixin", said["timestamp"], said["nonce"], "secret")

    seals.check_encrypted(said, "secret", NOW)
    with pytest.raises(ForgedError):
        seals.check_encrypted(said, "secreT", NOW)


def test_both_signatures_are_checked_where_both_are_given() -> None:
    said = query()
    said["msg_signature"] = signature("weixin", said["timestamp"], said["nonce"], "secret")

    with pytest.raises(ForgedError):
        Seals(["weixin"]).check_encrypted(said | {"signature": "0" * 40}, "secret", NOW)


def test_a_signature_serves_one_plain_body_only() -> None:
    seals, said = Seals(["weixin"]), query()

    seals.check_body(said, b"one")
    seals.check_body(said, b"one")  # delivered again
    with pytest.raises(ForgedError):
        seals.check_body(said, b"another")
