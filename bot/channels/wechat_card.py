"""Cards as WeChat shows them: text with numbered choices, within 2,048 bytes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from bot.channels.wechat_limits import TEXT_BYTES, text_bytes
from bot.channels.wechat_options import Choices
from bot.channels.wechat_xml import speakable
from dialogs.cards import Card, Line
from dialogs.press import Press, option_code, seal, subject_code
from dialogs.rendering import Option, Rendered, render, split, split_text
from dialogs.texts import catalogue
from domain.vocabulary import Language

_LINK = re.compile(r"<(?=/?a[\s/>])", re.IGNORECASE)
"""WeChat makes links of `<a href=…>` in any text: in words that somebody else wrote it must not."""
_ASCII = re.compile(r"[\x00-\x7f]")
"""What is written with % in a link's words; Chinese stands as it is, at a third of the bytes."""
_NAME_CHARACTERS = 120
_TAIL_SHARE = 2
"""Choices that need more than this share of a message are put as words of their own."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What drawing depends on beside the card. `file_link` makes a download link of (address, reference)."""

    key: bytes
    file_link: Callable[[str, str], str]
    file_minutes: int
    choices: Choices = Choices.NUMBERS


@dataclass(frozen=True, slots=True)
class Letter:
    """Whom a card goes to, which its links and tokens depend on."""

    address: str
    conversation: str
    language: Language


def draw(card: Card, letter: Letter, pen: Pen) -> str:
    """The card as one text, which may be too long; tappable where the pen says so and the message has room for it."""
    if pen.choices is Choices.LINKS:
        text = _whole(card, letter, pen)
        if text_bytes(text) <= TEXT_BYTES:
            return text
    return _whole(card, letter, replace(pen, choices=Choices.NUMBERS))


def fits(text: str) -> bool:
    """Whether one message holds it."""
    return text_bytes(text) <= TEXT_BYTES


def parts(card: Card, letter: Letter, pen: Pen) -> list[Card]:
    """The card as several that each fit a message: one outbox row each, so that each is sent exactly once.

    Choices stay with the last part; where they are too many for it they become numbered words.
    """
    plain = replace(pen, choices=Choices.NUMBERS)
    if fits(_whole(card, letter, plain)):
        return [card]
    rendered = render(card, letter.language)
    tail = text_bytes("\n\n" + _tail(card, rendered, letter, plain))
    if tail <= TEXT_BYTES // _TAIL_SHARE:
        return split(card, letter.language, lambda text: text_bytes(_harmless(text)) + tail <= TEXT_BYTES)
    file = [card.model_copy(update={"lines": (), "choices": (), "progress": None})] if card.document else []
    words = _whole(card.model_copy(update={"document": None}), letter, plain)
    texts = [Card(lines=(Line(key="plain", args={"text": part}),)) for part in split_text(words, fits)]
    last = texts[-1].model_copy(update={"subject": card.subject, "opening": card.opening})
    return [*texts[:-1], last, *file]


def menu_message(card: Card, letter: Letter, pen: Pen) -> dict[str, object] | None:
    """The card as a menu message; None where it is none, or does not fit."""
    if pen.choices is not Choices.MENU or not card.choices or card.document is not None:
        return None
    rendered = render(card, letter.language)
    if any(option.url for option in rendered.options) or not fits(_whole(card, letter, pen)):
        return None
    listed = [
        {"id": _token(card, option, letter, pen), "content": _option_line(number, option, letter.language)}
        for number, option in enumerate(rendered.options, 1)
    ]
    return {"head_content": _harmless(rendered.headed_text) + "\n", "list": listed, "tail_content": ""}


def one_reply(texts: Sequence[tuple[Card, str]]) -> tuple[str, int]:
    """How many of the cards, from the first on, go into one message, and that message.

    After a card with choices nothing follows in it: its numbers are what the person is to answer.
    """
    reply, taken = "", 0
    for card, text in texts:
        longer = f"{reply}\n\n{text}" if reply else text
        if not fits(longer):
            break
        reply, taken = longer, taken + 1
        if card.choices:
            break
    return reply, taken


def summary(card: Card, language: Language) -> str:
    """The card's words on one line, for a template message's field."""
    return " ".join(render(card, language).text.split())


def _whole(card: Card, letter: Letter, pen: Pen) -> str:
    rendered = render(card, letter.language)
    tail = _tail(card, rendered, letter, pen)
    return "\n\n".join(part for part in (_harmless(rendered.headed_text), tail) if part)


def _tail(card: Card, rendered: Rendered, letter: Letter, pen: Pen) -> str:
    """What stands below the text: the file's link, then the choices."""
    lines: list[str] = []
    if card.document is not None:
        args: dict[str, str | int | float | Line] = {
            "name": _harmless(card.document.name[:_NAME_CHARACTERS]),
            "minutes": pen.file_minutes,
            "url": pen.file_link(letter.address, card.document.reference),
        }
        lines.append(catalogue().say(Line(key="wechat.file", args=args), letter.language))
    if card.choices:
        lines.append(_options(card, rendered, letter, pen))
    return "\n\n".join(lines)


def _options(card: Card, rendered: Rendered, letter: Letter, pen: Pen) -> str:
    if card.numbered:
        return "\n".join(
            _tappable(_option_line(number, option, letter.language), card, option, letter, pen)
            for number, option in enumerate(rendered.options, 1)
        )
    # Where a figure is the answer a number chooses nothing: the ways are offered as words.
    texts, language = catalogue(), letter.language
    pages = [_page(option, language) for option in rendered.options if option.url]
    words = [
        _tappable(_said(Line(key="wechat.word", args={"label": option.label}), language), card, option, letter, pen)
        for option in rendered.options
        if not option.url
    ]
    if words:
        joined = ("、" if language is Language.ZH else ", ").join(words)
        pages.append(texts.say(Line(key="wechat.or_words", args={"words": joined}), language))
    return "\n".join(pages)


def _option_line(number: int, option: Option, language: Language) -> str:
    args: dict[str, str | int | float | Line] = {"number": number, "label": option.label}
    if option.url:
        return _said(Line(key="wechat.option_page", args=args | {"url": option.url}), language)
    return _said(Line(key="wechat.option", args=args), language)


def _page(option: Option, language: Language) -> str:
    return _said(Line(key="wechat.page", args={"label": option.label, "url": option.url}), language)


def _tappable(text: str, card: Card, option: Option, letter: Letter, pen: Pen) -> str:
    if pen.choices is not Choices.LINKS or option.url:
        return text
    content, token = _ASCII.sub(_percent, option.label), _token(card, option, letter, pen)
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid={token}">{text}</a>'


def _percent(found: re.Match[str]) -> str:
    return quote(found[0], safe="")


def _token(card: Card, option: Option, letter: Letter, pen: Pen) -> str:
    press = Press(bytes.fromhex(letter.conversation), subject_code(card.subject), card.opening, option_code(option.id))
    return seal(press, pen.key)


def _said(line: Line, language: Language) -> str:
    return _harmless(catalogue().say(line, language))


def _harmless(text: str) -> str:
    return _LINK.sub("＜", speakable(text))
