"""/brief: the dialogue in which the secretariat calls a 宣讲会."""

import re

from dialogs.audience import AUDIENCE_IDS, AUDIENCE_QUESTIONS, HUB, audience_line, audience_of
from dialogs.cards import Input, Line
from dialogs.context import Context
from dialogs.conversation import Thread, Value
from dialogs.effects import CreateBriefing
from dialogs.moments import moment, moment_of, shows_moment
from dialogs.parsers.lengths import parse_length
from dialogs.parsers.outcome import ErrorReason, NotUnderstood, Understood
from dialogs.questions import Option, Question, Reader, Reading
from dialogs.readers import choice_only, long_text
from dialogs.script import Finish, Script
from domain.vocabulary import Language

TITLE_LIMIT, PLACE_LIMIT, TEXT_LIMIT = 200, 300, 1500
"""Characters of the parts of a briefing that are asked for here."""

_LENGTHS = (60, 90, 120)
_LINK = re.compile(r"https?://[^\s，。；]+")
_EDGES = " ,，;；:：。"
_EDITABLE = ("brief_title", "brief_start", "brief_length", "brief_where", "brief_text", "brief_materials", HUB)


def as_written(most: int) -> Reader:
    """Words of at most that many characters on one line, punctuation and links as they were typed."""

    def reader(text: str, _: Thread, __: Context) -> Reading:
        words = " ".join(text.split())
        if not any(character.isalnum() for character in words):
            return NotUnderstood(ErrorReason.NOT_UNDERSTOOD)
        if len(words) > most:
            return NotUnderstood(ErrorReason.TOO_LONG, {"length": len(words), "limit": most})
        return Understood(words)

    return reader


def length(text: str, _: Thread, __: Context) -> Reading:
    """Minutes."""
    return parse_length(text)


def place_and_link(where: str) -> tuple[str, str]:
    """`线上 https://meeting.example/1` -> place 线上 and the link; either may be ''."""
    link = _LINK.search(where)
    if link is None:
        return where.strip(), ""
    around = (where[: link.start()].strip(_EDGES), where[link.end() :].strip(_EDGES))
    return " ".join(part for part in around if part), link[0]


def shows_minutes(value: Value, _: Language) -> Line:
    """90 -> 90 分钟."""
    return Line(key="moment.minutes", args={"minutes": int(value or 0)})


def _text_fits(value: Value, _: Thread, __: Context) -> Line | None:
    over = len(str(value or "")) - TEXT_LIMIT
    return Line(key="brief.text_too_long", args={"limit": TEXT_LIMIT, "over": over}) if over > 0 else None


def _still_to_come(_: Value, thread: Thread, context: Context) -> Line | None:
    return None if moment_of(thread.value("brief_start")) > context.now else Line(key="problem.past")


def _lengths(_: Thread, __: Context, ___: str, language: Language) -> tuple[Option, ...]:
    return tuple(Option(label=shows_minutes(each, language), value=each) for each in _LENGTHS)


def _send_or_edit(_: Thread, __: Context, ___: str, ____: Language) -> tuple[Option, ...]:
    send = Option(label=Line(key="brief_confirm.value.send"), value="send")
    edits = (
        Option(label=Line(key="go.edit", args={"label": Line(key=f"{each}.label")}), opens=each, aside=True)
        for each in _EDITABLE
    )
    return (send, *edits)


def _summary(thread: Thread, context: Context, language: Language) -> tuple[Line, ...]:
    """Everything that will be sent, to be checked."""
    listed = (each for each in _EDITABLE if each != HUB)
    lines = (
        Line(
            key="answer",
            args={"label": Line(key=f"{each}.label"), "value": _shown(each, thread, language)},
        )
        for each in listed
    )
    return (*lines, audience_line(thread, context, language))


def _shown(question: str, thread: Thread, language: Language) -> Line:
    value = thread.value(question)
    if value is None:
        return Line(key="not_given")
    return BRIEF.by_id[question].shows(value, language)


def _create(thread: Thread, context: Context) -> Finish:
    place, link = place_and_link(str(thread.value("brief_where")))
    called = CreateBriefing(
        title=str(thread.value("brief_title")),
        starts_at=moment_of(thread.value("brief_start")),
        minutes=int(str(thread.value("brief_length"))),
        place=place,
        join_link=link,
        text=str(thread.value("brief_text") or ""),
        materials=str(thread.value("brief_materials") or ""),
        audience=audience_of(thread, context),
    )
    return Finish(effects=(called,), lines=(Line(key="brief.inviting"),))


BRIEF = Script(
    id="brief",
    questions=(
        Question(id="brief_title", reads=as_written(TITLE_LIMIT)),
        Question(id="brief_start", reads=moment, shows=shows_moment, input=Input.DATE),
        Question(id="brief_length", reads=length, options=_lengths, shows=shows_minutes),
        Question(id="brief_where", reads=as_written(PLACE_LIMIT)),
        Question(id="brief_text", reads=long_text, must=(_text_fits,), input=Input.LONG_TEXT, skippable=True),
        Question(id="brief_materials", reads=long_text, must=(_text_fits,), input=Input.LONG_TEXT, skippable=True),
        *AUDIENCE_QUESTIONS,
        Question(
            id="brief_confirm",
            reads=choice_only,
            options=_send_or_edit,
            must=(_still_to_come,),
            depends_on=(*_EDITABLE, *AUDIENCE_IDS[1:]),
            notes=_summary,
            listed=False,
        ),
    ),
    last="brief_confirm",
    finish=_create,
)
