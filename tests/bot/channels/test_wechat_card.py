"""Drawing: never over 2,048 bytes, nothing lost, every choice numbered."""

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat_card import Letter, Pen, draw, fits, menu_message, one_reply, parts, summary
from bot.channels.wechat_options import Choices
from bot.channels.wechat_xml import speakable
from dialogs.cards import Card, Choice, Document, Input, Line, Progress
from dialogs.press import option_code, subject_code, unseal
from dialogs.rendering import render
from domain.vocabulary import Language

KEY = b"k" * 32
LETTER = Letter("o" * 28, "0123456789abcdef", Language.ZH)


def file_link(address: str, reference: str) -> str:
    return f"https://hurentong.example/wechat/file/{'t' * 110}"


PEN = Pen(key=KEY, file_link=file_link, file_minutes=60)
LINKS = replace(PEN, choices=Choices.LINKS)
MENU = replace(PEN, choices=Choices.MENU)
FILE = Document(reference="r1", name="附件3.xlsx", media_type="application/vnd.ms-excel")


def plain(text: str) -> Line:
    return Line(key="plain", args={"text": text})


def choices(*labels: str, minor: tuple[str, ...] = (), urls: dict[str, str] | None = None) -> tuple[Choice, ...]:
    return tuple(
        Choice(id=label, label=plain(label), minor=label in minor, url=(urls or {}).get(label, "")) for label in labels
    )


TEXTS = st.text(st.characters(codec="utf8", exclude_categories=("Cs",)), max_size=1500)
LABELS = st.lists(st.text(min_size=1, max_size=60), max_size=60, unique=True)
CARDS = st.builds(
    Card,
    lines=st.lists(TEXTS.map(plain), max_size=4).map(tuple),
    choices=LABELS.map(lambda labels: choices(*labels)),
    subject=st.just("q"),
    progress=st.none() | st.builds(Progress, at=st.integers(1, 30), of=st.integers(1, 30)),
    input=st.sampled_from(Input),
    document=st.none() | st.just(FILE),
)


def squeezed(text: str) -> str:
    """Without white space, which may go at a cut, and with `<` as it is shown."""
    return "".join(speakable(text).replace("＜", "<").split())


@given(CARDS, st.sampled_from([PEN, LINKS]), st.sampled_from(Language))
@settings(max_examples=150, deadline=None)
def test_no_message_is_too_long_and_nothing_is_lost(card: Card, pen: Pen, language: Language) -> None:
    letter = replace(LETTER, language=language)
    messages = [draw(part, letter, pen) for part in parts(card, letter, pen)]

    assert all(fits(message) for message in messages)
    shown = squeezed(re.sub(r"</?a\b[^>]*>", "", "\n".join(messages)))
    rendered = render(card, language)
    assert squeezed(rendered.headed_text) in shown
    assert all(squeezed(option.label) in shown for option in rendered.options)
    if card.document:
        assert FILE.name in shown
        assert squeezed(file_link("", "")) in shown


@given(CARDS)
@settings(max_examples=100, deadline=None)
def test_parts_of_parts_are_themselves(card: Card) -> None:
    cut = parts(card, LETTER, PEN)

    assert [parts(part, LETTER, PEN) for part in cut] == [[part] for part in cut]
    assert cut[-1].document == card.document


def test_choices_are_numbered_the_minor_ones_too() -> None:
    card = Card(lines=(plain("学历？"),), choices=choices("返回", "本科", "硕士", minor=("返回",)), subject="degree")

    assert draw(card, LETTER, PEN) == "学历？\n\n1. 本科\n2. 硕士\n3. 返回"


def test_where_a_figure_is_the_answer_the_ways_are_words() -> None:
    card = Card(lines=(plain("几年？"),), choices=choices("返回", minor=("返回",)), input=Input.NUMBER)

    assert draw(card, LETTER, PEN) == "几年？\n\n也可回复：“返回”"
    assert draw(card, replace(LETTER, language=Language.EN), PEN) == "几年？\n\nYou may also reply: “返回”"


def test_the_progress_heads_the_text() -> None:
    card = Card(lines=(plain("姓名？"),), progress=Progress(at=2, of=18))

    assert draw(card, LETTER, PEN).startswith("「2/18」")


def test_a_page_is_shown_with_its_address() -> None:
    card = Card(lines=(plain("看"),), choices=choices("网页", "否", urls={"网页": "https://x.example/a"}))

    assert draw(card, LETTER, PEN) == "看\n\n1. 网页：https://x.example/a\n2. 否"


def test_a_file_is_a_link_that_says_how_long_it_works() -> None:
    card = Card(lines=(plain("好了。"),), document=FILE)
    text = draw(card, LETTER, PEN)

    assert "附件3.xlsx" in text
    assert "60 分钟" in text
    assert file_link("", "") in text


def test_links_carry_words_and_token() -> None:
    card = Card(lines=(plain("对吗？"),), choices=choices("是 & 否", "否"), subject="sure", opening=4)
    found = re.findall(r"msgmenucontent=([^&]*)&msgmenuid=([^\"]*)\">([^<]*)</a>", draw(card, LETTER, LINKS))

    assert [(unquote(words), shown) for words, _, shown in found] == [("是 & 否", "1. 是 & 否"), ("否", "2. 否")]
    press = unseal(found[0][1], KEY)
    assert press is not None
    assert (press.conversation.hex(), press.subject, press.opening, press.option) == (
        LETTER.conversation,
        subject_code("sure"),
        4,
        option_code("是 & 否"),
    )


def test_links_give_way_to_numbers_where_there_is_no_room() -> None:
    card = Card(lines=(plain("字" * 400),), choices=choices(*(f"选项{number}" for number in range(12))))

    assert "<a" not in draw(card, LETTER, LINKS)


@pytest.mark.parametrize("words", ['<a href="https://evil.example">点我</a>', "<A HREF=x>", "</a>", "<a\nhref=x>"])
def test_what_somebody_wrote_makes_no_link(words: str) -> None:
    card = Card(lines=(plain(words),), choices=choices(words))

    assert not re.search(r"</?a[\s>]", draw(card, LETTER, PEN), re.IGNORECASE)


def test_a_menu_message_numbers_its_choices_too() -> None:
    card = Card(lines=(plain("学历？"),), choices=choices("本科", "硕士"), subject="degree")
    made = menu_message(card, LETTER, MENU)

    assert made is not None
    assert made["head_content"] == "学历？\n"
    assert [each["content"] for each in made["list"]] == ["1. 本科", "2. 硕士"]  # type: ignore[attr-defined]
    assert menu_message(card, LETTER, PEN) is None
    assert menu_message(Card(lines=(plain("好"),)), LETTER, MENU) is None


def test_one_reply_takes_cards_until_one_asks() -> None:
    said, asked = Card(lines=(plain("好。"),)), Card(lines=(plain("几？"),), choices=choices("一"))
    drawn = [(card, draw(card, LETTER, PEN)) for card in (said, asked, said)]

    assert one_reply(drawn) == ("好。\n\n几？\n\n1. 一", 2)
    assert one_reply([]) == ("", 0)
    assert one_reply([(said, "字" * 683)]) == ("", 0)
    assert one_reply([(said, "字" * 682), (said, "好")]) == ("字" * 682, 1)


def test_a_summary_is_one_line() -> None:
    assert summary(Card(lines=(plain("宣讲会\n改到明天"), plain("请参加"))), Language.ZH) == "宣讲会 改到明天 请参加"
