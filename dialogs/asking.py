"""Turns the open question into a card."""

from collections.abc import Iterable, Iterator

from dialogs.campaign_texts import campaign_line
from dialogs.cards import Card, Document, Line
from dialogs.context import Context
from dialogs.conversation import Conversation, Open, Thread
from dialogs.questions import Go, Group, Listing, Option, Question
from dialogs.script import Script
from dialogs.texts import catalogue
from domain.vocabulary import Language

HINTS = ("{question}.help", "hint.ways", "hint.secretariat")
"""What is said besides when a question is asked in vain: each twice, one after the other."""

SHOWN_ON_A_BUTTON = 24
"""Characters of an answer that a button shows."""

_UP = Line(key="go.up")
_ON = Option(label=Line(key="go.on"), go=Go.KEEP, aside=True)
_KEEP = Option(label=Line(key="go.keep"), go=Go.KEEP, aside=True)
_SKIP = Option(label=Line(key="go.skip"), go=Go.SKIP, aside=True)
_CONFIRM = Option(label=Line(key="go.confirm"), go=Go.CONFIRM)
_DISCARD = Option(label=Line(key="go.discard"), go=Go.DISCARD, aside=True)


def options_of(
    question: Question, conversation: Conversation, script: Script, context: Context, menu: str | None = None
) -> tuple[Option, ...]:
    """The options on a page (the open one unless `menu` names another) as they are numbered, those aside last."""
    thread = conversation.active
    if menu is None:
        menu = thread.open.menu if thread.open else ""
    language = conversation.language
    offered = question.options(thread, context, menu, language)
    if question.listing is Listing.CHOICES:
        offered += tuple(
            Option(label=_short(answer_line(each, thread, language)), opens=each.id, words=_label_words(each))
            for each in script.answered(thread)
        )
    elif question.listing is Listing.PROPOSED:
        offered += (_CONFIRM, *(Option(label=_edit_label(each), opens=each) for each in thread.proposed), _DISCARD)
    offered += _ways(question, thread, context, menu, language)
    return tuple(sorted(offered, key=lambda option: option.aside))


def all_options(question: Question, conversation: Conversation, script: Script, context: Context) -> Iterator[Option]:
    """The options of every page, the open one first: a button of any page of the open question works."""
    yield from options_of(question, conversation, script, context)
    if question.menus:
        for page in ("", *question.menus):
            yield from options_of(question, conversation, script, context, page)


def _ways(question: Question, thread: Thread, context: Context, menu: str, language: Language) -> tuple[Option, ...]:
    ways: tuple[Option, ...] = ()
    if menu:
        ways = (Option(label=_UP, menu=question.up(menu), aside=True),)
    if question.listing is Listing.CHOICES:
        return (*ways, _ON)
    if question.on_request:
        return ways
    if question.id in thread.answers:
        return (*ways, _KEEP)
    former = thread.former.get(question.id)
    if former is not None and all(rule(former.value, thread, context) is None for rule in question.must):
        shown = question.shows(former.value, language)
        return (*ways, Option(label=Line(key="go.keep_former", args={"value": shown}), go=Go.KEEP, aside=True))
    return (*ways, _SKIP) if question.skippable else ways


def answer_line(question: Question, thread: Thread, language: Language) -> Line:
    """姓名：张伟."""
    return said_back(question, question.shows(thread.value(question.id), language))


def said_back(question: Question, value: Line) -> Line:
    """The question's label with a value."""
    return Line(key="answer", args={"label": Line(key=f"{question.id}.label"), "value": value})


def _short(line: Line) -> Line:
    """The answer, a long one cut so that it fits a button."""
    value = line.args["value"]
    text = value.args.get("text") if isinstance(value, Line) else None
    if not isinstance(text, str) or len(text) <= SHOWN_ON_A_BUTTON:
        return line
    cut = Line(key="plain", args={"text": f"{text[:SHOWN_ON_A_BUTTON]}…"})
    return Line(key=line.key, args={**line.args, "value": cut})


def _edit_label(question: str) -> Line:
    return Line(key="go.edit", args={"label": Line(key=f"{question}.label")})


def _label_words(question: Question) -> tuple[str, ...]:
    label = catalogue()[f"{question.id}.label"]
    return (label.zh, label.en)


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
    said, lines = tuple(before), _lines(question, thread.open, conversation, script, context)
    return Card(
        lines=(*said, *(line for line in lines if line not in said)),
        choices=tuple(option.choice for option in options),
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
    thread, language = conversation.active, conversation.language
    page = f"{question.id}.{opened.menu.split(':')[0]}.ask" if opened.menu else f"{question.id}.ask"
    lines: list[Line] = []
    if question.listing is Listing.ANSWERS:
        lines += answers_listed(thread, script, language)
    elif question.listing is Listing.PROPOSED:
        lines += [
            said_back(script.by_id[each], script.by_id[each].shows(answer.value, language))
            for each, answer in thread.proposed.items()
        ]
    if not opened.menu:
        lines += question.notes(thread, context, language)
    lines.append(campaign_line(page, context, language))
    if question.id in thread.answers and question.listed:
        shown = question.shows(thread.value(question.id), language)
        lines.append(Line(key="now", args={"value": shown}))
    hint = hint_key(question, opened.tries)
    if hint:
        lines.append(campaign_line(hint, context, language))
    return tuple(lines)


def answers_listed(thread: Thread, script: Script, language: Language) -> Iterator[Line]:
    """Every answer under the heading of its group."""
    answered = script.answered(thread)
    for group in Group:
        members = [each for each in answered if each.group is group]
        if members:
            yield Line(key=f"group_{group}")
            yield from (answer_line(each, thread, language) for each in members)


def hint_key(question: Question, tries: int) -> str:
    """What is said besides at the so-manieth try; '' at the first two."""
    asked = tries // 2
    return HINTS[(asked - 1) % len(HINTS)].format(question=question.id) if asked else ""
