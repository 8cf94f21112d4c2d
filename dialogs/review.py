"""/review: going through applications one by one, approving, giving back, noting; and answering questions."""

import re
from collections.abc import Callable

from dialogs.cards import Input, Line
from dialogs.case_card import CaseCard
from dialogs.context import Context
from dialogs.conversation import Answer, Thread, Value
from dialogs.effects import AnswerEnquiry, DecideCase, Effect, NoteOnCase, ViewCase
from dialogs.parsers.normal import tidy
from dialogs.parsers.outcome import ErrorReason, NotUnderstood, Understood
from dialogs.questions import Go, Option, Question, Reading
from dialogs.readers import choice_only, long_text
from dialogs.script import Finish, Script
from dialogs.texts import catalogue
from domain.application import ApplicationStatus, status_traits
from domain.vocabulary import Language

WHICH = "review_which"
"""Holds `<application>.<version>`: a decision is on what was shown."""
REASON_LIMIT, NOTE_LIMIT, ANSWER_LIMIT = 300, 1000, 1500
_PARTS = re.compile(r"[\s,，、;；和及/]+")


def about_case(card: CaseCard, context: Context) -> Thread:
    """The dialogue about that application."""
    return Thread(script="review", answers={WHICH: Answer(value=f"{card.id}.{card.version}", said="", at=context.now)})


def _seen(thread: Thread) -> tuple[int, int]:
    number, _, version = str(thread.value(WHICH) or "0.0").partition(".")
    return int(number), int(version)


def _card(thread: Thread, context: Context) -> CaseCard | None:
    return context.directory.case(_seen(thread)[0])


def _shown(thread: Thread, context: Context, _: Language) -> tuple[Line, ...]:
    card = _card(thread, context)
    return card.lines if card else (Line(key="desk.case_gone"),)


def _choices(thread: Thread, context: Context, _: str, language: Language) -> tuple[Option, ...]:
    card = _card(thread, context)
    found = [Option(label=Line(key="review_choice.value.next"), value="next")]
    if card is not None and card.forward is not None:
        traits = status_traits(card.forward)
        name = traits.zh if language is Language.ZH else traits.en
        found.insert(0, Option(label=Line(key="review_choice.value.approve", args={"status": name}), value="approve"))
    if card is not None and card.may_return:
        found.append(Option(label=Line(key="review_choice.value.return"), value="return"))
    if card is not None:
        found.append(Option(label=Line(key="review_choice.value.note"), value="note"))
    return (*found, Option(label=Line(key="review_choice.value.leave"), go=Go.CANCEL, aside=True))


def _labels(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    card = _card(thread, context)
    return tuple(Option(label=Line(key=f"{each}.label"), value=each) for each in (card.questions if card else ()))


def _several(text: str, thread: Thread, context: Context) -> Reading:
    """`2、5` or `手机 领域`: several of the offered answers, as their ids with blanks between."""
    options = _labels(thread, context, "", Language.ZH)
    found: list[str] = []
    for part in _PARTS.split(tidy(text)):
        if not part:
            continue
        chosen = [
            str(each.value)
            for at, each in enumerate(options, 1)
            if part == str(at) or part.casefold() in _spoken(each.label)
        ]
        if len(chosen) != 1:
            return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
        found += chosen
    return Understood(" ".join(dict.fromkeys(found))) if found else NotUnderstood(ErrorReason.EMPTY)


def _spoken(label: Line) -> set[str]:
    return {catalogue().say(label, each).casefold() for each in Language}


def _shows_several(value: Value, _: Language) -> Line:
    return Line(key="plain", args={"text": str(value or "")})


def _chosen(what: str) -> Callable[[Thread], bool]:
    return lambda thread: thread.value("review_choice") == what


def _finish(thread: Thread, context: Context) -> Finish:
    """Does what was chosen, and goes on with the next application."""
    number, version = _seen(thread)
    card = _card(thread, context)
    effects: list[Effect] = []
    match thread.value("review_choice"):
        case "approve" if card is not None and card.forward is not None:
            effects.append(DecideCase(number, version, card.forward))
        case "return":
            questions = tuple(str(thread.value("review_items")).split())
            reason = str(thread.value("review_reason"))
            effects.append(DecideCase(number, version, ApplicationStatus.RETURNED, reason, questions))
        case "note":
            effects.append(NoteOnCase(number, str(thread.value("review_note"))))
            return Finish(effects=tuple(effects), side=about_case(card, context) if card else None)
    following = context.directory.next_case(number)
    if following is None:
        return Finish(effects=tuple(effects), lines=(Line(key="review.no_more"),))
    return Finish(effects=(*effects, ViewCase(following.id)), side=about_case(following, context))


REVIEW = Script(
    id="review",
    questions=(
        Question(id="review_choice", reads=choice_only, options=_choices, notes=_shown),
        Question(
            id="review_items",
            reads=_several,
            options=_labels,
            applies=_chosen("return"),
            shows=_shows_several,
        ),
        Question(
            id="review_reason",
            reads=long_text,
            applies=_chosen("return"),
            input=Input.LONG_TEXT,
            limit=REASON_LIMIT,
            free=True,
        ),
        Question(
            id="review_note",
            reads=long_text,
            applies=_chosen("note"),
            input=Input.LONG_TEXT,
            limit=NOTE_LIMIT,
            free=True,
        ),
    ),
    last="review_note",
    finish=_finish,
)


def _answered(thread: Thread, _: Context) -> Finish:
    number = int(str(thread.value("enquiry_which")))
    return Finish(effects=(AnswerEnquiry(number, str(thread.value("enquiry_answer"))),))


ANSWERING = Script(
    id="answering",
    questions=(Question(id="enquiry_answer", reads=long_text, input=Input.LONG_TEXT, limit=ANSWER_LIMIT, free=True),),
    last="enquiry_answer",
    finish=_answered,
)


def about_enquiry(number: int, context: Context) -> Thread:
    """The dialogue in which a question is answered."""
    return Thread(script="answering", answers={"enquiry_which": Answer(value=str(number), said="", at=context.now)})
