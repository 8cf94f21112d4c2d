"""A transcript as bubbles: what each entry says, which buttons still work, which answers can be changed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.channels.web import Post, command_in, said
from bot.store.states import InboxStatus, Kind
from bot.store.transcripts import Entry, Said, Shown, Transcript
from bot.web.blocks import Block, blocks
from dialogs.cards import Card, Line
from dialogs.events import Commanded
from dialogs.intake import INTAKE
from dialogs.press import Press, option_code, seal, subject_code, unseal
from dialogs.rendering import render
from dialogs.texts import catalogue
from domain.vocabulary import Language

STAMP_AFTER = timedelta(minutes=30)
"""A pause as long as this is marked with the time."""
Heard = tuple[Card, Language]
"""A card of the bot, in the language in which it was shown."""
_ANNOUNCED = ".started"
"""How the keys of texts end that announce a file (export.started, mydata.started)."""
_ANNOUNCED_FOR = timedelta(minutes=2)
"""How long the page looks out for what was announced; after that it arrives like any notice."""
_NAMED = 4
"""Own messages that are shown with the browser's name for them: more than can be under way at once."""
_LONG_LABEL = 12
"""Choices with a label longer than this many characters stand one below the other."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap: a form field's name and value, or a page to open."""

    label: str
    name: str
    value: str
    minor: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message as the page shows it. `key` is its element's id; `post` the browser's own name for it."""

    key: str
    mine: bool
    live: bool = False
    """It is the card that waits: answers that it lists can be changed from there."""
    notice: bool = False
    """It came by itself: its buttons work beside those of the question that waits."""
    blocks: tuple[Block, ...]
    at: datetime | None = None
    stamped: bool = False
    post: str = ""
    language: Language
    buttons: tuple[Button, ...] = ()
    stacked: bool = False
    document: str = ""
    document_name: str = ""
    edits: str = ""
    """The question that this answered, where it can be changed."""
    waiting: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """All bubbles, the card that waits for an answer, and how far the page has read."""

    bubbles: tuple[Bubble, ...]
    card: Card
    cursor: int
    waiting: bool
    """Something said has no answer yet, or the last card says that something is being made: more comes soon."""


class Bubbles:
    """Draws transcripts; `key` seals the buttons' tokens."""

    def __init__(self, key: bytes, now: Callable[[], datetime]) -> None:
        self._key = key
        self._now = now

    def view(self, transcript: Transcript, greeting: Card, language: Language) -> View:
        """The transcript with the greeting before it, unless its beginning is cut off."""
        entries = transcript.entries
        standing = _standing(entries)
        bubbles: list[Bubble] = []
        if not transcript.more:
            bubbles.append(self._greeting(greeting, language, live=not entries))
        heard: list[Heard] = [(greeting, language)]
        previous: datetime | None = None
        for at, entry in enumerate(entries):
            if isinstance(entry, Shown):
                live = entry is standing or (entry.kind is not Kind.REPLY and not self._pressed(entry, entries[at:]))
                bubble = self._shown(entry, transcript.conversation, live=live)
                heard.append((entry.card, entry.language))
            else:
                bubble = self._said(entry, heard, transcript.language)
            stamped = previous is None or entry.at - previous > STAMP_AFTER
            bubbles.append(replace(bubble, stamped=stamped))
            previous = entry.at
        card = standing.card if standing else greeting
        return View(
            bubbles=_lean(_changeable(bubbles, card)),
            card=card,
            cursor=max((each.id for each in entries if isinstance(each, Shown)), default=0),
            waiting=any(bubble.waiting for bubble in bubbles) or _announces(entries, self._now()),
        )

    def _greeting(self, card: Card, language: Language, *, live: bool) -> Bubble:
        # Nobody's yet: no conversation that a token could name, so its buttons say their words.
        options = render(card, language).options if live else ()
        return Bubble(
            key="hello",
            mine=False,
            blocks=tuple(blocks(card, language)),
            language=language,
            buttons=tuple(Button(each.label, "text", each.label, minor=each.minor) for each in options),
        )

    def _shown(self, entry: Shown, conversation: str, *, live: bool) -> Bubble:
        card = entry.card
        buttons = tuple(self._buttons(entry, conversation)) if live else ()
        return Bubble(
            key=f"o{entry.id}",
            mine=False,
            live=live,
            notice=entry.kind is not Kind.REPLY,
            blocks=tuple(blocks(card, entry.language)),
            at=entry.at,
            language=entry.language,
            buttons=buttons,
            stacked=any(len(each.label) > _LONG_LABEL for each in buttons),
            document=card.document.reference if card.document else "",
            document_name=card.document.name if card.document else "",
        )

    def _buttons(self, entry: Shown, conversation: str) -> Iterator[Button]:
        subject = subject_code(entry.card.subject)
        for option in render(entry.card, entry.language).options:
            press = Press(bytes.fromhex(conversation), subject, entry.card.opening, option_code(option.id))
            yield Button(option.label, "press", seal(press, self._key), minor=option.minor, url=option.url)

    def _said(self, entry: Said, heard: Sequence[Heard], language: Language) -> Bubble:
        text, subject = self._words(said(entry.payload) if entry.payload else None, heard, language)
        return Bubble(
            key=f"i{entry.id}",
            mine=True,
            blocks=(Block(text),),
            at=entry.at,
            post=entry.external_id.partition(":")[2],
            language=language,
            edits=subject if subject in INTAKE.by_id and INTAKE.by_id[subject].listed else "",
            waiting=entry.status is InboxStatus.WAITING,
            failed=entry.status is InboxStatus.FAILED,
        )

    def _words(self, post: Post | None, heard: Sequence[Heard], language: Language) -> tuple[str, str]:
        """What the person said, and the question that it answered ('' for a command or an old button)."""
        if post is None:
            return "…", ""
        if post.press:
            label, subject = _pressed_words(unseal(post.press, self._key), heard)
            return label or catalogue().say(Line(key="web.old_button"), language), subject
        if post.files:
            return f"{catalogue().say(Line(key='web.sent_file'), language)} {post.text}".strip(), ""
        command = command_in(post.text)
        if command is not None:
            return _command_words(command, post.text, language), ""
        return post.text, next((card.subject for card, _ in reversed(heard) if card.subject), "")

    def _pressed(self, notice: Shown, later: Sequence[Entry]) -> bool:
        """Whether one of a notice's buttons was pressed since."""
        wanted = (subject_code(notice.card.subject), notice.card.opening)
        for entry in later:
            post = said(entry.payload) if isinstance(entry, Said) and entry.payload else None
            press = unseal(post.press, self._key) if post and post.press else None
            if press is not None and (press.subject, press.opening) == wanted:
                return True
        return False


