"""Reads what was typed or pressed as an answer to the open question, or as a way to go."""

from dataclasses import dataclass

from dialogs.asking import all_options, options_of
from dialogs.cards import Input, Line
from dialogs.context import Context
from dialogs.conversation import Conversation, Thread, Value
from dialogs.navigation import way_of
from dialogs.parsers.choices import ChoiceWords, parse_choice
from dialogs.parsers.outcome import AskBack, Details, NotUnderstood, Understood
from dialogs.press import option_code, subject_code
from dialogs.questions import Go, Option, Question, Rewritten
from dialogs.script import Script
from dialogs.texts import catalogue

TEXT_LIMIT = 4000
"""Characters of one typed message that are looked at (Telegram's own limit is 4,096)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an input came to: exactly one of an answer, a way, a page of choices, a question to open, a problem."""

    question: str = ""
    value: Value = None
    said: str = ""
    go: Go | None = None
    menu: str | None = None
    opens: str = ""
    stale: bool = False
    problem: tuple[Line, ...] | None = None


def read(text: str, conversation: Conversation, script: Script, context: Context) -> Taken:
    """What typed words mean at the open question."""
    thread = conversation.active
    if thread.open is None:
        return Taken(problem=())
    question = script.by_id[thread.open.id]
    words = text.strip()
    if not words:
        return _wrong(question, "empty")
    if len(words) > TEXT_LIMIT:
        return _wrong(question, "too_long", {"length": len(words), "limit": TEXT_LIMIT})
    options = options_of(question, conversation, script, context)
    way = way_of(words)
    if way is not None and (way not in (Go.SKIP, Go.KEEP) or any(each.go is way for each in options)):
        return Taken(go=way)
    if way is Go.SKIP:
        return Taken(problem=(Line(key="skip.not_here"),))
    chosen = _option_in_words(words, question, options, conversation)
    if chosen is not None:
        return _take(chosen, question, thread, words, context)
    return _understand(words, question, thread, script, context)


def _understand(words: str, question: Question, thread: Thread, script: Script, context: Context) -> Taken:
    match question.reads(words, thread, context):
        case Understood(value):
            return _checked(question, value, words, thread, context)
        case Rewritten(other, value):
            return _checked(script.by_id[other], value, words, thread, context)
        case AskBack(reason, details) | NotUnderstood(reason, details):
            return _wrong(question, reason, details)


def press(
    subject: int, opening: int, option: int, conversation: Conversation, script: Script, context: Context
) -> Taken:
    """What a press means: nothing but a hint unless it belongs to the open question as it was opened."""
    thread = conversation.active
    if thread.open is None or subject_code(thread.open.id) != subject or thread.open.opening != opening:
        return Taken(stale=True)
    question = script.by_id[thread.open.id]
    for each in all_options(question, conversation, script, context):
        if option_code(each.id) == option:
            said = catalogue().say(each.label, conversation.language)
            return _take(each, question, thread, said, context)
    return Taken(stale=True)


def _take(option: Option, question: Question, thread: Thread, said: str, context: Context) -> Taken:
    if option.go is not None:
        return Taken(go=option.go)
    if option.opens:
        return Taken(opens=option.opens)
    if option.menu is not None:
        return Taken(menu=option.menu)
    return _checked(question, option.value, said, thread, context)


def _checked(question: Question, value: Value, said: str, thread: Thread, context: Context) -> Taken:
    for rule in question.must:
        line = rule(value, thread, context)
        if line is not None:
            return Taken(problem=(line,))
    return Taken(question=question.id, value=value, said=said)


def _option_in_words(
    words: str, question: Question, options: tuple[Option, ...], conversation: Conversation
) -> Option | None:
    """The option that was typed by its number or its words; a bare number is a value where numbers are asked for."""
    if question.input in (Input.NUMBER, Input.DATE, Input.PHONE, Input.LONG_TEXT) and not _has_values(options):
        return None
    texts = catalogue()
    listed = [ChoiceWords(each.id, (texts.say(each.label, conversation.language), *each.words)) for each in options]
    outcome = parse_choice(words, listed)
    if not isinstance(outcome, Understood):
        return None
    return next(each for each in options if each.id == outcome.value)


def _has_values(options: tuple[Option, ...]) -> bool:
    return any(each.go is None for each in options)


def _wrong(question: Question, reason: str, details: Details | None = None) -> Taken:
    """The problem in the question's own words where it has them, else in general ones."""
    key = f"{question.id}.{reason}"
    if key not in catalogue():
        key = f"problem.{reason}"
    args: dict[str, str | int | float | Line] = {
        name: "、".join(value) if isinstance(value, tuple) else value for name, value in (details or {}).items()
    }
    return Taken(problem=(Line(key=key, args=args),))
