"""The answers of a step: proposed, recorded, corrected, handed in."""

from collections.abc import Mapping

from dialogs.asking import said_back
from dialogs.cards import Line
from dialogs.conversation import Answer, Conversation, Thread, Value
from dialogs.effects import RecordAnswer, SubmitApplication
from dialogs.floor import Floor
from dialogs.script import Finish
from dialogs.scripts import SCRIPTS
from dialogs.volunteered import written_in
from domain.vocabulary import Language


class Ledger(Floor):
    """Keeps the answers of the active thread and what rests on them."""

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
