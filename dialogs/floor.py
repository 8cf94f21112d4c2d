"""Whose turn it is to speak: the conversation so far, the question that is open, what is to be said and done."""

from dialogs.asking import ask
from dialogs.asks import LONGEST as ASK_LIMIT
from dialogs.cards import Card, Document, Line
from dialogs.context import Context
from dialogs.conversation import Answer, Conversation, Open, Thread
from dialogs.effects import ANSWERED_AT_ONCE, ChangeLanguage, Effect
from dialogs.questions import Listing, Question
from dialogs.script import Script
from dialogs.scripts import SCRIPTS
from dialogs.status import may_edit
from domain.vocabulary import Language, Role


class Floor:
    """Opens questions and begins and ends short dialogues; each move leaves one question open."""

    def __init__(self, conversation: Conversation, context: Context) -> None:
        self.conversation = conversation
        self.context = context
        self.effects: list[Effect] = []
        self.said: list[Line] = []
        self.document: Document | None = None
        self.erased = False
        self.settle()

    @property
    def script(self) -> Script:
        """The script of the active thread."""
        return SCRIPTS[self.conversation.active.script]

    @property
    def question(self) -> Question | None:
        """The open question."""
        opened = self.conversation.active.open
        return self.script.by_id[opened.id] if opened else None

    def cards(self) -> tuple[Card, ...]:
        """What is said, and the question that is open; nothing yet where all that is asked for comes with a Done."""
        if any(isinstance(each, ANSWERED_AT_ONCE) for each in self.effects) and not self.said:
            return ()
        if self.erased or (self.said and self._staff_only()):
            return (Card(lines=tuple(self.said), document=self.document),)
        return (ask(self.conversation, self.script, self.context, self.said, self.document),)

    def _staff_only(self) -> bool:
        """Somebody with a role who has not begun an intake of their own: its first questions are not put to them."""
        staff = not self.context.roles.isdisjoint({Role.SECRETARIAT, Role.LEAD, Role.UNIT_CONTACT})
        return staff and self.conversation.side is None and not self.conversation.consented

    def settle(self) -> None:
        """Opens the next question where none is open, or the open one no longer exists or applies."""
        thread = self.conversation.active
        question = self.script.by_id.get(thread.open.id) if thread.open else None
        if question is None or not (question.on_request or question.applies(thread)):
            self.advance(thread)

    def advance(self, thread: Thread) -> None:
        """Opens the next question of the thread, which becomes the active one; the open one stays as it is."""
        following = self.script.next_question(thread)
        if following is None:
            self.put(thread, None)
        elif thread.open is None or thread.open.id != following.id or thread.open.menu:
            self.put(thread, Open(id=following.id, opening=self.conversation.revision))
        else:
            self.put(thread, thread.open)

    def open(self, question: str, problem: tuple[Line, ...] = ()) -> None:
        """Opens that question to be answered anew; /back leads to where it was asked for."""
        self.said += problem
        thread = self.conversation.active
        if self._closed():
            self.said.append(Line(key="edit.closed"))
        elif thread.open is None or thread.open.id != question:
            origin = thread.open.id if thread.open and self._lists_answers() else ""
            self.put(thread, Open(id=question, opening=self.conversation.revision, origin=origin))

    def _lists_answers(self) -> bool:
        return self.question is not None and self.question.listing is not Listing.NONE

    def _closed(self) -> bool:
        """Whether the answers of the application can no longer be changed; a side dialogue has its own."""
        handed_in = self.conversation.side is None and self.conversation.submitted_at is not None
        return handed_in and not may_edit(self.conversation, self.context)

    def turn_page(self, menu: str) -> None:
        """Shows another page of the open question's choices."""
        thread = self.conversation.active
        if thread.open is not None:
            self.put(thread, thread.open.model_copy(update={"menu": menu}))

    def begin(self, side: Thread) -> None:
        """Begins a short dialogue that the main one waits for."""
        self.conversation = self.conversation.but(side=side)
        self.settle()

    def leave_side(self) -> None:
        """Ends the short dialogue; the main one's question waits."""
        self.conversation = self.conversation.but(side=None)
        self.settle()

    def offer_to_ask(self, words: str) -> None:
        """Offers to pass a question on; within another short dialogue it only says how, since that one comes first."""
        if self.conversation.side is not None:
            self.said.append(Line(key="ask.how"))
            return
        asked = Answer(value=words[:ASK_LIMIT], said=words, at=self.context.now)
        self.begin(Thread(script="ask", answers={"ask_text": asked}))

    def speak(self, language: Language) -> None:
        """Changes the language."""
        self.conversation = self.conversation.but(language=language)
        self.effects.append(ChangeLanguage(language))

    def put(self, thread: Thread, opened: Open | None) -> None:
        """Makes this the active thread, with that question open."""
        name = "side" if self.conversation.side is not None else "main"
        self.conversation = self.conversation.but(**{name: thread.but(open=opened)})
