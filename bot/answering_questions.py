"""A member answers a question: once, and the answer goes to where the question came from."""

from datetime import datetime

from sqlalchemy import Connection

from bot.store import audit, enquiries, members
from bot.store.audit import Entry
from bot.telling import tell
from dialogs.case import answer_card, question_card

ANSWER_LIMIT = 1500


def answer(connection: Connection, question: int, text: str, by: int, now: datetime) -> bool:
    """Stores and sends it; False where the question has been answered already, or is gone."""
    text = text.strip()[:ANSWER_LIMIT]
    if not text:
        return False
    found = enquiries.answer(connection, question, text, by, now)
    if found is None:
        return False
    tell(connection, found.person, answer_card(found.text, text), now, account_id=found.account)
    audit.write(connection, Entry(action="answer_questions", actor=by, subject=f"enquiry {question}"), now)
    return True


def forward(connection: Connection, question: int, text: str, now: datetime) -> int:
    """Shows the question to every member of the secretariat in their own chat; returns how many."""
    card = question_card(question, text)
    return sum(tell(connection, person, card, now) for person in members.staff(connection))
