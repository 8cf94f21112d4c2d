"""Files that a person adds to their application: at home, once it is handed in, out of the way of the intake."""

from dialogs.cards import Line
from dialogs.conversation import Answer
from dialogs.effects import RecordAttachments
from dialogs.events import Attached
from dialogs.turn import Turn

KIND = "certificate"
"""What the files are: degree certificate and the like."""

AT = frozenset({"home", "certificate"})
"""The questions at which files are taken."""


def attach(turn: Turn, event: Attached) -> None:
    """Takes the files where they are wanted; elsewhere says when they will be.

    Only what is a picture, a PDF or an Office file by its content is taken; of the others the person is told.
    """
    question, references = turn.question, event.usable
    if refused := len(event.references) - len(references):
        turn.said.append(Line(key="certificate.refused", args={"count": refused}))
        if not references:
            return
    if question is not None and question.reads_files and question.id not in AT and references:
        turn.answer(question.id, " ".join(references), "")
        return
    if question is None or question.id not in AT or not references:
        turn.said.append(Line(key="unreadable.file"))
        return
    thread = turn.conversation.active
    held = str(thread.value(KIND) or "").split()
    answer = Answer(value=" ".join([*held, *references]), said="", at=turn.context.now)
    turn.put(thread.but(answers={**thread.answers, KIND: answer}), thread.open)
    turn.effects.append(RecordAttachments(KIND, references))
    turn.said.append(Line(key="certificate.received", args={"count": len(references)}))
    turn.advance(turn.conversation.active)
