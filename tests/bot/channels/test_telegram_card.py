import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup, KeyboardButton

from bot.channels.telegram_card import draw, parts, rows
from bot.channels.telegram_limits import CALLBACK_DATA_BYTES, CAPTION_UNITS, KEYBOARD_COLUMNS, TEXT_UNITS, text_units
from dialogs.cards import Card, Choice, Document, Line, Progress
from dialogs.press import Press, option_code, subject_code, unseal
from dialogs.rendering import Option, render
from domain.vocabulary import Language

KEY = b"k" * 32
CONVERSATION = "00ff" * 4
FILE = Document(reference="r", name="附件3.xlsx", media_type="application/octet-stream")


def plain(text: str) -> Line:
    return Line(key="plain", args={"text": text})


def choice(label: str, *, url: str = "", minor: bool = False) -> Choice:
    return Choice(id=label, label=plain(label), url=url, minor=minor)


def drawn(card: Card) -> dict[str, object]:
    markup = draw(card, Language.ZH, CONVERSATION, KEY).markup
    assert markup is not None
    return markup


def labels(*names: str) -> list[list[str]]:
    return [[option.label for option in row] for row in rows([Option(id=name, label=name) for name in names])]


def test_a_button_carries_the_sealed_press() -> None:
    card = Card(lines=(plain("学历？"),), choices=(choice("本科"),), subject="degree", opening=3)

    markup = InlineKeyboardMarkup.de_json(drawn(card), None)

    data = str(markup.inline_keyboard[0][0].callback_data)
    expected = Press(bytes.fromhex(CONVERSATION), subject_code("degree"), 3, option_code("本科"))
    assert unseal(data, KEY) == expected
    assert len(data.encode()) <= CALLBACK_DATA_BYTES


def test_progress_stands_before_the_words() -> None:
    card = Card(lines=(plain("学历？"),), progress=Progress(at=7, of=18))

    assert draw(card, Language.ZH, CONVERSATION, KEY).text == "「7/18」学历？"


def test_short_labels_share_a_row_and_long_ones_stand_alone() -> None:
    assert labels("是", "否") == [["是", "否"]]
    assert labels("本科", "硕士", "博士", "其他") == [["本科", "硕士", "博士"], ["其他"]]
    assert labels("缅甸联邦共和国", "新加坡共和国", "马来西亚") == [["缅甸联邦共和国", "新加坡共和国"], ["马来西亚"]]
    assert labels("工业与民用建筑工程技术领域", "是") == [["工业与民用建筑工程技术领域"], ["是"]]


@given(st.lists(st.tuples(st.text(min_size=1, max_size=30), st.booleans()), max_size=60))
def test_rows_hold_every_option_once_with_the_minor_ones_last(made: list[tuple[str, bool]]) -> None:
    options = [Option(id=str(at), label=label, minor=minor) for at, (label, minor) in enumerate(made)]

    laid = list(rows(options))

    flat = [option for row in laid for option in row]
    assert flat == sorted(options, key=lambda option: option.minor)
    assert all(0 < len(row) <= KEYBOARD_COLUMNS for row in laid)
    assert all(len({option.minor for option in row}) == 1 for row in laid)


def test_a_page_opens_from_a_button() -> None:
    card = Card(lines=(plain("x"),), choices=(choice("打开", url="https://hurentong.example.org/u/1"),))

    assert drawn(card) == {"inline_keyboard": [[{"text": "打开", "url": "https://hurentong.example.org/u/1"}]]}


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/u/1", "http://localhost:8000/u/1"])
def test_a_page_that_telegram_refuses_on_a_button_is_put_in_words(url: str) -> None:
    card = Card(lines=(plain("x"),), choices=(choice("打开", url=url),))

    assert draw(card, Language.ZH, CONVERSATION, KEY).text == f"x\n打开: {url}"
    assert drawn(card) == {"remove_keyboard": True}


def test_asking_for_the_number_offers_to_share_it_and_keeps_the_choices_as_words() -> None:
    card = Card(lines=(plain("手机？"),), choices=(choice("返回", minor=True),), ask_contact=True)

    raw: Any = drawn(card)

    share, back = (KeyboardButton.de_json(row[0], None) for row in raw["keyboard"])
    assert share.request_contact
    assert back.text == "返回"
    assert raw["one_time_keyboard"]
    assert draw(card, Language.ZH, CONVERSATION, KEY).inline is None


def test_a_card_without_choices_takes_the_keyboard_away() -> None:
    assert drawn(Card(lines=(plain("谢谢"),))) == {"remove_keyboard": True}


def test_a_short_card_is_one_message() -> None:
    card = Card(lines=(plain("学历？"),), choices=(choice("本科"),))

    assert parts(card, Language.ZH) == [card]


@given(st.text(alphabet="隧道施工。😀 \n", max_size=9_000), st.booleans())
def test_every_part_fits_one_message(text: str, with_file: bool) -> None:
    card = Card(
        lines=(plain(text),),
        progress=Progress(at=1, of=18),
        choices=(choice("是"),),
        document=FILE if with_file else None,
    )

    made = parts(card, Language.ZH)

    for part in made:
        limit = CAPTION_UNITS if part.document else TEXT_UNITS
        assert text_units(render(part, Language.ZH).headed_text) <= limit
    shown = "".join(render(part, Language.ZH).headed_text for part in made)
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", f"「1/18」{text}")
    assert [bool(part.choices) for part in made] == [False] * (len(made) - 1) + [True]
    assert [part.document for part in made if part.document] == ([FILE] if with_file else [])
