"""Stored classifications: what was suggested for which words, and what people took."""

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.prepared import insertion
from bot.store.tables import classification as table
from dialogs.effects import RecordClassification
from domain.annex1 import SpecialtyRef
from domain.classification.overruled import StoredDecision, StoredSuggestion

_INSERT = insertion(
    table, "conversation_id", "text", "lexicon_version", "suggested", "chosen_field", "chosen_specialty", "at"
)


def record(connection: Connection, conversation: str, effect: RecordClassification, now: datetime) -> None:
    """Adds what was suggested for which words, and what was taken."""
    chosen_field, chosen_specialty = effect.chosen or (None, None)
    _INSERT.change(
        connection,
        {
            "conversation_id": conversation,
            "text": effect.text,
            "lexicon_version": effect.lexicon_version,
            "suggested": json.dumps(effect.suggested, ensure_ascii=False),
            "chosen_field": chosen_field,
            "chosen_specialty": chosen_specialty,
            "at": now,
        },
    )


def decisions(connection: Connection) -> Iterator[StoredDecision]:
    """The latest decision of each conversation: earlier ones were about words that the person has replaced."""
    latest = select(func.max(table.c.id)).group_by(table.c.conversation_id)
    for row in connection.execute(select(table).where(table.c.id.in_(latest)).order_by(table.c.id)).yield_per(500):
        suggested = tuple(
            StoredSuggestion(SpecialtyRef(field, specialty), score, tuple(matched))
            for field, specialty, score, matched in json.loads(row.suggested)
        )
        chosen = SpecialtyRef(row.chosen_field, row.chosen_specialty) if row.chosen_field is not None else None
        yield StoredDecision(row.text, row.lexicon_version, suggested, chosen)
