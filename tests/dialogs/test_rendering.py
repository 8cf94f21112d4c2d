import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.cards import Card, Choice, Document, Line, Progress
from dialogs.rendering import Option, render, split, split_text
from dialogs.texts import Catalogue, Text
from domain.vocabulary import Language

TEXTS = Catalogue(
    {
        "plain": Text(zh="{text}", en="{text}"),
        "name.ask": Text(zh="请问您的姓名？", en="What is your name?"),
        "name.hint": Text(zh="与护照一致。", en="As in your passport."),
        "verdict.met": Text(zh="条件符合。", en="You qualify."),
        "go.back": Text(zh="返回", en="Back"),
        "yes": Text(zh="是", en="Yes"),
        "progress.step": Text(zh="「{at}/{of}」", en="[{at}/{of}] "),
    }
)
NAME = Card(
    lines=(Line(key="verdict.met"), Line(key="name.ask"), Line(key="name.hint")),
    choices=(
        Choice(id="back", label=Line(key="go.back"), minor=True),
        Choice(id="yes", label=Line(key="yes"), url="https://example.org/"),
    ),
    subject="name",
    opening=4,
    progress=Progress(at=7, of=18),
)


def ten_at_most(text: str) -> bool:
    return len(text) <= 10


def words(text: str) -> Card:
    return Card(lines=(Line(key="plain", args={"text": text}),), subject="name", opening=4)


def test_lines_of_one_section_stand_close_and_sections_apart() -> None:
    assert render(NAME, Language.ZH, TEXTS).text == "条件符合。\n\n请问您的姓名？\n与护照一致。"


def test_progress_stands_at_the_head_in_either_language() -> None:
    assert render(NAME, Language.ZH, TEXTS).headed_text.startswith("「7/18」条件")
    assert render(NAME, Language.EN, TEXTS).headed_text.startswith("[7/18] You")


def test_minor_choices_come_after_the_answers() -> None:
    assert render(NAME, Language.EN, TEXTS).options == (
        Option(id="yes", label="Yes", url="https://example.org/"),
        Option(id="back", label="Back", minor=True),
    )


def test_an_empty_line_leaves_no_gap() -> None:
    card = Card(lines=(Line(key="plain", args={"text": ""}), Line(key="yes")))

    assert render(card, Language.ZH, TEXTS).text == "是"


def test_a_card_that_fits_is_not_split() -> None:
    assert split(NAME, Language.ZH, lambda _: True, TEXTS) == [NAME]


def test_parts_keep_progress_first_and_choices_last() -> None:
    card = words("一二三四。五六。九。").model_copy(
        update={"progress": NAME.progress, "choices": NAME.choices, "ask_contact": True}
    )

    parts = split(card, Language.ZH, lambda text: len(text) <= 11, TEXTS)

    shown = [render(part, Language.ZH, TEXTS) for part in parts]
    assert [each.headed_text for each in shown] == ["「7/18」一二三四。", "五六。九。"]
    assert [bool(part.choices) for part in parts] == [False, True]
    assert [part.ask_contact for part in parts] == [False, True]
    assert (parts[-1].subject, parts[-1].opening) == ("name", 4)


def test_a_document_goes_with_the_last_part() -> None:
    document = Document(reference="r", name="a.xlsx", media_type="application/xlsx")
    card = words("一二三四五六七八九。十一十二。").model_copy(update={"document": document})

    assert [part.document for part in split(card, Language.ZH, ten_at_most, TEXTS)] == [None, document]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("他说：“好。”再见。明天。", ["他说：“好。”再见。", "明天。"]),
        ("一二三四五\n六七八九十", ["一二三四五", "六七八九十"]),
        ("Yes it is. No it", ["Yes it is.", "No it"]),
        ("abcdefghijklm", ["abcdefghij", "klm"]),
        ("abcdefg hijklm", ["abcdefg", "hijklm"]),
        ("8.5年经验够吗", ["8.5年经验够吗"]),
        ("", [""]),
    ],
)
def test_texts_are_cut_where_sentences_end(text: str, parts: list[str]) -> None:
    assert split_text(text, ten_at_most) == parts


@given(st.text(alphabet="ab 。？\n.好😀", max_size=200))
def test_splitting_loses_nothing_but_white_space(text: str) -> None:
    parts = split_text(text, ten_at_most)

    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part) <= 10 for part in parts)
