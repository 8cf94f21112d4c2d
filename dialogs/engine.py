"""The conversation's one function: (conversation, event, context) -> (conversation, effects, cards). Pure."""

from dataclasses import dataclass

from dialogs.answering import Taken, press, read
from dialogs.asking import ask
from dialogs.cards import Card, Document, Line
from dialogs.commands import Reply, command
from dialogs.context import Context
from dialogs.conversation import Answer, Conversation, Open, Thread, Value
from dialogs.effects import ChangeLanguage, Effect, RecordAnswer, SubmitApplication
from dialogs.events import (
    Arrived,
    Attached,
    Commanded,
    Done,
    Event,
    Forged,
    Pressed,
    SharedContact,
    Typed,
    Unreadable,
)
from dialogs.questions import Go, Listing
from dialogs.script import Script
from dialogs.scripts import SCRIPTS
from dialogs.status import status_lines
from domain.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Step:
    """What one event came to."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    cards: tuple[Card, ...] = ()


def step(conversation: Conversation, event: Event, context: Context) -> Step:
    """The next state, what is to be done, what is to be shown. The revision rises by one whatever happened."""
    turn = _Turn(conversation.model_copy(update={"revision": conversation.revision + 1}), context)
    turn.settle()
    turn.take(event)
    return turn.result()


class _Turn:
    """One step under way: the state so far, and what it has gathered to do and to say."""

    def __init__(self, conversation: Conversation, context: Context) -> None:
        self.conversation = conversation
        self.context = context
        self.effects: list[Effect] = []
        self.said: list[Line] = []
        self.document: Document | None = None

    @property
    def script(self) -> Script:
        return SCRIPTS[self.conversation.active.script]

    def result(self) -> Step:
        cards = (ask(self.conversation, self.script, self.context, self.said, self.document),)
        return Step(self.conversation, tuple(self.effects), cards)

    def settle(self) -> None:
        """Opens the next question where none is open, or the open one no longer exists or applies."""
        thread = self.conversation.active
        question = self.script.by_id.get(thread.open.id) if thread.open else None
        if question is None or not (question.applies(thread) or question.listing is Listing.CHOICES):
            following = self.script.next_question(thread)
            self.put(thread, Open(id=following.id, opening=self.conversation.revision) if following else None)

    def take(self, event: Event) -> None:
        match event:
            case Arrived():
                pass
            case Typed(text):
                self.heed(read(text, self.conversation, self.script, self.context))
            case SharedContact(phone):
                self.heed(read(phone, self.conversation, self.script, self.context))
            case Pressed(subject, opening, option):
                self.heed(press(subject, opening, option, self.conversation, self.script, self.context))
            case Forged():
                self.said.append(Line(key="press.stale"))
            case Commanded(name, argument):
                self.reply(command(name, argument, self.conversation, self.script, self.context))
            case Attached():
                self.complain(Line(key="unreadable.file"))
            case Unreadable(kind):
                self.complain(Line(key=f"unreadable.{kind}"))
            case Done(key, args, file):
                self.said.append(Line(key=key, args=dict(args)))
                if file is not None:
                    self.document = Document.model_validate_json(file)

    def heed(self, taken: Taken) -> None:
        """Does what an answer, a press or a word of navigation came to."""
        if taken.problem is not None:
            self.complain(*taken.problem)
        elif taken.go is not None:
            self.go(taken.go)
        elif taken.opens:
            self.open(taken.opens)
        elif taken.menu is not None:
            thread = self.conversation.active
            assert thread.open is not None  # noqa: S101 - a menu belongs to an open question
            self.put(thread, thread.open.model_copy(update={"menu": taken.menu}))
        elif taken.stale:
            self.said.append(Line(key="press.stale"))
        elif taken.question:
            self.answer(taken.question, taken.value, taken.said)

    def reply(self, reply: Reply) -> None:
        """Does what a command asks for."""
        self.said += reply.lines
        self.effects += reply.effects
        if reply.language is not None:
            self.speak(reply.language)
        if reply.begins:
            self.conversation = self.conversation.model_copy(update={"side": Thread(script=reply.begins)})
            self.settle()
        if reply.go is not None:
            self.go(reply.go)
        elif reply.opens:
            self.conversation = self.conversation.model_copy(update={"side": None})
            self.open(reply.opens)

    def speak(self, language: Language) -> None:
        self.conversation = self.conversation.model_copy(update={"language": language})
        self.effects.append(ChangeLanguage(language))

    def complain(self, *problem: Line) -> None:
        """Says what was wrong; the question is asked again, with more help from the second time on."""
        self.said += problem
        thread = self.conversation.active
        if thread.open is not None:
            self.put(thread, thread.open.model_copy(update={"tries": thread.open.tries + 1}))

    def open(self, question: str) -> None:
        self.put(self.conversation.active, Open(id=question, opening=self.conversation.revision))

    def go(self, way: Go) -> None:
        thread = self.conversation.active
        here = thread.open.id if thread.open else ""
        match way:
            case Go.STATUS:
                self.said += status_lines(self.conversation, self.context)
            case Go.KEEP:
                self.advance(thread)
            case Go.SKIP:
                self.answer(here, None, "")
            case Go.BACK:
                before = self.script.previous_question(thread, here)
                if before is None:
                    self.said.append(Line(key="back.first"))
                else:
                    self.open(before.id)
            case Go.CANCEL if self.conversation.side is not None:
                self.said.append(Line(key="cancelled"))
                self.conversation = self.conversation.model_copy(update={"side": None})
                self.settle()
            case Go.CANCEL:
                self.said.append(Line(key="cancel.kept"))
                self.advance(thread)

    def answer(self, question: str, value: Value, said: str) -> None:
        """Stores the answer, drops what rests on it, opens what comes next, finishes the script at its last one."""
        script, thread = self.script, self.conversation.active
        changed = question not in thread.answers or thread.answers[question].value != value
        dropped = script.dependents(question) if changed else frozenset[str]()
        answers = {id_: each for id_, each in thread.answers.items() if id_ not in dropped}
        answers[question] = Answer(value=value, said=said, at=self.context.now)
        thread = thread.model_copy(update={"answers": answers})
        self.effects.append(RecordAnswer(script.id, question, value, said))
        self.effects += script.by_id[question].follows(thread, self.context)
        if script.by_id[question].sets_language:
            self.speak(Language(str(value)))
        if question != script.last:
            self.advance(thread)
            return
        finish = script.finish(thread, self.context)
        self.effects += finish.effects
        self.said += finish.lines
        if any(isinstance(each, SubmitApplication) for each in finish.effects):
            self.conversation = self.conversation.model_copy(update={"submitted_at": self.context.now})
        if self.conversation.side is None:
            self.advance(thread)
        else:
            self.conversation = self.conversation.model_copy(update={"side": None})
            self.settle()

    def advance(self, thread: Thread) -> None:
        following = self.script.next_question(thread)
        self.put(thread, Open(id=following.id, opening=self.conversation.revision) if following else None)

    def put(self, thread: Thread, opened: Open | None) -> None:
        """Makes this the active thread, with that question open."""
        name = "side" if self.conversation.side is not None else "main"
        self.conversation = self.conversation.model_copy(update={name: thread.model_copy(update={"open": opened})})
