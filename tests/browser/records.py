"""What the program has stored, read beside it with its own key."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from bot.store import applications
from bot.store.crypto import KeyRing
from bot.store.store import Store
from bot.store.tables import account, answer, conversation, inbox
from domain.campaign import current_campaign
from domain.records import Application
from tests.program import Program


@contextmanager
def opened(program: Program) -> Iterator[Store]:
    secret = (program.folder / "secret_key").read_text().strip()
    store = Store(f"sqlite:///{program.folder / 'hurentong.db'}", KeyRing.from_secret(secret))
    try:
        yield store
    finally:
        store.close()


def applications_of(program: Program, phone: str) -> list[Application]:
    """Every application with that number, without what differs by nature: number and moment."""

    def find(connection: Connection) -> list[Application]:
        filed = applications.filed(connection, current_campaign(datetime.now(UTC).date()).id)
        return [each.record for each in filed if each.record.candidate.phone.endswith(phone)]

    with opened(program) as store:
        found = store.read_now(find)
    return [
        each.model_copy(update={"submitted_at": None, "candidate": each.candidate.model_copy(update={"phone": ""})})
        for each in found
    ]


def times_answered(program: Program, phone: str) -> Counter[str]:
    """How often each question was answered in the conversation that gave this number."""

    def find(connection: Connection) -> Counter[str]:
        rows = list(connection.execute(select(answer.c.conversation_id, answer.c.question, answer.c.said)))
        mine = {row.conversation_id for row in rows if row.question == "phone" and row.said == phone}
        return Counter(row.question for row in rows if row.conversation_id in mine)

    with opened(program) as store:
        return store.read_now(find)


def messages_of(program: Program, phone: str) -> int:
    """How many messages of the person who gave this number are in the inbox."""

    def find(connection: Connection) -> int:
        given = select(answer.c.conversation_id, answer.c.said).where(answer.c.question == "phone")
        mine = next(row.conversation_id for row in connection.execute(given) if row.said == phone)
        owner = connection.scalar(select(conversation.c.person_id).where(conversation.c.id == mine))
        accounts = select(account.c.id).where(account.c.person_id == owner)
        return len(list(connection.execute(select(inbox.c.id).where(inbox.c.account_id.in_(accounts)))))

    with opened(program) as store:
        return store.read_now(find)
