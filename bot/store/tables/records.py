"""What the product is about: answers, candidates, enterprises, projects, applications, and what was made of them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.columns import Key, Moment, key, metadata, one_of, words
from bot.store.crypto import EncryptedText
from domain.application import ApplicationStatus
from domain.vocabulary import Degree, Level, Posting, ProjectStatus, ProjectType

answer = Table(
    "answer",
    metadata,
    key(),
    Column("conversation_id", String(16), ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    Column("script", String(32), nullable=False),
    Column("question", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("value", EncryptedText("answer.value"), nullable=False),
    Column("said", EncryptedText("answer.said"), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("conversation_id", "script", "question", "revision"),
    CheckConstraint("revision > 0", name="revision"),
)
"""Every version of every answer; `value` as JSON. The standing one is the conversation's own."""

enterprise = Table(
    "enterprise",
    metadata,
    key(),
    Column("name", String(200), nullable=False),
    Column("variant", Integer, nullable=False, server_default="0"),
    Column("contact_name", EncryptedText("enterprise.contact_name"), nullable=False),
    Column("contact_phone", EncryptedText("enterprise.contact_phone"), nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("name", "variant"),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("variant >= 0", name="variant"),
)
"""企业, with the contact who stands in its cell of Annex 3 ('' where not known yet).

A further `variant` of a name is the same company with another contact: another unit's, or as another form had it.
"""

project = Table(
    "project",
    metadata,
    key(),
    Column("enterprise_id", Key, ForeignKey("enterprise.id", ondelete="CASCADE")),
    Column("name", String(200), nullable=False),
    Column("country", String(64), nullable=False),
    Column("variant", Integer, nullable=False, server_default="0"),
    Column("type", words(ProjectType)),
    Column("status", words(ProjectStatus)),
    Column("chinese_engineers", Integer),
    Column("foreign_engineers", Integer),
    Column("qualified_engineers", Integer),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("enterprise_id", "name", "country", "variant"),
    one_of("type", ProjectType),
    one_of("status", ProjectStatus),
    CheckConstraint("variant >= 0", name="variant"),
    CheckConstraint(
        "chinese_engineers >= 0 AND foreign_engineers >= 0 AND qualified_engineers >= 0", name="headcounts"
    ),
    CheckConstraint("qualified_engineers <= chinese_engineers", name="qualified_among_chinese"),
)
"""境外重点项目; `country` is the Chinese name as printed; headcounts are persons. What is not known is '' or NULL, the
name too (a planned posting may know its country only); `enterprise_id` is NULL where a filled form names none.
A further `variant` is the same project with other figures, as another row of a form had them.
"""

candidate = Table(
    "candidate",
    metadata,
    key(),
    Column("campaign", String(64), nullable=False),
    Column("person_id", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("name", EncryptedText("candidate.name"), nullable=False),
    Column("phone", EncryptedText("candidate.phone"), nullable=False),
    Column("phone_index", LargeBinary(16)),
    Column("duplicate_of", Key, ForeignKey("candidate.id", ondelete="SET NULL")),
    Column("degree", words(Degree)),
    Column("degree_related", Boolean(name="degree_related")),
    Column("major", EncryptedText("candidate.major"), nullable=False),
    Column("related_years", Float),
    Column("important_years", Float),
    Column("years_on", Moment),
    Column("field", String(64), nullable=False),
    Column("specialty", String(64), nullable=False),
    Column("present_location", EncryptedText("candidate.present_location"), nullable=False),
    Column("statement", EncryptedText("candidate.statement"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("campaign", "phone_index"),
    UniqueConstraint("campaign", "person_id"),
    one_of("degree", Degree),
    CheckConstraint("related_years >= 0 AND important_years >= 0", name="years"),
    CheckConstraint("important_years <= related_years", name="important_among_related"),
    CheckConstraint("duplicate_of IS NULL OR phone_index IS NULL", name="duplicate_of"),
)
"""推荐人员 in a campaign. `phone_index` is blind (keyed); a second person with the same number points at the first."""

candidate_name = Table(
    "candidate_name",
    metadata,
    Column("candidate_id", Key, ForeignKey("candidate.id", ondelete="CASCADE"), primary_key=True),
    Column("token", LargeBinary(16), primary_key=True),
    Index("ix_candidate_name_token", "token"),
)
"""Blind tokens of the candidate's name, for searching without reading names."""

application = Table(
    "application",
    metadata,
    key(),
    Column("candidate_id", Key, ForeignKey("candidate.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("campaign", String(64), nullable=False),
    Column("status", words(ApplicationStatus), nullable=False),
    Column("level", words(Level)),
    Column("posting", words(Posting)),
    Column("country", String(64), nullable=False, server_default=""),
    Column("unit_id", Key, ForeignKey("unit.id", ondelete="SET NULL"), index=True),
    Column("enterprise_id", Key, ForeignKey("enterprise.id", ondelete="SET NULL"), index=True),
    Column("project_id", Key, ForeignKey("project.id", ondelete="SET NULL"), index=True),
    Column("verdict", Text),
    Column("eligible", Boolean(name="eligible")),
    Column("confirmed", Boolean(name="confirmed"), nullable=False),
    Column("submitted_at", Moment),
    Column("evaluation_from", Moment),
    Column("version", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    one_of("status", ApplicationStatus),
    one_of("level", Level),
    one_of("posting", Posting),
    CheckConstraint("status IN ('draft', 'imported', 'withdrawn') OR submitted_at IS NOT NULL", name="submitted_at"),
    CheckConstraint("version > 0", name="version"),
    Index("ix_application_campaign_status", "campaign", "status"),
)
"""申请. `verdict` is the snapshot at hand-in as JSON, `eligible` its answer for the level applied for;
`evaluation_from` is when screening began: the evaluation as a whole has a time limit.
"""

status_change = Table(
    "status_change",
    metadata,
    Column("was", words(ApplicationStatus), primary_key=True),
    Column("became", words(ApplicationStatus), primary_key=True),
    one_of("was", ApplicationStatus),
    one_of("became", ApplicationStatus),
)
"""The changes of status that a trigger lets through: `domain/data/transitions.toml`, filled by the migrations."""

classification = Table(
    "classification",
    metadata,
    key(),
    Column("conversation_id", String(16), ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    Column("text", EncryptedText("classification.text"), nullable=False),
    Column("lexicon_version", String(64), nullable=False),
    Column("suggested", Text, nullable=False),
    Column("chosen_field", String(64)),
    Column("chosen_specialty", String(64)),
    Column("at", Moment, nullable=False),
    CheckConstraint("(chosen_field IS NULL) = (chosen_specialty IS NULL)", name="chosen"),
    Index("ix_classification_conversation_id", "conversation_id"),
)
"""What was suggested for which words, and what the person took; `suggested` as JSON, best first."""

export = Table(
    "export",
    metadata,
    key(),
    Column("requested_by", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("campaign", String(64), nullable=False),
    Column("filters", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("reference", String(32)),
    Column("made_at", Moment, nullable=False),
    CheckConstraint("rows >= 0", name="rows"),
)
"""Every workbook that was handed out: by whose request, with which filters (JSON), its SHA-256."""

audit = Table(
    "audit",
    metadata,
    key(),
    Column("actor_id", Key),
    Column("action", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("detail", String(1000), nullable=False),
    Column("at", Moment, nullable=False),
    Column("previous", LargeBinary(32), nullable=False, unique=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
)
"""Append-only (triggers refuse UPDATE and DELETE); each row's digest covers the one before: a gap shows."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("head", EncryptedText("audit_head.head"), nullable=False),
    CheckConstraint("id = 1", name="single"),
)
"""How many rows the audit has and the digest of its last, sealed with the key: a cut end or a forged chain shows."""

key_probe = Table(
    "key_probe",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("probe", LargeBinary(64), nullable=False),
    CheckConstraint("id = 1", name="single"),
)
"""One value sealed with the key in use: a start with another key is noticed here, not at the first read."""
