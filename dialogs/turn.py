"""One step under way: all the moves that a conversation can make."""

from collections.abc import Callable

from dialogs.cards import Line
from dialogs.conversation import Open, Thread
from dialogs.effects import RequestResumeCode, StopMessages
from dialogs.help import help_lines
from dialogs.ledger import Ledger
from dialogs.questions import Go, Listing, Question
from dialogs.scripts import SCRIPTS
from dialogs.status import status_lines
from domain.vocabulary import Language


class Turn(Ledger):
    """The ways that a press or a command asks for; each leaves the conversation with a question open."""

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
