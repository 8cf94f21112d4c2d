"""The files that briefings are told with, each a person's own copy: the calendar entry, and the material after it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.store import attachments, briefings
from bot.store.briefings import Called
from bot.store.notices import Notice
from dialogs.cards import Card, Document
from dialogs.invitations import follow_up_card
from domain.vocabulary import Language

KEPT = timedelta(days=30)
"""How long after the briefing a copy can be fetched."""


def calendar_of(connection: Connection, seen: Called, person: int, language: Language, now: datetime) -> Document:
    """A calendar file that only this person can fetch."""
    from exports.calendars import FILE_NAME, MEDIA_TYPE, briefing_calendar  # noqa: PLC0415 - loads icalendar

    content = briefing_calendar(seen.briefing, written_at=now, language=language)
    kept = max(now, seen.briefing.ends_at) + KEPT
    reference = attachments.put(connection, person, FILE_NAME, MEDIA_TYPE, content, now, expires_at=kept)
    return Document(reference=reference, name=FILE_NAME, media_type=MEDIA_TYPE)


def material_card(connection: Connection, seen: Called, notice: Notice, now: datetime) -> Card | None:
    """What follows a briefing, with its file where there is one; None where the material is gone."""
    material = briefings.material(connection, notice.sequence)
    if material is None:
        return None
    card = follow_up_card(seen.briefing, material.text)
    file = attachments.find(connection, material.reference) if material.reference else None
    if file is None or notice.who[0] is None:
        return card
    # Everyone gets a file of their own: only one's own can be fetched from the chat page and by WeChat's links.
    kept = now + KEPT
    own = attachments.put(connection, notice.who[0], file.name, file.media_type, file.content, now, expires_at=kept)
    return card.model_copy(update={"document": Document(reference=own, name=file.name, media_type=file.media_type)})