def _standing(entries: Sequence[Entry]) -> Shown | None:
    """The card that waits for an answer: the last reply that asks something."""
    asked = (each for each in reversed(entries) if isinstance(each, Shown) and each.kind is Kind.REPLY)
    return next((each for each in asked if each.card.subject), None)


def _announces(entries: Sequence[Entry], now: datetime) -> bool:
    """Whether the last card has just said: being made, will be sent."""
    last = entries[-1] if entries else None
    if not isinstance(last, Shown) or now - last.at > _ANNOUNCED_FOR:
        return False
    return any(line.key.endswith(_ANNOUNCED) for line in last.card.lines)


def _lean(bubbles: Sequence[Bubble]) -> tuple[Bubble, ...]:
    """Without the browser's names of messages that it has long since heard of: they do not compress."""
    recent = [each.key for each in bubbles if each.post][-_NAMED:]
    return tuple(each if each.key in recent or not each.post else replace(each, post="") for each in bubbles)


def _pressed_words(press: Press | None, cards: Sequence[Heard]) -> tuple[str, str]:
    """The label that was on the button, and the subject of its card, looked up in the cards before the press."""
    for card, language in reversed(cards):
        if press is None or (subject_code(card.subject), card.opening) != (press.subject, press.opening):
            continue
        for option in render(card, language).options:
            if option_code(option.id) == press.option:
                return option.label, card.subject
    return "", ""


def _command_words(command: Commanded, typed: str, language: Language) -> str:
    """What a menu entry says, where the command stands in the menu; a code is not shown again."""
    texts = catalogue()
    match command.name:
        case "join" if command.argument:
            return f"/join {texts.say(Line(key='web.hidden_code'), language)}"
        case "edit" if command.argument in INTAKE.by_id:
            label = Line(key=f"{command.argument}.label")
            return texts.say(Line(key="web.change_what", args={"label": label}), language)
        case name if not command.argument and f"web.menu_{name}" in texts:
            return texts.say(Line(key=f"web.menu_{name}"), language)
    return typed


def _changeable(bubbles: Sequence[Bubble], card: Card) -> tuple[Bubble, ...]:
    """Only the newest answer to a question offers to change it, and not while that question waits."""
    seen = {card.subject}
    result: list[Bubble] = []
    for bubble in reversed(bubbles):
        result.append(replace(bubble, edits="") if bubble.edits in seen else bubble)
        seen.add(bubble.edits)
    return tuple(reversed(result))
