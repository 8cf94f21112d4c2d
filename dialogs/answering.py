"""Reads what was typed or pressed as an answer to the open question, or as a way to go."""

from functools import lru_cache

from dialogs.asking import all_options, options_of
from dialogs.campaign_texts import campaign_line, placeholders_of
from dialogs.cards import Input, Line
from dialogs.context import Context
from dialogs.conversation import Answer, Conversation, Thread, Value
from dialogs.faq import faq_answer, sounds_like_a_question
from dialogs.navigation import is_undecided, way_of
from dialogs.parsers.choices import ChoiceWords, parse_choice
from dialogs.parsers.outcome import AskBack, Detail, Details, ErrorReason, NotUnderstood, Understood
from dialogs.press import option_code, subject_code
from dialogs.questions import Go, Offered, Option, Question, Rewritten
from dialogs.script import Script
from dialogs.taken import (
    STALE,
    Answered,
    Aside,
    GivesWay,
    Opens,
    Page,
    Problem,
    Proposed,
    Refused,
    Taken,
    Unanswerable,
    Way,
)
from dialogs.texts import catalogue
from dialogs.volunteered import correction_in, edit_named_in, proposals_in, says_more, tells_more
from domain.vocabulary import Language

TEXT_LIMIT = 4000
"""Characters of one typed message that are looked at (Telegram's own limit is 4,096)."""

_OFFERED_ONLY = frozenset({Go.SKIP, Go.KEEP, Go.CONFIRM, Go.DISCARD})
"""Ways that are open only where the card offers them."""

_LANGUAGES = frozenset({Go.CHINESE, Go.ENGLISH})

_FIGURES = frozenset({Input.NUMBER, Input.DATE, Input.PHONE, Input.LONG_TEXT})


def read(text: str, conversation: Conversation, script: Script, context: Context) -> Taken:
    """What typed words mean at the open question."""
    thread = conversation.active
    if thread.open is None:
        return Problem(())
    question = script.by_id[thread.open.id]
    words = text.strip()
    if not words:
        return _wrong(question, ErrorReason.EMPTY)
    if len(words) > TEXT_LIMIT:
        return _wrong(question, ErrorReason.TOO_LONG, {"length": len(words), "limit": TEXT_LIMIT})
    return _read(words, question, conversation, script, context)


def _read(words: str, question: Question, conversation: Conversation, script: Script, context: Context) -> Taken:
    """What the words mean: a way to go, a change of another answer, an option, or something to be understood."""
    thread = conversation.active
    options = options_of(question, conversation, script, context)
    way = _way(words, question, options, conversation, context)
    if way is not None:
        return way
    named = edit_named_in(words, conversation, script)
    if named is not None:
        return Opens(named)
    correction = correction_in(words, conversation, script)
    if correction is not None:
        return _corrected(*correction, conversation, script, context)
    if tells_more(words, question):
        told = proposals_in(words, conversation, script, context)
        if isinstance(told, Proposed):
            return told
    chosen = _option_in_words(words, question, options)
    if chosen is not None:
        return _take(chosen, question, thread, words, context)
    return _understand(words, question, conversation, script, context)


def _way(
    words: str, question: Question, options: tuple[Option, ...], conversation: Conversation, context: Context
) -> Taken | None:
    way = way_of(words)
    if way in _LANGUAGES and (question.sets_language or question.free):
        return None
    if way is None and is_undecided(words) and (question.skippable or question.free):
        way = Go.SKIP
    if way is None or (way in _OFFERED_ONLY and any(each.go is way for each in options)):
        return Way(way) if way is not None else None
    if way is Go.SKIP:
        key = f"{question.id}.no_skip"
        return Problem((campaign_line(key if key in catalogue() else "skip.not_here", context, conversation.language),))
    if way not in _OFFERED_ONLY:
        return Way(way)
    return _wrong(question, ErrorReason.NOT_UNDERSTOOD) if question.free else None


def _corrected(
    corrected: str, words: str, conversation: Conversation, script: Script, context: Context
) -> Answered | Opens:
    """A volunteered correction, read as an answer to the question that it names."""
    thread, question = conversation.active, script.by_id[corrected]
    options = question.options(thread, context, "", conversation.language)
    chosen = _option_in_words(words, question, options)
    if chosen is not None and chosen.go is None and chosen.menu is None and not chosen.opens:
        taken: Taken = _checked(question, chosen.value, words, thread, context)
    else:
        taken = _read_value(words, question, thread, script, context)
    match taken:
        case Answered(about, value, said):
            return Answered(about, value, said, corrects=True)
        case Problem(lines):
            return Opens(corrected, lines)
        case _:
            return Opens(corrected)


