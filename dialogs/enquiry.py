"""Answering candidates' questions from the chat: a press on the forwarded question, or a reply to it."""

from dialogs.cards import Line
from dialogs.case import ANSWER, QUESTION_SUBJECT
from dialogs.effects import AnswerEnquiry, NoteRefusal
from dialogs.events import Pressed, Replied
from dialogs.press import option_code, subject_code
from dialogs.review import ANSWER_LIMIT, about_enquiry
from dialogs.turn import Turn
from domain.permissions import Action, may


def pressed_enquiry(turn: Turn, event: Pressed) -> bool:
    """Asks for the answer to a forwarded question; False for a press on anything else."""
    if event.subject != subject_code(QUESTION_SUBJECT) or event.option != option_code(ANSWER):
        return False
    if _may(turn):
        turn.begin(about_enquiry(event.opening, turn.context))
    return True


def answer_by_reply(turn: Turn, event: Replied) -> None:
    """The words of a reply to a forwarded question are its answer."""
    if _may(turn):
        turn.effects.append(AnswerEnquiry(event.opening, event.text[:ANSWER_LIMIT]))


def _may(turn: Turn) -> bool:
    if may(turn.context.roles, Action.ANSWER_QUESTIONS):
        return True
    turn.said.append(Line(key="command.refused"))
    turn.effects.append(NoteRefusal(Action.ANSWER_QUESTIONS))
    return False
