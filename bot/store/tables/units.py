"""What recommending units bring: their enterprises, links for their engineers, stamped scans, filled forms."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from bot.store.columns import Key, Moment, key, metadata, one_of, words
from bot.store.crypto import EncryptedBytes, EncryptedText
from bot.store.states import ImportState

unit_enterprise = Table(
    "unit_enterprise",
    metadata,
    Column("unit_id", Key, ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True),
    Column("enterprise_id", Key, ForeignKey("enterprise.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""The enterprises that a unit's contact has entered, also before anybody of them is a candidate."""

invitation_link = Table(
    "invitation_link",
    metadata,
    key(),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("letters", EncryptedText("invitation_link.letters"), nullable=False),
    Column("unit_id", Key, ForeignKey("unit.id", ondelete="CASCADE"), index=True),
    Column("enterprise_id", Key, ForeignKey("enterprise.id", ondelete="CASCADE")),
    Column("project_id", Key, ForeignKey("project.id", ondelete="CASCADE")),
    Column("candidate_id", Key, ForeignKey("candidate.id", ondelete="CASCADE"), unique=True),
    Column("made_by", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("made_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("uses", Integer, nullable=False, server_default="0"),
    CheckConstraint("uses >= 0", name="uses"),
    CheckConstraint("unit_id IS NOT NULL OR candidate_id IS NOT NULL", name="whose"),
)
"""A link that engineers come by: for all of a unit or of a project (used as often as they like, until revoked), or for
one imported candidate to confirm what stands of them (used once).

80 random bits need no key to be safe as a digest; `letters` are kept, encrypted, to show the same link again.
"""

unit_scan = Table(
    "unit_scan",
    metadata,
    key(),
    Column("unit_id", Key, ForeignKey("unit.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", EncryptedText("unit_scan.name"), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("content", EncryptedBytes("unit_scan.content"), nullable=False),
    Column("handed_in_by", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("at", Moment, nullable=False),
)
"""Scans of stamped prints: the unit's, whoever handed them in."""

import_run = Table(
    "import_run",
    metadata,
    key(),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("unit_id", Key, ForeignKey("unit.id", ondelete="CASCADE")),
    Column("reference", String(32), nullable=False, unique=True),
    Column("state", words(ImportState), nullable=False),
    Column("summary", EncryptedText("import_run.summary")),
    Column("at", Moment, nullable=False),
    Column("finished_at", Moment),
    one_of("state", ImportState),
    Index("ix_import_run_person_id", "person_id"),
)
"""A filled form sent by chat: read (`summary` as JSON), then confirmed or not. `reference` is the stored file's."""
