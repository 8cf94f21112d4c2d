"""The conversation's one function: (conversation, event, context) -> (conversation, effects, cards). Pure."""

from dataclasses import dataclass, replace

from dialogs import case
from dialogs.answering import contact, press, read
from dialogs.attachments import attach
from dialogs.cards import Card, Document, Line
from dialogs.command_words import command_of_words
from dialogs.commands import Reply, command
from dialogs.context import Context
from dialogs.conversation import Conversation, Open, Thread
from dialogs.effects import Effect
from dialogs.enquiry import answer_by_reply, pressed_enquiry
from dialogs.events import (
    Arrived,
    Attached,
    Commanded,
    Done,
    Event,
    Forged,
    Pressed,
    Replied,
    SharedContact,
    Typed,
    Unreadable,
)
from dialogs.invitations import attendance_of_press
from dialogs.recap import recap_lines
from dialogs.reminders import pressed_reminder
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
from dialogs.turn import Turn
from dialogs.whereabouts import zones_of_person


@dataclass(frozen=True, slots=True)
class Step:
    """What one event came to."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    cards: tuple[Card, ...] = ()


def step(conversation: Conversation, event: Event, context: Context) -> Step:
    """The next state, what is to be done, what is to be shown. The revision rises by one whatever happened."""
    seen = conversation.seen_at if isinstance(event, Done) else context.now
    there = replace(context, zone=zones_of_person(conversation)[0])
    turn = Turn(conversation.but(revision=conversation.revision + 1, seen_at=seen), there)
    before = conversation.active.open
    _take(turn, event, conversation)
    _remind_of_erasure(turn, event)
    _count_tries(turn, before)
    return Step(turn.conversation, tuple(turn.effects), turn.cards())


def _remind_of_erasure(turn: Turn, event: Event) -> None:
    """Whoever comes back within the grace is told first of all that their data is still there."""
    due, conversation = turn.context.erasure_on, turn.conversation
    if due is not None and not isinstance(event, Done) and conversation.side is None and not conversation.consented:
        turn.said.insert(0, Line(key="forget.pending", args={"date": due.isoformat()}))


def _count_tries(turn: Turn, before: Open | None) -> None:
    """The same question once more: from the third time on it is asked with another hint."""
    thread = turn.conversation.active
    if before is not None and thread.open == before and not turn.erased:
        turn.put(thread, before.model_copy(update={"tries": before.tries + 1}))


def _take(turn: Turn, event: Event, before: Conversation) -> None:
    conversation, script, context = turn.conversation, turn.script, turn.context
    match event:
        case Arrived():
            turn.said += recap_lines(before, script, context)
        case Typed(text):
            _typed(turn, text)
        case SharedContact(phone):
            _heed(turn, contact(phone, conversation, script, context))
        case Pressed():
            _pressed(turn, event)
        case Replied():
            answer_by_reply(turn, event)
        case Forged():
            _heed(turn, STALE)
        case Commanded(name, argument):
            _reply(turn, command(name, argument, before, script, context))
        case Attached():
            attach(turn, event)
        case Unreadable(kind):
            turn.said.append(Line(key=f"unreadable.{kind}"))
        case Done():
            _done(turn, event)


def _typed(turn: Turn, text: str) -> None:
    """An answer, a way to go, or words that stand for a command of who has a role; in a side dialogue answers first."""
    taken = read(text, turn.conversation, turn.script, turn.context)
    if turn.conversation.side is None or isinstance(taken, Problem | Unanswerable):
        worded = command_of_words(text, turn.context.roles)
        if worded is not None:
            _reply(turn, command(worded.name, worded.argument, turn.conversation, turn.script, turn.context))
            return
    _heed(turn, taken, text)


def _pressed(turn: Turn, event: Pressed) -> None:
    """A button of the open question, or one that works however late: of an invitation, a reminder, a question."""
    subject, opening, option = event.subject, event.opening, event.option
    attendance = attendance_of_press(subject, opening, option)
    if attendance is not None:
        turn.effects.append(attendance)
        return
    taken = press(subject, opening, option, turn.conversation, turn.script, turn.context)
    if taken is not STALE or not (pressed_reminder(turn, subject, option) or pressed_enquiry(turn, event)):
        _heed(turn, taken)


def _done(turn: Turn, event: Done) -> None:
    """Says what an effect came to, or what the secretariat sends back."""
    if event.key == case.RETURNED:
        case.give_back(turn, event)
        return
    turn.said.append(Line(key=event.key, args=dict(event.args)))
    turn.fill_in(dict(event.answers))
    if event.file is not None:
        turn.document = Document.model_validate_json(event.file)


def _heed(turn: Turn, taken: Taken, text: str = "") -> None:
    """Does what an answer, a press or a word of navigation came to."""
    match taken:
        case Answered(question, value, said, corrects):
            turn.answer(question, value, said, corrects=corrects)
        case Way(go):
            turn.go(go)
        case Page(menu):
            turn.turn_page(menu)
        case Opens(question, problem):
            turn.open(question, problem)
        case Proposed(answers, sure=True):
            turn.note(answers)
        case Proposed(answers):
            turn.propose(answers)
        case Unanswerable(words, lines):
            turn.said += lines
            turn.offer_to_ask(words)
        case GivesWay():
            turn.leave_side()
            _typed(turn, text)
        case Refused(lines):
            turn.said += lines
            turn.put(turn.conversation.active.but(proposed={}), turn.conversation.active.open)
        case Aside(lines) | Problem(lines):
            turn.said += lines


def _reply(turn: Turn, reply: Reply) -> None:
    """Does what a command asks for."""
    turn.said += reply.lines
    turn.effects += reply.effects
    if reply.language is not None:
        turn.speak(reply.language)
    if reply.begins:
        turn.begin(Thread(script=reply.begins))
    if reply.side is not None:
        turn.begin(reply.side)
    if reply.asks:
        turn.offer_to_ask(reply.asks)
    if reply.go is not None:
        turn.go(reply.go)
    elif reply.opens:
        turn.leave_side()
        turn.open(reply.opens)
