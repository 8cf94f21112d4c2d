"""/broadcast: the dialogue in which a 群发 is written, tried on oneself, and started."""

from hashlib import blake2b

from dialogs.audience import AUDIENCE_IDS, AUDIENCE_QUESTIONS, HUB, audience_line, audience_of
from dialogs.cards import Arg, Card, Input, Line
from dialogs.context import Context
from dialogs.conversation import Thread, Value
from dialogs.effects import Effect, StartBroadcast, TryBroadcast
from dialogs.moments import moment, moment_of, shows_moment
from dialogs.questions import Option, Question
from dialogs.readers import choice_only, long_text
from dialogs.script import Finish, Script
from domain.audience import Audience, Recipient, audience_text
from domain.broadcast import BroadcastState, DeliveryState, Report, broadcast_rules
from domain.broadcast_text import Template, TemplateError, template
from domain.vocabulary import Language

AT_ONCE = "now"
"""The answer to when: as soon as it may."""

BEGINNING = 20
"""Characters of a text by which it is recognised in a list."""

_CELLS = 20
_EDITABLE = ("broadcast_text", HUB, "broadcast_when")
_SAID_OF_TEXT = {"empty": "problem.empty", "too_long": "broadcast.too_long", "unknown_placeholder": "broadcast.unknown"}


def _can_be_sent(value: Value, _: Thread, __: Context) -> Line | None:
    try:
        template(str(value))
    except TemplateError as error:
        args: dict[str, Arg] = {"given": error.given, "possible": error.possible} if error.given else {}
        return Line(key=_SAID_OF_TEXT[error.reason], args=args)
    return None


def fingerprint(thread: Thread, context: Context) -> str:
    """What was tried: a text and an audience; after any change of them it has to be tried again."""
    content = f"{thread.value('broadcast_text')}\0{audience_of(thread, context).model_dump_json()}"
    return blake2b(content.encode(), digest_size=16).hexdigest()


def _is_what_was_tried(value: Value, thread: Thread, context: Context) -> Line | None:
    return None if value == fingerprint(thread, context) else Line(key="broadcast.try_again")


def _still_to_come(_: Value, thread: Thread, context: Context) -> Line | None:
    when = thread.value("broadcast_when")
    return None if when == AT_ONCE or moment_of(when) > context.now else Line(key="problem.past")


def _try(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    return (
        Option(label=Line(key="broadcast_try.value.try"), value=fingerprint(thread, context)),
        *_edits(*_EDITABLE[:2]),
    )


def _tries(thread: Thread, context: Context) -> tuple[Effect, ...]:
    return (TryBroadcast(str(thread.value("broadcast_text")), audience_of(thread, context)),)


def _at_once(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    return (Option(label=Line(key="broadcast_when.value.now"), value=AT_ONCE),)


def _start_or_edit(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    return (Option(label=Line(key="broadcast_start.value.start"), value="start"), *_edits(*_EDITABLE))


def _edits(*questions: str) -> tuple[Option, ...]:
    return tuple(
        Option(label=Line(key="go.edit", args={"label": Line(key=f"{each}.label")}), opens=each, aside=True)
        for each in questions
    )


def _shows_when(value: Value, language: Language) -> Line:
    return Line(key="broadcast_when.value.now") if value == AT_ONCE else shows_moment(value, language)


def _summary(thread: Thread, context: Context, language: Language) -> tuple[Line, ...]:
    when = _shows_when(thread.value("broadcast_when"), language)
    return (
        Line(key="broadcast.quoted", args={"text": str(thread.value("broadcast_text"))}),
        audience_line(thread, context, language),
        Line(key="answer", args={"label": Line(key="broadcast_when.label"), "value": when}),
    )


def _start(thread: Thread, context: Context) -> Finish:
    when = thread.value("broadcast_when")
    starts_at = None if when == AT_ONCE else moment_of(when)
    wanted = StartBroadcast(str(thread.value("broadcast_text")), audience_of(thread, context), starts_at)
    return Finish(effects=(wanted,), lines=(Line(key="broadcast.handed_over"),))


BROADCAST = Script(
    id="broadcast",
    questions=(
        Question(id="broadcast_text", reads=long_text, must=(_can_be_sent,), input=Input.LONG_TEXT),
        *AUDIENCE_QUESTIONS,
        Question(
            id="broadcast_try",
            reads=choice_only,
            options=_try,
            must=(_is_what_was_tried,),
            depends_on=("broadcast_text", *AUDIENCE_IDS),
            follows=_tries,
            listed=False,
        ),
        Question(id="broadcast_when", reads=moment, options=_at_once, shows=_shows_when),
        Question(
            id="broadcast_start",
            reads=choice_only,
            options=_start_or_edit,
            must=(_still_to_come,),
            depends_on=("broadcast_try", "broadcast_when"),
            notes=_summary,
            listed=False,
        ),
    ),
    last="broadcast_start",
    finish=_start,
)


def message_card(text: Template, *, person: Recipient, days_left: int) -> Card:
    """What one recipient reads, and how to be spared the next."""
    words = Line(key="plain", args={"text": text.render(person, days_left)})
    return Card(lines=(words, Line(key="broadcast.stop_hint")))


def report_lines(number: int, report: Report) -> tuple[Line, ...]:
    """What a broadcast came to, beside the list of those who are to be called."""
    counts = (
        Line(key=f"broadcast.state.{state}", args={"count": report[state]}) for state in DeliveryState if report[state]
    )
    heading = "broadcast.report" if report.not_reached else "broadcast.report_all_reached"
    args: dict[str, Arg] = {"key": number, "audience": report.audience, "not_reached": report.not_reached}
    return (Line(key=heading, args=args), *counts)


def approval_card(number: int, text: str, audience: Audience, count: int) -> Card:
    """What the other members are asked."""
    args: dict[str, Arg] = {"key": number, "count": count, "audience": audience_text(audience)}
    return Card(lines=(Line(key="broadcast.approve", args=args), Line(key="broadcast.quoted", args={"text": text})))


def standing_line(number: int, state: BroadcastState, text: str, report: Report | None, language: Language) -> Line:
    """One broadcast in a list: its number, state, figures and the beginning of its text."""
    traits = next(each for each in broadcast_rules().states if each.id is state)
    figures = f" {report.done}/{report.audience}" if report is not None else ""
    beginning = " ".join(text.split())[:BEGINNING]
    args: dict[str, Arg] = {"key": number, "state": traits[language], "figures": figures, "text": beginning}
    return Line(key="broadcast.standing", args=args)


def progress_lines(report: Report) -> tuple[Line, ...]:
    """The one status message of a running broadcast, to be edited as it goes on; once all have ended, the report."""
    filled = _CELLS * report.done // report.audience if report.audience else _CELLS
    bar = "▓" * filled + "░" * (_CELLS - filled)
    heading = "broadcast.finished" if report.finished else "broadcast.progress"
    counts = (
        Line(key=f"broadcast.state.{state}", args={"count": report[state]})
        for state in DeliveryState
        if report[state] or state is DeliveryState.DELIVERED
    )
    return (Line(key=heading, args={"bar": bar, "done": report.done, "audience": report.audience}), *counts)
