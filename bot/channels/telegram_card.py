"""Cards as Telegram shows them: plain text and a keyboard."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import east_asian_width
from urllib.parse import urlsplit

from bot.channels.telegram_limits import CAPTION_UNITS, TEXT_UNITS, text_units
from dialogs.cards import Card, Line
from dialogs.press import Press, option_code, seal, subject_code
from dialogs.rendering import Option, Rendered, render, split
from dialogs.texts import catalogue
from domain.vocabulary import Language

Markup = dict[str, object]

_ROW_WIDTHS = ((3, 8), (2, 16))
"""So many buttons stand in a row where each label takes at most so many columns (a Chinese character takes two);
what fits a phone of 360 points beside each other without being cut."""
_SHARE = Line(key="telegram.share_contact")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A message as the Bot API takes it. The text goes without parse mode, so that nothing in it means anything."""

    text: str
    markup: Markup | None

    @property
    def inline(self) -> Markup | None:
        """The keyboard where it belongs to the message itself: what an edit may carry (manual, editMessageText)."""
        return self.markup if self.markup and "inline_keyboard" in self.markup else None


def draw(card: Card, language: Language, conversation: str, key: bytes) -> Drawing:
    """The card's message; `conversation` (16 hexadecimal digits) and `key` go into the buttons' tokens."""
    rendered = render(card, language)
    if card.ask_contact:
        return Drawing(rendered.headed_text, _contact_keyboard(rendered, language))
    pages = [option for option in rendered.options if option.url and not _is_public(option.url)]
    text = "\n".join([rendered.headed_text, *(f"{page.label}: {page.url}" for page in pages)])
    options = [option for option in rendered.options if option not in pages]
    if not options:
        # Takes the share-my-number keyboard away, should it still be there; otherwise changes nothing.
        return Drawing(text, {"remove_keyboard": True})
    subject, sender = subject_code(card.subject), bytes.fromhex(conversation)

    def button(option: Option) -> Markup:
        if option.url:
            return {"text": option.label, "url": option.url}
        press = Press(sender, subject, card.opening, option_code(option.id))
        return {"text": option.label, "callback_data": seal(press, key)}

    return Drawing(text, {"inline_keyboard": [[button(option) for option in row] for row in rows(options)]})


def parts(card: Card, language: Language) -> list[Card]:
    """The card as several that each fit a message: one outbox row each, so that each is sent exactly once."""
    if card.document is None:
        return split(card, language, lambda text: text_units(text) <= TEXT_UNITS)
    if text_units(render(card, language).headed_text) <= CAPTION_UNITS:
        return [card]
    words = card.model_copy(update={"document": None, "choices": (), "ask_contact": False})
    return [*parts(words, language), card.model_copy(update={"lines": (), "progress": None})]


def rows(options: Sequence[Option]) -> Iterator[list[Option]]:
    """The options in rows: short labels two or three beside each other, long ones alone, minor ones apart."""
    answers = [option for option in options if not option.minor]
    for group in (answers, [option for option in options if option.minor]):
        row: list[Option] = []
        for option in group:
            if row and not _fits_beside([*row, option]):
                yield row
                row = []
            row.append(option)
        if row:
            yield row


def _fits_beside(row: Iterable[Option]) -> bool:
    widths = [_columns(option.label) for option in row]
    return any(len(widths) <= count and max(widths) <= width for count, width in _ROW_WIDTHS)


@lru_cache(maxsize=1024)
def _columns(label: str) -> int:
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in label)


def _contact_keyboard(rendered: Rendered, language: Language) -> Markup:
    """The share-my-number button. A message holds one keyboard, so the choices are put as words to send: typed
    labels are answers too.
    """
    share: list[Markup] = [{"text": catalogue().say(_SHARE, language), "request_contact": True}]
    words = [[{"text": option.label} for option in row] for row in rows(rendered.options)]
    return {"keyboard": [share, *words], "one_time_keyboard": True, "resize_keyboard": True}


def _is_public(url: str) -> bool:
    """Whether Telegram takes it on a button: it refuses hosts that are no domain (BUTTON_URL_INVALID)."""
    host = urlsplit(url).hostname or ""
    return "." in host and not host.replace(".", "").isdigit()
