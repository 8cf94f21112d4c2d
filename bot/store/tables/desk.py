"""What the secretariat's desk needs: sign-ins, names of members, notes and tasks on cases, who is put forward where."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table

from bot.store.columns import Key, Moment, key, metadata, one_of, words
from bot.store.crypto import EncryptedText
from bot.store.tables.records import application, candidate
from domain.evaluation import Task

desk_entry = Table(
    "desk_entry",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at", Moment, nullable=False),
)
"""One-time codes that open the desk for one person; a used one is deleted."""

desk_session = Table(
    "desk_session",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
"""Browsers that are signed in at the desk, by the digest of their cookie."""

member = Table(
    "member",
    metadata,
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("name", EncryptedText("member.name"), nullable=False),
)
"""What colleagues call a member of the secretariat."""

case_note = Table(
    "case_note",
    metadata,
    key(),
    Column("application_id", Key, ForeignKey("application.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("author_id", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("text", EncryptedText("case_note.text"), nullable=False),
    Column("at", Moment, nullable=False),
)
"""A remark of the secretariat on a case; the candidate does not see it on the desk, but has it with their data."""

case_task = Table(
    "case_task",
    metadata,
    Column("application_id", Key, ForeignKey("application.id", ondelete="CASCADE"), primary_key=True),
    Column("task", words(Task), primary_key=True),
    Column("asked_at", Moment, nullable=False),
    Column("done_at", Moment),
    one_of("task", Task),
)
"""What a candidate has been asked to do for the evaluation, and when it was done."""

put_forward = Table(
    "put_forward",
    metadata,
    Column("application_id", Key, ForeignKey("application.id", ondelete="CASCADE"), primary_key=True),
    Column("partner", String(32), primary_key=True),
    Column("by_id", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
)
"""Registered members who are put forward to a partner body of the campaign, by its id."""

Index("ix_application_listing", application.c.campaign, application.c.updated_at, application.c.id)
Index("ix_application_stage", application.c.campaign, application.c.status, application.c.updated_at, application.c.id)
Index("ix_application_arrival", application.c.campaign, application.c.id)
Index("ix_candidate_duplicate_of", candidate.c.duplicate_of)
Index("ix_application_evaluation", application.c.campaign, application.c.evaluation_from)
Index("ix_candidate_field", candidate.c.campaign, candidate.c.field)
