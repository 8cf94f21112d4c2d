"""A card in words: what all channels show of it, before each draws it its own way."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dialogs.cards import Card, Line
from dialogs.texts import Catalogue, catalogue
from domain.vocabulary import Language

_SENTENCE_END = re.compile(r"[。！？!?；;…]+[”’」』）)\"]*\s*|\.\s+|\n+")
_PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice as words; `url` opens a page instead of answering."""

    id: str
    label: str
    minor: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A card in one language. `options` stand in the order to show them: answers first, minor ones last."""

    text: str
    options: tuple[Option, ...] = ()
    progress: str = ""

    @property
    def headed_text(self) -> str:
        """The text with the progress before it, for channels that have no place of its own for it."""
        return f"{self.progress}{self.text}" if self.text else self.progress


def render(card: Card, language: Language, texts: Catalogue | None = None) -> Rendered:
    """The card's words in that language; lines of one section stand close, sections are apart by a blank line."""
    texts = texts or catalogue()
    options = [
        Option(id=choice.id, label=texts.say(choice.label, language), minor=choice.minor, url=choice.url)
        for choice in card.choices
    ]
    options.sort(key=lambda option: option.minor)
    words = _words(card, language, texts)
    return Rendered(text=words.text, options=tuple(options), progress=words.progress)


def split(card: Card, language: Language, fits: Callable[[str], bool], texts: Catalogue | None = None) -> list[Card]:
    """The card as several that each fit one message, cut at sentences; [card] where it fits as it is.

    Progress heads the first part; choices, attachments and the binding to the question go with the last.
    `fits` says whether a text, progress included, fits one message of the channel.
    """
    rendered = _words(card, language, texts or catalogue())
    if fits(rendered.headed_text):
        return [card]
    words = split_text(rendered.text, lambda part: fits(rendered.progress + part))
    parts = [Card(lines=(Line(key=_PLAIN, args={"text": part}),)) for part in words]
    last = card.model_copy(update={"lines": parts[-1].lines, "progress": None})
    first = parts[0].model_copy(update={"progress": card.progress})
    return [first, *parts[1:-1], last]


def _words(card: Card, language: Language, texts: Catalogue) -> Rendered:
    """The card without its choices."""
    progress = ""
    if card.progress:
        step = Line(key="progress.step", args={"at": card.progress.at, "of": card.progress.of})
        progress = texts.say(step, language)
    return Rendered(text=_joined(card.lines, language, texts), progress=progress)


def split_text(text: str, fits: Callable[[str], bool]) -> list[str]:
    """The text in parts that fit, each as long as whole sentences allow; a sentence too long alone is cut.

    Nothing but white space at the cuts is left out.
    """
    parts: list[str] = []
    held = ""
    for sentence in _sentences(text):
        if fits((held + sentence).strip()):
            held += sentence
            continue
        if held.strip():
            parts.append(held.strip())
        held = sentence
        while not fits(held.strip()):
            cut = _longest_prefix(held, fits)
            parts.append(held[:cut].strip())
            held = held[cut:]
    if held.strip() or not parts:
        parts.append(held.strip())
    return [part for part in parts if part] or [""]


def _sentences(text: str) -> Iterator[str]:
    at = 0
    for end in _SENTENCE_END.finditer(text):
        yield text[at : end.end()]
        at = end.end()
    if at < len(text):
        yield text[at:]


def _longest_prefix(text: str, fits: Callable[[str], bool]) -> int:
    """How many characters of it fit, at least one; moved back to a space where one is near."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle]):
            low = middle
        else:
            high = middle - 1
    space = text.rfind(" ", low // 2, low)
    return space + 1 if space > 0 else low


def _joined(lines: tuple[Line, ...], language: Language, texts: Catalogue) -> str:
    text = ""
    previous = ""
    for line in lines:
        said = texts.say(line, language)
        if not said:
            continue
        section = line.key.rpartition(".")[0]
        if text:
            text += "\n" if section == previous else "\n\n"
        text += said
        previous = section
    return text