def _understand(words: str, question: Question, conversation: Conversation, script: Script, context: Context) -> Taken:
    """Looks for a question to us, for several answers at once, and for the answer itself, the likeliest first."""
    asks = sounds_like_a_question(words)
    if asks and question.free:
        return _aside(words, conversation, context) or Unanswerable(words)
    if asks and question.sets_language:
        return _aside(words, conversation, context) or _read_value(
            words, question, conversation.active, script, context
        )
    if says_more(words, question):
        proposed = proposals_in(words, conversation, script, context)
        if proposed is not None:
            return proposed
    taken = _read_value(words, question, conversation.active, script, context)
    if not isinstance(taken, Problem) or question.free:
        return taken
    instead: Taken | None = _aside(words, conversation, context)
    if instead is None and asks:
        instead = Unanswerable(words)
    if instead is None:
        instead = proposals_in(words, conversation, script, context)
    if instead is None and question.gives_way:
        return GivesWay()
    return instead or taken


def _aside(words: str, conversation: Conversation, context: Context) -> Aside | Unanswerable | None:
    found = faq_answer(words)
    if found is None:
        return None
    lines = (campaign_line(found.key, context, conversation.language),)
    return Unanswerable(words, lines) if found.secretariat else Aside(lines)


def _read_value(words: str, question: Question, thread: Thread, script: Script, context: Context) -> Taken:
    match question.reads(words, thread, context):
        case Understood(value):
            return _checked(question, value, words, thread, context)
        case Offered(menu):
            return Page(menu)
        case Rewritten(other, value):
            return _checked(script.by_id[other], value, words, thread, context)
        case AskBack(reason, details) | NotUnderstood(reason, details):
            return _wrong(question, reason, {"length": len(words), **details})


def contact(phone: str, conversation: Conversation, script: Script, context: Context) -> Taken:
    """What a shared number means; platforms hand it over with its country code, some without the plus before it."""
    number = phone if phone.startswith("+") else f"+{phone}"
    thread = conversation.active
    if thread.open is None or script.by_id[thread.open.id].reads_contact or "phone" not in script.by_id:
        return read(number, conversation, script, context)
    taken = _read_value(number, script.by_id["phone"], thread, script, context)
    if not conversation.consented or not isinstance(taken, Answered):
        return read(number, conversation, script, context)
    return Proposed({"phone": Answer(value=taken.value, said=number, at=context.now)}, sure=True)


def press(
    subject: int, opening: int, option: int, conversation: Conversation, script: Script, context: Context
) -> Taken:
    """What a press means: nothing but a hint unless it belongs to the open question as it was opened."""
    thread = conversation.active
    if thread.open is None or subject_code(thread.open.id) != subject or thread.open.opening != opening:
        return STALE
    question = script.by_id[thread.open.id]
    for each in all_options(question, conversation, script, context):
        if option_code(each.id) == option:
            said = catalogue().say(each.label, conversation.language)
            return _take(each, question, thread, said, context)
    return STALE


def _take(option: Option, question: Question, thread: Thread, said: str, context: Context) -> Taken:
    if option.go is not None:
        return Way(option.go)
    if option.opens:
        return Opens(option.opens)
    if option.menu is not None:
        return Page(option.menu)
    return _checked(question, option.value, said, thread, context)


def _checked(question: Question, value: Value, said: str, thread: Thread, context: Context) -> Taken:
    for rule in question.must:
        line = rule(value, thread, context)
        if line is not None:
            return Refused((line,)) if question.gate else Problem((line,))
    return Answered(question.id, value, said)


def _option_in_words(words: str, question: Question, options: tuple[Option, ...]) -> Option | None:
    """The option that was typed by its number or its words; a bare number is a value where numbers are asked for."""
    if not options or (question.input in _FIGURES and all(each.aside for each in options)):
        return None
    outcome = parse_choice(words, [_choice_words(each) for each in options])
    if not isinstance(outcome, Understood):
        return None
    return next(each for each in options if each.id == outcome.value)


def _choice_words(option: Option) -> ChoiceWords:
    label = option.label
    if label.args:
        return ChoiceWords(option.id, (*_said(label), *option.words))
    return _fixed_words(option.id, label.key, option.words)


@lru_cache(maxsize=1024)
def _fixed_words(option: str, key: str, words: tuple[str, ...]) -> ChoiceWords:
    text = catalogue()[key]
    return ChoiceWords(option, (text.zh, text.en, *words))


def _said(label: Line) -> tuple[str, ...]:
    """The label in both languages: people mix them."""
    return tuple(dict.fromkeys(catalogue().say(label, language) for language in Language))


def _wrong(question: Question, reason: str, details: Details | None = None) -> Problem:
    """The problem in the question's own words where it has them, else in general ones."""
    given = details or {}
    if reason == ErrorReason.TOO_LONG and "limit" not in given:
        reason = ErrorReason.NOT_UNDERSTOOD
    key = f"{question.id}.{reason}"
    if key not in catalogue():
        key = f"problem.{reason}"
    asked = placeholders_of(key)
    return Problem((Line(key=key, args={name: _detail(value) for name, value in given.items() if name in asked}),))


def _detail(value: Detail) -> str | int | float:
    return "、".join(value) if isinstance(value, tuple) else value
