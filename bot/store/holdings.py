"""All that is held on a person, by table: what the law calls a copy of their personal data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection, Select, select

from bot.store import conversations
from bot.store.tables import (
    account,
    answer,
    application,
    attachment,
    candidate,
    classification,
    consent,
    conversation,
    enquiry,
    enterprise,
    erasure,
    event,
    inbox,
    outbox,
    person,
    project,
    role_grant,
    unit,
)
from dialogs.conversation import Conversation

_INTERNAL = {"phone_index", "digest", "render_digest", "correlation", "content", "letters"}
"""Columns that tell nothing of the person: keyed digests, and the files, which are sent beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """A file of the person's that can be sent along."""

    reference: str
    name: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What is held: the conversation, rows by table as JSON values, files that the person sent."""

    conversation: Conversation
    tables: dict[str, list[dict[str, JsonValue]]]
    files: tuple[HeldFile, ...]


def holdings_of(connection: Connection, person_id: int) -> Holdings | None:
    """Everything; None where the person is known no more."""
    known = select(conversation.c.id).where(conversation.c.person_id == person_id)
    talk = connection.execute(known).scalar_one_or_none()
    if talk is None:
        return None
    tables = {name: _rows(connection, query) for name, query in _queries(person_id, talk).items()}
    sent = select(attachment.c.reference, attachment.c.name, attachment.c.media_type).where(
        attachment.c.person_id == person_id, attachment.c.expires_at.is_(None)
    )
    files = tuple(
        HeldFile(reference=row.reference, name=row.name, media_type=row.media_type)
        for row in connection.execute(sent.order_by(attachment.c.id))
    )
    return Holdings(conversation=conversations.find(connection, person_id), tables=tables, files=files)


def _queries(person_id: int, talk: str) -> dict[str, Select[Any]]:
    own = select(account.c.id).where(account.c.person_id == person_id)
    candidates = select(candidate.c.id).where(candidate.c.person_id == person_id)
    applications = select(application.c.id).where(application.c.candidate_id.in_(candidates))
    return {
        "person": select(person).where(person.c.id == person_id),
        "accounts": select(account).where(account.c.person_id == person_id),
        "roles": select(role_grant).where(role_grant.c.person_id == person_id),
        "consents": select(consent).where(consent.c.person_id == person_id),
        "answers": select(answer).where(answer.c.conversation_id == talk).order_by(answer.c.id),
        "classifications": select(classification).where(classification.c.conversation_id == talk),
        "candidates": select(candidate).where(candidate.c.person_id == person_id),
        "applications": select(application).where(application.c.candidate_id.in_(candidates)),
        "units": select(unit.c.name).where(
            unit.c.id.in_(select(application.c.unit_id).where(application.c.id.in_(applications)))
        ),
        "enterprises": select(enterprise).where(
            enterprise.c.id.in_(select(application.c.enterprise_id).where(application.c.id.in_(applications)))
        ),
        "projects": select(project).where(
            project.c.id.in_(select(application.c.project_id).where(application.c.id.in_(applications)))
        ),
        "events": select(event).where(event.c.actor_id == person_id).order_by(event.c.id),
        "enquiries": select(enquiry).where(enquiry.c.person_id == person_id),
        "files": select(attachment).where(attachment.c.person_id == person_id),
        "erasure": select(erasure).where(erasure.c.person_id == person_id),
        "received": select(inbox).where(inbox.c.account_id.in_(own)).order_by(inbox.c.id),
        "sent": select(outbox).where(outbox.c.account_id.in_(own)).order_by(outbox.c.id),
    }


def _rows(connection: Connection, query: Select[Any]) -> list[dict[str, JsonValue]]:
    rows: Sequence[Any] = connection.execute(query).mappings().all()
    return [{str(name): _json(value) for name, value in row.items() if str(name) not in _INTERNAL} for row in rows]


def _json(value: object) -> JsonValue:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf8", "replace")
    return str(value)
