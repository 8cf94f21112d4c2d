"""Turns the open question into a card."""

from collections.abc import Iterable, Iterator

from dialogs.cards import Card, Document, Line
from dialogs.context import Context
from dialogs.conversation import Conversation, Open, Thread
from dialogs.questions import Go, Listing, Option, Question
from dialogs.script import Script
from dialogs.texts import catalogue
from domain.vocabulary import Language

HINT_AFTER = 2
"""A question asked this often in vain gets its help text by itself."""


def options_of(
    question: Question, conversation: Conversation, script: Script, context: Context, menu: str | None = None
) -> tuple[Option, ...]:
    """The options on a page (the open one unless `menu` names another), the ways to go last."""
    thread = conversation.active
    if menu is None:
        menu = thread.open.menu if thread.open else ""
    offered = question.options(thread, context, menu, conversation.language)
    if question.listing is Listing.CHOICES:
        offered += tuple(
            Option(label=_answer(each, thread, conversation.language), opens=each.id)
            for each in script.answered(thread)
        )
    return offered + _ways(question, thread, menu)


def all_options(question: Question, conversation: Conversation, script: Script, context: Context) -> Iterator[Option]:
    """The options of every page, the open one first: a button of any page of the open question works."""
    yield from options_of(question, conversation, script, context)
    for page in ("", *question.menus):
        yield from options_of(question, conversation, script, context, page)


def _ways(question: Question, thread: Thread, menu: str) -> tuple[Option, ...]:
    ways: list[Option] = []
    if menu:
        ways.append(Option(label=Line(key="go.up"), menu=""))
    if question.listing is Listing.CHOICES:
        ways.append(Option(label=Line(key="go.on"), go=Go.KEEP))
    elif question.id in thread.answers:
        ways.append(Option(label=Line(key="go.keep"), go=Go.KEEP))
    elif question.skippable:
        ways.append(Option(label=Line(key="go.skip"), go=Go.SKIP))
    return tuple(ways)


def _answer(question: Question, thread: Thread, language: Language) -> Line:
    shown = question.shows(thread.value(question.id), language)
    return Line(key="answer", args={"label": Line(key=f"{question.id}.label"), "value": shown})


def ask(
    conversation: Conversation,
    script: Script,
    context: Context,
    before: Iterable[Line] = (),
    document: Document | None = None,
) -> Card:
    """The card of the open question, with `before` said first."""
    thread = conversation.active
    if thread.open is None:
        return Card(lines=tuple(before) or (Line(key="idle"),), document=document)
    question = script.by_id[thread.open.id]
    options = options_of(question, conversation, script, context)
    return Card(
        lines=(*before, *_lines(question, thread.open, conversation, script, context)),
        choices=tuple(option.choice() for option in options),
        subject=question.id,
        opening=thread.open.opening,
        progress=script.progress(thread, question.id),
        input=question.input,
        ask_contact=question.reads_contact,
        limit=question.limit,
        document=document,
    )


def _lines(
    question: Question, opened: Open, conversation: Conversation, script: Script, context: Context
) -> tuple[Line, ...]:
    texts, thread = catalogue(), conversation.active
    page = f"{question.id}.{opened.menu.split(':')[0]}.ask" if opened.menu else f"{question.id}.ask"
    lines: list[Line] = []
    if question.listing is Listing.ANSWERS:
        lines += [_answer(each, thread, conversation.language) for each in script.answered(thread)]
    if not opened.menu:
        lines += question.notes(thread, context, conversation.language)
    lines.append(Line(key=page))
    if question.id in thread.answers and question.listed:
        shown = question.shows(thread.value(question.id), conversation.language)
        lines.append(Line(key="now", args={"value": shown}))
    if opened.tries >= HINT_AFTER and f"{question.id}.help" in texts:
        lines.append(Line(key=f"{question.id}.help"))
    return tuple(lines)
