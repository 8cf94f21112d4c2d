"""HTML as Telegram reads it: the byte offsets and wordings of TDLib's parser."""

import pytest

from tests.peers.telegram_entities import found_entities, parse_html, trimmed, utf16_length
from tests.peers.telegram_errors import ApiError


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("工程&lt;<b", "Unclosed start tag at byte offset 10"),
        ("工程&lt;<sub>x</sub>", 'Unsupported start tag "sub" at byte offset 10'),
        ("工程 <wang@example.com>", 'Unsupported start tag "wang@example.com" at byte offset 7'),
        ("工程<i =x>", 'Empty attribute name in the tag "i" at byte offset 6'),
        ("工程<i x>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("工程<i x = ", 'Unclosed start tag "i" at byte offset 6'),
        ("工程<i x=1,>", "Unexpected end of name token at byte offset 11"),
        ('工程<i x="1>', "Unclosed start tag at byte offset 6"),
        ("工程</b>", "Unexpected end tag at byte offset 6"),
        ("工程<i>a</i ", "Unclosed end tag at byte offset 10"),
        ("工程<i>a</b>", 'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'),
        ("工程<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 6'),
        (
            "&#xD800;",
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
        ),
    ],
)
def test_a_mistake_in_html_is_named_as_telegram_names_it(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)

    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("完全一样", "完全一样", []),
        ("&lt;5 &amp; &ge; &#9733;", "<5 & &ge; ★", []),
        ("👍<b>好</b>", "👍好", [{"type": "bold", "offset": 2, "length": 1}]),
        ("<b></b>", "", []),
        (
            "<i>a<b>👍</b></i>",
            "a👍",
            [{"type": "italic", "offset": 0, "length": 3}, {"type": "bold", "offset": 1, "length": 2}],
        ),
        (
            "<a href='https://example.org/?a=1&amp;b=2'>表</a>",
            "表",
            [{"type": "text_link", "offset": 0, "length": 1, "url": "https://example.org/?a=1&b=2"}],
        ),
        (
            "<a href=example.org>表</>",
            "表",
            [{"type": "text_link", "offset": 0, "length": 1, "url": "http://example.org/"}],
        ),
        ("<a href='no link'>表</a>", "表", []),
        ("<blockquote expandable>a</blockquote>", "a", [{"type": "expandable_blockquote", "offset": 0, "length": 1}]),
    ],
)
def test_html_becomes_text_and_entities_in_utf16_units(
    source: str, text: str, entities: list[dict[str, object]]
) -> None:
    assert parse_html(source) == (text, entities)


def test_an_emoji_is_two_units_and_a_chinese_character_one() -> None:
    assert (utf16_length("a"), utf16_length("工"), utf16_length("👍")) == (1, 1, 2)


def test_white_space_is_cut_off_and_entities_move() -> None:
    bold = {"type": "bold", "offset": 0, "length": 5}

    assert trimmed("  👍工 ", [bold]) == ("👍工", [{"type": "bold", "offset": 0, "length": 3}])


def test_commands_and_links_are_found_in_plain_text() -> None:
    found = [
        (entity["type"], entity["offset"], entity["length"]) for entity in found_entities("好 /start 与 https://a.cn/x")
    ]

    assert found == [("bot_command", 2, 6), ("url", 11, 14)]
