"""Conversations: saved with their revision as the fence; every version of every answer kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.store.prepared import Prepared, insertion
from bot.store.recent import Recent
from bot.store.tables import answer
from bot.store.tables import conversation as table
from dialogs.conversation import Conversation, Value

_SAVE = Prepared(
    update(table)
    .where(table.c.id == bindparam("conversation"), table.c.revision == bindparam("loaded"))
    .values(
        state=bindparam("state"),
        revision=bindparam("revision"),
        language=bindparam("language"),
        open_question=bindparam("open_question"),
        updated_at=bindparam("now"),
    )
)
_INSERT_ANSWER = insertion(answer, "conversation_id", "script", "question", "revision", "value", "said", "at")


_RECENT = Recent(Conversation.model_validate_json)


def parse(state: str) -> Conversation:
    """The conversation as it was saved."""
    return _RECENT.read(state)


def save(connection: Connection, conversation: Conversation, loaded: int, now: datetime) -> bool:
    """Saves it if nobody else has since revision `loaded`; False for the one who comes late."""
    opened = conversation.active.open
    changed = _SAVE.change(
        connection,
        {
            "conversation": conversation.id,
            "loaded": loaded,
            "state": _RECENT.keep(conversation.model_dump_json(), conversation),
            "revision": conversation.revision,
            "language": conversation.language,
            "open_question": opened.id if opened else None,
            "now": now,
        },
    )
    return changed == 1


def find(connection: Connection, person: int) -> Conversation:
    """The person's conversation."""
    state = connection.execute(select(table.c.state).where(table.c.person_id == person)).scalar_one()
    return parse(state)


@dataclass(frozen=True, slots=True)
class AnswerVersion:
    """One version of an answer."""

    script: str
    question: str
    revision: int
    value: Value
    said: str
    at: datetime


def record_answer(connection: Connection, conversation: str, version: AnswerVersion) -> None:
    """Adds a version; the same question at the same revision can stand once only."""
    _INSERT_ANSWER.change(
        connection,
        {
            "conversation_id": conversation,
            "script": version.script,
            "question": version.question,
            "revision": version.revision,
            "value": json.dumps(version.value, ensure_ascii=False),
            "said": version.said,
            "at": version.at,
        },
    )


def answers(connection: Connection, conversation: str) -> Sequence[AnswerVersion]:
    """All versions of all answers, oldest first."""
    rows = connection.execute(select(answer).where(answer.c.conversation_id == conversation).order_by(answer.c.id))
    return [
        AnswerVersion(row.script, row.question, row.revision, json.loads(row.value), row.said, row.at) for row in rows
    ]
