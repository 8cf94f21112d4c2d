import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat_xml import UnreadableError, encrypted_reply, fields, speakable, text_reply

BOMB = b'<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
OUTSIDE = b'<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>'


def test_the_elements_are_read() -> None:
    document = "<xml><Content><![CDATA[你好]]></Content><MsgId>7</MsgId><Empty/></xml>".encode()

    assert fields(document) == {"Content": "你好", "MsgId": "7", "Empty": ""}


def test_of_two_the_first_counts_and_nested_ones_do_not() -> None:
    document = b"<xml><A>1</A><A>2</A><ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo></xml>"

    assert fields(document) == {"A": "1"}


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{}",
        b"<xml>",
        b"<xml><Content>cut of",
        b"<html></html>",
        b"<?xml version='1.0' encoding='nonsense'?><xml/>",
        b"<xml>\xff\xfe</xml>",
        b"<xml><Content>\x00</Content></xml>",
        b"<!DOCTYPE xml><xml/>",
        b"<xml>&nothing;</xml>",
        BOMB,
        OUTSIDE,
    ],
)
def test_anything_else_is_unreadable(document: bytes) -> None:
    with pytest.raises(UnreadableError):
        fields(document)


@given(st.binary(max_size=200))
def test_noise_is_unreadable(noise: bytes) -> None:
    with pytest.raises(UnreadableError):
        fields(noise)


@given(st.text())
def test_any_text_survives_a_reply_but_for_what_xml_cannot_hold(text: str) -> None:
    reply = fromstring(text_reply("o1", "gh_1", 1_700_000_000, text))

    # A reader turns a carriage return into a line feed (XML 1.0, 2.11).
    assert reply.findtext("Content") == speakable(text).replace("\r\n", "\n").replace("\r", "\n")
    assert reply.findtext("ToUserName") == "o1"
    assert reply.findtext("CreateTime") == "1700000000"


@pytest.mark.parametrize("text", ["]]>", "]]]>", "a]]>b]]>c", "]]", ">", "<![CDATA[", "]]&gt;"])
def test_the_end_of_a_section_does_not_end_the_text(text: str) -> None:
    assert fromstring(text_reply("o1", "gh_1", 1, text)).findtext("Content") == text


def test_the_envelope_of_a_reply() -> None:
    reply = fromstring(encrypted_reply("abc==", "0f", 1, "n"))

    assert [element.tag for element in reply] == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    assert reply.findtext("Encrypt") == "abc=="
