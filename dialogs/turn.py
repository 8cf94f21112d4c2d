"""One step under way: the conversation so far, and what it has gathered to do and to say."""

from collections.abc import Callable, Mapping

from dialogs.asking import ask, said_back
from dialogs.asks import LONGEST as ASK_LIMIT
from dialogs.cards import Card, Document, Line
from dialogs.context import Context
from dialogs.conversation import Answer, Conversation, Open, Thread, Value
from dialogs.effects import (
    ANSWERED_AT_ONCE,
    ChangeLanguage,
    Effect,
    RecordAnswer,
    RequestResumeCode,
    StopMessages,
    SubmitApplication,
)
from dialogs.help import help_lines
from dialogs.questions import Go, Listing, Question
from dialogs.script import Finish, Script
from dialogs.scripts import SCRIPTS
from dialogs.status import may_edit, status_lines
from dialogs.volunteered import written_in
from domain.vocabulary import Language, Role


class Turn:
    """The moves that a conversation can make; each leaves it with a question open."""

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

    def propose(self, answers: Mapping[str, Answer]) -> None:
        """Holds what was understood until it is confirmed; a first message shows its language, too."""
        question = self.question
        if question is not None and question.sets_language:
            words = next(iter(answers.values())).said
            self.record(question.id, written_in(words).value, words)
        if not self.conversation.consented:
            self.said.append(Line(key="proposed.noted"))
        self.advance(self.conversation.active.but(proposed=answers))

    def note(self, answers: Mapping[str, Answer]) -> None:
        """Records what an answer said beyond what was asked, and says so."""
        opened = self.question
        self.said.append(Line(key="noted"))
        for question, answer in answers.items():
            self.record(question, answer.value, answer.said)
            if opened is not None and question != opened.id:
                asked = self.script.by_id[question]
                self.said.append(said_back(asked, asked.shows(answer.value, self.conversation.language)))
        self.advance(self.conversation.active)

    def confirm(self) -> None:
        """Records everything that was proposed."""
        for question, answer in self.conversation.active.proposed.items():
            self.record(question, answer.value, answer.said)
        self.advance(self.conversation.active)

    def discard(self) -> None:
        """Forgets what was proposed."""
        self.said.append(Line(key="proposed.discarded"))
        self.advance(self.conversation.active.but(proposed={}))

    def answer(self, question: str, value: Value, said: str, *, corrects: bool = False) -> None:
        """Records the answer, opens what comes next, finishes the script at its last question."""
        if self._closed():
            self.said.append(Line(key="edit.closed"))
            return
        self.record(question, value, said)
        script, thread = self.script, self.conversation.active
        asked = script.by_id[question]
        if corrects:
            shown = asked.shows(value, self.conversation.language)
            self.said.append(Line(key="corrected", args={"answer": said_back(asked, shown)}))
        exhausted = self.conversation.side is not None and script.next_question(thread) is None
        if question == script.last or exhausted:
            self.finish(script.finish(thread, self.context))
        elif not (corrects and thread.open and thread.open.id != question and thread.open.id in thread.answers):
            self.advance(thread)

    def fill_in(self, known: Mapping[str, Value]) -> None:
        """Answers what is known already and has not been answered by the person, who may change it."""
        main = self.conversation.main
        script = SCRIPTS[main.script]
        new = {
            question: Answer(value=value, at=self.context.now)
            for question, value in known.items()
            if question in script.by_id and question not in main.answers
        }
        if not new or self.conversation.submitted_at is not None:
            return
        self.conversation = self.conversation.but(main=main.but(answers={**main.answers, **new}))
        self.effects += (RecordAnswer(script.id, question, each.value, "") for question, each in new.items())
        self.settle()
        thread = self.conversation.active
        if thread.open is not None and thread.open.id in new:
            self.advance(thread)

    def _closed(self) -> bool:
        """Whether the answers of the application can no longer be changed; a side dialogue has its own."""
        handed_in = self.conversation.side is None and self.conversation.submitted_at is not None
        return handed_in and not may_edit(self.conversation, self.context)

    def record(self, question: str, value: Value, said: str) -> None:
        """Stores the answer; what rests on a changed one is set aside, to be offered again with its question."""
        script, thread = self.script, self.conversation.active
        doubtful = self._doubtful(thread, question, value)
        answers = {each: answer for each, answer in thread.answers.items() if each not in doubtful}
        answers[question] = Answer(value=value, said=said, at=self.context.now)
        former = {
            **thread.former,
            **{each: thread.answers[each] for each in doubtful if script.by_id[each].listed},
        }
        former.pop(question, None)
        proposed = {each: answer for each, answer in thread.proposed.items() if each != question}
        thread = thread.but(answers=answers, former=former, proposed=proposed)
        self.put(thread, thread.open)
        self.effects.append(RecordAnswer(script.id, question, value, said))
        self.effects += script.by_id[question].follows(thread, self.context)
        if script.by_id[question].sets_language:
            self.speak(Language(str(value)))

    def _doubtful(self, thread: Thread, question: str, value: Value) -> frozenset[str]:
        """The answers to be given again: all that rest on a changed one; of those on a new one, what it contradicts."""
        resting = self.script.dependents(question) & thread.answers.keys()
        stood = thread.answers.get(question) or thread.former.get(question)
        if stood is not None:
            return resting if stood.value != value else frozenset()
        later = thread.but(answers={**thread.answers, question: Answer(value=value, at=self.context.now)})
        return frozenset(
            each
            for each in resting
            if each == self.script.last
            or any(rule(thread.value(each), later, self.context) for rule in self.script.by_id[each].must)
        )

    def finish(self, finish: Finish) -> None:
        """Does what the end of a script asks for."""
        self.effects += finish.effects
        self.said += finish.lines
        if finish.erases:
            kept = self.conversation
            self.conversation = Conversation(id=kept.id, language=kept.language, revision=kept.revision)
            self.erased = True
            return
        if any(isinstance(each, SubmitApplication) for each in finish.effects):
            self.conversation = self.conversation.but(submitted_at=self.context.now)
        if finish.side is not None:
            self.begin(finish.side)
        elif self.conversation.side is None:
            self.advance(self.conversation.active)
        else:
            self.leave_side()

    def go(self, way: Go) -> None:
        """Goes that way."""
        moves: dict[Go, Callable[[], None]] = {
            Go.STATUS: self.show_status,
            Go.HELP: self.help,
            Go.EDIT: self.edit,
            Go.KEEP: self.keep,
            Go.SKIP: self.skip,
            Go.BACK: self.back,
            Go.CONFIRM: self.confirm,
            Go.DISCARD: self.discard,
            Go.ELSEWHERE: lambda: self.effects.append(RequestResumeCode()),
            Go.CHINESE: lambda: self.switch(Language.ZH),
            Go.ENGLISH: lambda: self.switch(Language.EN),
            Go.STOP: self.stop,
            Go.CANCEL: self.cancel,
        }
        moves[way]()

    def show_status(self) -> None:
        """Says where the case stands."""
        self.said += status_lines(self.conversation, self.context)

    def help(self) -> None:
        """Says what one can do."""
        self.said += help_lines(self.conversation, self.question, self.context)

    def switch(self, language: Language) -> None:
        """Goes on in that language."""
        self.speak(language)
        self.said.append(Line(key="lang.changed"))

    def stop(self) -> None:
        """Nothing but replies from now on."""
        self.effects.append(StopMessages())
        self.said.append(Line(key="messages.stopped"))

    def cancel(self) -> None:
        """Ends the short dialogue, or stops for now; nothing is lost."""
        if self.conversation.side is not None:
            self.said.append(Line(key="cancelled"))
            self.leave_side()
        else:
            self.said.append(Line(key="cancel.kept"))
            self.advance(self.conversation.active)

    def skip(self) -> None:
        """Leaves the question open."""
        opened = self.conversation.active.open
        if opened is not None:
            self.answer(opened.id, None, "")

    def edit(self) -> None:
        """Lists the answers, each to be changed."""
        main = self.conversation.main
        if not SCRIPTS[main.script].answered(main):
            self.said.append(Line(key="edit.nothing"))
            return
        self.leave_side()
        self.open("edit")

    def keep(self) -> None:
        """Leaves the answer as it is, or takes the one from before an edit once more."""
        thread = self.conversation.active
        former = thread.former.get(thread.open.id) if thread.open else None
        if thread.open is not None and former is not None and thread.open.id not in thread.answers:
            self.answer(thread.open.id, former.value, former.said)
        else:
            self.advance(thread)

    def back(self) -> None:
        """One page up, or to the question from which this one was opened, or to the one before it."""
        thread, question = self.conversation.active, self.question
        if thread.open is None or question is None:
            return
        if thread.open.menu:
            self.turn_page(question.up(thread.open.menu))
        elif question.listing is Listing.PROPOSED:
            self.discard()
        elif thread.open.origin in self.script.by_id:
            self.put(thread, Open(id=thread.open.origin, opening=self.conversation.revision))
        elif question.on_request:
            self.advance(thread)
        elif self.script.stands_after_last(question.id):
            self.said.append(Line(key="back.handed_in"))
        else:
            self._to_previous(thread, question)

    def _to_previous(self, thread: Thread, question: Question) -> None:
        before = self.script.previous_question(thread, question.id)
        if before is not None:
            self.put(thread, Open(id=before.id, opening=self.conversation.revision))
        elif self.conversation.side is not None:
            self.cancel()
        else:
            self.said.append(Line(key="back.first"))

    def put(self, thread: Thread, opened: Open | None) -> None:
        """Makes this the active thread, with that question open."""
        name = "side" if self.conversation.side is not None else "main"
        self.conversation = self.conversation.but(**{name: thread.but(open=opened)})
