# ruff: noqa: E501, PLR0915 - one long function of long lines is what a first schema is
"""The first schema: people, traffic, records, and what the database itself refuses.

Revision 0001, the first.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def key() -> sa.BigInteger:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment() -> sa.String:
    return sa.String(32).with_variant(TIMESTAMP(timezone=True), "postgresql")


STATUS_CHANGES = (
    ("draft", "submitted"),
    ("imported", "submitted"),
    ("returned", "submitted"),
    ("submitted", "recommended"),
    ("recommended", "screening"),
    ("screening", "allocated"),
    ("allocated", "materials"),
    ("allocated", "review"),
    ("materials", "review"),
    ("review", "registered"),
    ("review", "materials"),
    ("submitted", "returned"),
    ("recommended", "returned"),
    ("screening", "returned"),
    ("allocated", "returned"),
    ("materials", "returned"),
    ("review", "returned"),
    ("recommended", "submitted"),
    ("submitted", "not_passed"),
    ("returned", "not_passed"),
    ("recommended", "not_passed"),
    ("screening", "not_passed"),
    ("allocated", "not_passed"),
    ("materials", "not_passed"),
    ("review", "not_passed"),
    ("imported", "withdrawn"),
    ("submitted", "withdrawn"),
    ("returned", "withdrawn"),
    ("recommended", "withdrawn"),
    ("draft", "withdrawn"),
    ("screening", "withdrawn"),
    ("allocated", "withdrawn"),
    ("materials", "withdrawn"),
    ("review", "withdrawn"),
    ("withdrawn", "draft"),
    ("screening", "recommended"),
    ("allocated", "screening"),
    ("materials", "allocated"),
    ("registered", "review"),
    ("not_passed", "review"),
    ("not_passed", "submitted"),
)

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
    """,
    """
    CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
    """,
    """
    CREATE TRIGGER application_status BEFORE UPDATE OF status ON application
    WHEN NEW.status <> OLD.status AND NOT EXISTS (
        SELECT 1 FROM status_change WHERE was = OLD.status AND became = NEW.status
    )
    BEGIN SELECT RAISE(ABORT, 'an application cannot change its status that way'); END
    """,
)

POSTGRES_TRIGGERS = (
    """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """,
    """
    CREATE FUNCTION check_application_status() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM status_change WHERE was = OLD.status AND became = NEW.status) THEN
            RAISE EXCEPTION 'an application cannot change its status that way'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER application_status BEFORE UPDATE OF status ON application
    FOR EACH ROW WHEN (NEW.status IS DISTINCT FROM OLD.status) EXECUTE FUNCTION check_application_status()
    """,
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", key(), nullable=False),
        sa.Column("actor_id", key(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=1000), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("previous", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("digest", name=op.f("uq_audit_digest")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_previous")),
    )
    op.create_table(
        "enterprise",
        sa.Column("id", key(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.LargeBinary(), nullable=False),
        sa.Column("contact_phone", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_enterprise_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("name", name=op.f("uq_enterprise_name")),
    )
    op.create_table(
        "gate",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("next_free", moment(), nullable=False),
        sa.Column("not_before", moment(), nullable=False),
        sa.CheckConstraint("epoch > 0", name=op.f("ck_gate_epoch")),
        sa.CheckConstraint("rate > 0", name=op.f("ck_gate_rate")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_gate")),
    )
    op.create_table(
        "key_probe",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("probe", sa.LargeBinary(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_key_probe_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_probe")),
    )
    op.create_table(
        "person",
        sa.Column("id", key(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "status_change",
        sa.Column("was", sa.String(length=32), nullable=False),
        sa.Column("became", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "became IN ('draft', 'imported', 'submitted', 'returned', 'recommended', 'screening', 'allocated', 'materials', 'review', 'registered', 'not_passed', 'withdrawn')",
            name=op.f("ck_status_change_became"),
        ),
        sa.CheckConstraint(
            "was IN ('draft', 'imported', 'submitted', 'returned', 'recommended', 'screening', 'allocated', 'materials', 'review', 'registered', 'not_passed', 'withdrawn')",
            name=op.f("ck_status_change_was"),
        ),
        sa.PrimaryKeyConstraint("was", "became", name=op.f("pk_status_change")),
    )
    op.create_table(
        "timer",
        sa.Column("id", key(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("due_at", moment(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("finished_at", moment(), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (finished_at IS NULL)", name=op.f("ck_timer_finished_at")),
        sa.CheckConstraint("state IN ('waiting', 'fired', 'cancelled', 'failed')", name=op.f("ck_timer_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timer")),
    )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_timer_due_at",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_timer_payload",
            ["finished_at"],
            unique=False,
            sqlite_where=sa.text("payload IS NOT NULL"),
            postgresql_where=sa.text("payload IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_timer_waiting",
            ["kind", "subject"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "unit",
        sa.Column("id", key(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_unit_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("name", name=op.f("uq_unit_name")),
    )
    op.create_table(
        "used_link",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_used_link")),
    )
    with op.batch_alter_table("used_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_used_link_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", key(), nullable=False),
        sa.Column("person_id", key(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("reachability", sa.String(length=32), server_default="reachable", nullable=False),
        sa.Column("unreachable_reason", sa.String(length=200), nullable=True),
        sa.Column("unreachable_since", moment(), nullable=True),
        sa.Column("opted_out_at", moment(), nullable=True),
        sa.Column("hold_until", moment(), nullable=True),
        sa.Column("window_until", moment(), nullable=True),
        sa.Column("window_left", sa.SmallInteger(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.CheckConstraint(
            "(reachability = 'unreachable') = (unreachable_since IS NOT NULL)",
            name=op.f("ck_account_unreachable_since"),
        ),
        sa.CheckConstraint("address <> ''", name=op.f("ck_account_address")),
        sa.CheckConstraint("channel IN ('web', 'telegram', 'wechat')", name=op.f("ck_account_channel")),
        sa.CheckConstraint("reachability IN ('reachable', 'unreachable')", name=op.f("ck_account_reachability")),
        sa.CheckConstraint("window_left >= 0", name=op.f("ck_account_window_left")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_account_channel_address")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_person_id"), ["person_id"], unique=False)

    op.create_table(
        "candidate",
        sa.Column("id", key(), nullable=False),
        sa.Column("campaign", sa.String(length=64), nullable=False),
        sa.Column("person_id", key(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("duplicate_of", key(), nullable=True),
        sa.Column("degree", sa.String(length=32), nullable=True),
        sa.Column("degree_related", sa.Boolean(name="degree_related"), nullable=True),
        sa.Column("major", sa.LargeBinary(), nullable=False),
        sa.Column("related_years", sa.Float(), nullable=True),
        sa.Column("important_years", sa.Float(), nullable=True),
        sa.Column("years_on", moment(), nullable=True),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("specialty", sa.String(length=64), nullable=False),
        sa.Column("present_location", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.CheckConstraint("degree IN ('below', 'bachelor', 'master', 'doctor')", name=op.f("ck_candidate_degree")),
        sa.CheckConstraint("duplicate_of IS NULL OR phone_index IS NULL", name=op.f("ck_candidate_duplicate_of")),
        sa.CheckConstraint("important_years <= related_years", name=op.f("ck_candidate_important_among_related")),
        sa.CheckConstraint("related_years >= 0 AND important_years >= 0", name=op.f("ck_candidate_years")),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["candidate.id"], name=op.f("fk_candidate_duplicate_of"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_candidate_person_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("campaign", "person_id", name=op.f("uq_candidate_campaign_person_id")),
        sa.UniqueConstraint("campaign", "phone_index", name=op.f("uq_candidate_campaign_phone_index")),
    )
    op.create_table(
        "code",
        sa.Column("id", key(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("unit_id", key(), nullable=True),
        sa.Column("made_by", key(), nullable=True),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("used_by", key(), nullable=True),
        sa.Column("used_at", moment(), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('unit_contact', 'candidate')) = (unit_id IS NOT NULL)", name=op.f("ck_code_unit")
        ),
        sa.CheckConstraint(
            "kind <> 'resume' OR made_by IS NOT NULL OR used_at IS NOT NULL", name=op.f("ck_code_resume")
        ),
        sa.CheckConstraint(
            "kind IN ('secretariat', 'lead', 'unit_contact', 'candidate', 'resume')", name=op.f("ck_code_kind")
        ),
        sa.CheckConstraint("used_by IS NULL OR used_at IS NOT NULL", name=op.f("ck_code_used")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_code_made_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_code_unit_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["used_by"], ["person.id"], name=op.f("fk_code_used_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_code_digest")),
    )
    op.create_table(
        "consent",
        sa.Column("id", key(), nullable=False),
        sa.Column("person_id", key(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("given", sa.Boolean(name="given"), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.CheckConstraint("purpose IN ('evaluation', 'abroad')", name=op.f("ck_consent_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_person_id"), ["person_id"], unique=False)

    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("person_id", key(), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("open_question", sa.String(length=64), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_conversation_language")),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_conversation_id")),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_conversation_revision")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_conversation_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("person_id", name=op.f("uq_conversation_person_id")),
    )
    op.create_table(
        "event",
        sa.Column("id", key(), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("was", sa.String(length=32), nullable=True),
        sa.Column("became", sa.String(length=32), nullable=False),
        sa.Column("actor_id", key(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("at", moment(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_event_actor_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_subject", ["subject", "subject_id"], unique=False)

    op.create_table(
        "export",
        sa.Column("id", key(), nullable=False),
        sa.Column("requested_by", key(), nullable=True),
        sa.Column("campaign", sa.String(length=64), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=True),
        sa.Column("made_at", moment(), nullable=False),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_export_rows")),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["person.id"], name=op.f("fk_export_requested_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_table(
        "project",
        sa.Column("id", key(), nullable=False),
        sa.Column("enterprise_id", key(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=True),
        sa.Column("chinese_engineers", sa.Integer(), nullable=True),
        sa.Column("foreign_engineers", sa.Integer(), nullable=True),
        sa.Column("qualified_engineers", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_project_name")),
        sa.CheckConstraint(
            "status IN ('筹建', '准备', '在建', '完工', '已完工等待验收移交', '运营中')", name=op.f("ck_project_status")
        ),
        sa.CheckConstraint(
            "type IN ('对外投资', '承包工程', '对外劳务', '对外援助', '其他')", name=op.f("ck_project_type")
        ),
        sa.CheckConstraint(
            "chinese_engineers >= 0 AND foreign_engineers >= 0 AND qualified_engineers >= 0",
            name=op.f("ck_project_headcounts"),
        ),
        sa.CheckConstraint("qualified_engineers <= chinese_engineers", name=op.f("ck_project_qualified_among_chinese")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_project_enterprise_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("enterprise_id", "name", "country", name=op.f("uq_project_enterprise_id_name_country")),
    )
    op.create_table(
        "answer",
        sa.Column("id", key(), nullable=False),
        sa.Column("conversation_id", sa.String(length=16), nullable=False),
        sa.Column("script", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_answer_revision")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_answer_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "conversation_id",
            "script",
            "question",
            "revision",
            name=op.f("uq_answer_conversation_id_script_question_revision"),
        ),
    )
    op.create_table(
        "application",
        sa.Column("id", key(), nullable=False),
        sa.Column("candidate_id", key(), nullable=False),
        sa.Column("campaign", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=True),
        sa.Column("posting", sa.String(length=32), nullable=True),
        sa.Column("country", sa.String(length=64), server_default="", nullable=False),
        sa.Column("unit_id", key(), nullable=True),
        sa.Column("enterprise_id", key(), nullable=True),
        sa.Column("project_id", key(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("eligible", sa.Boolean(name="eligible"), nullable=True),
        sa.Column("confirmed", sa.Boolean(name="confirmed"), nullable=False),
        sa.Column("submitted_at", moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.CheckConstraint("level IN ('professional', 'senior')", name=op.f("ck_application_level")),
        sa.CheckConstraint("posting IN ('dispatched', 'planned', 'none')", name=op.f("ck_application_posting")),
        sa.CheckConstraint(
            "status IN ('draft', 'imported', 'submitted', 'returned', 'recommended', 'screening', 'allocated', 'materials', 'review', 'registered', 'not_passed', 'withdrawn')",
            name=op.f("ck_application_status"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'imported', 'withdrawn') OR submitted_at IS NOT NULL",
            name=op.f("ck_application_submitted_at"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_application_version")),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_application_candidate_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_application_enterprise_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_application_project_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_application_unit_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("candidate_id", name=op.f("uq_application_candidate_id")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index("ix_application_campaign_status", ["campaign", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "candidate_name",
        sa.Column("candidate_id", key(), nullable=False),
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_name_candidate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("candidate_id", "token", name=op.f("pk_candidate_name")),
    )
    with op.batch_alter_table("candidate_name", schema=None) as batch_op:
        batch_op.create_index("ix_candidate_name_token", ["token"], unique=False)

    op.create_table(
        "classification",
        sa.Column("id", key(), nullable=False),
        sa.Column("conversation_id", sa.String(length=16), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("lexicon_version", sa.String(length=64), nullable=False),
        sa.Column("suggested", sa.Text(), nullable=False),
        sa.Column("chosen_field", sa.String(length=64), nullable=True),
        sa.Column("chosen_specialty", sa.String(length=64), nullable=True),
        sa.Column("at", moment(), nullable=False),
        sa.CheckConstraint(
            "(chosen_field IS NULL) = (chosen_specialty IS NULL)", name=op.f("ck_classification_chosen")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_classification_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classification")),
    )
    with op.batch_alter_table("classification", schema=None) as batch_op:
        batch_op.create_index("ix_classification_conversation_id", ["conversation_id"], unique=False)

    op.create_table(
        "code_attempt",
        sa.Column("account_id", key(), nullable=False),
        sa.Column("since", moment(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_code_attempt_count")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_code_attempt_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_code_attempt")),
    )
    op.create_table(
        "enquiry",
        sa.Column("id", key(), nullable=False),
        sa.Column("person_id", key(), nullable=False),
        sa.Column("account_id", key(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", moment(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", key(), nullable=True),
        sa.Column("answered_at", moment(), nullable=True),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_enquiry_answered_at")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_enquiry_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_enquiry_answered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enquiry_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
    )
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_person_id"), ["person_id"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("id", key(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", key(), nullable=False),
        sa.Column("person_id", key(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_before", moment(), nullable=True),
        sa.Column("correlation", sa.String(length=16), nullable=False),
        sa.Column("received_at", moment(), nullable=False),
        sa.Column("handled_at", moment(), nullable=True),
        sa.CheckConstraint("(status = 'waiting') = (handled_at IS NULL)", name=op.f("ck_inbox_handled_at")),
        sa.CheckConstraint("channel IN ('web', 'telegram', 'wechat', 'internal')", name=op.f("ck_inbox_channel")),
        sa.CheckConstraint("payload IS NOT NULL OR status <> 'waiting'", name=op.f("ck_inbox_payload")),
        sa.CheckConstraint("status IN ('waiting', 'handled', 'failed')", name=op.f("ck_inbox_status")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_inbox_attempts")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_inbox_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inbox_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_inbox_channel_external_id")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_lane",
            ["person_id", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
        batch_op.create_index(
            "ix_inbox_payload",
            ["handled_at"],
            unique=False,
            sqlite_where=sa.text("payload IS NOT NULL"),
            postgresql_where=sa.text("payload IS NOT NULL"),
        )
        batch_op.create_index("ix_inbox_transcript", ["account_id", "id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", key(), nullable=False),
        sa.Column("person_id", key(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("unit_id", key(), nullable=True),
        sa.Column("code_id", key(), nullable=True),
        sa.Column("granted_at", moment(), nullable=False),
        sa.Column("revoked_at", moment(), nullable=True),
        sa.CheckConstraint("role <> 'unit_contact' OR unit_id IS NOT NULL", name=op.f("ck_role_grant_unit")),
        sa.CheckConstraint(
            "role IN ('candidate', 'unit_contact', 'secretariat', 'lead')", name=op.f("ck_role_grant_role")
        ),
        sa.ForeignKeyConstraint(["code_id"], ["code.id"], name=op.f("fk_role_grant_code_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(
            "uq_role_grant_standing",
            ["person_id", "role"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND unit_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND unit_id IS NULL"),
        )
        batch_op.create_index(
            "uq_role_grant_standing_in_unit",
            ["person_id", "role", "unit_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND unit_id IS NOT NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND unit_id IS NOT NULL"),
        )

    op.create_table(
        "attachment",
        sa.Column("id", key(), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("person_id", key(), nullable=False),
        sa.Column("inbox_id", key(), nullable=True),
        sa.Column("position", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("expires_at", moment(), nullable=True),
        sa.CheckConstraint("size >= 0", name=op.f("ck_attachment_size")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_attachment_inbox_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attachment_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("inbox_id", "position", name=op.f("uq_attachment_inbox_id_position")),
        sa.UniqueConstraint("reference", name=op.f("uq_attachment_reference")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_person_id"), ["person_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", key(), nullable=False),
        sa.Column("account_id", key(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("card", sa.LargeBinary(), nullable=True),
        sa.Column("coalesce_key", sa.String(length=64), nullable=True),
        sa.Column("render_digest", sa.LargeBinary(length=16), nullable=True),
        sa.Column("edits", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("due_at", moment(), nullable=False),
        sa.Column("expires_at", moment(), nullable=True),
        sa.Column("message_id", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("cause_id", key(), nullable=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("sending_at", moment(), nullable=True),
        sa.Column("finished_at", moment(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'reply' AND priority = 0) OR (kind = 'notice' AND priority = 1) OR (kind = 'broadcast' AND priority = 2)",
            name=op.f("ck_outbox_priority"),
        ),
        sa.CheckConstraint(
            "(state IN ('waiting', 'sending')) = (finished_at IS NULL)", name=op.f("ck_outbox_finished_at")
        ),
        sa.CheckConstraint("card IS NOT NULL OR state NOT IN ('waiting', 'sending')", name=op.f("ck_outbox_card")),
        sa.CheckConstraint("channel IN ('web', 'telegram', 'wechat')", name=op.f("ck_outbox_channel")),
        sa.CheckConstraint("kind IN ('reply', 'notice', 'broadcast')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_outbox_language")),
        sa.CheckConstraint("state <> 'sending' OR sending_at IS NOT NULL", name=op.f("ck_outbox_sending_at")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'unreachable', 'expired', 'uncertain', 'cancelled', 'failed', 'window_closed', 'opted_out')",
            name=op.f("ck_outbox_state"),
        ),
        sa.CheckConstraint("(coalesce_key IS NULL) = (render_digest IS NULL)", name=op.f("ck_outbox_render_digest")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_outbox_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["cause_id"], ["inbox.id"], name=op.f("fk_outbox_cause_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_card",
            ["finished_at"],
            unique=False,
            sqlite_where=sa.text("card IS NOT NULL"),
            postgresql_where=sa.text("card IS NOT NULL"),
        )
        batch_op.create_index("ix_outbox_cause_id", ["cause_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_keyed",
            ["account_id", "coalesce_key", "id"],
            unique=False,
            sqlite_where=sa.text("coalesce_key IS NOT NULL"),
            postgresql_where=sa.text("coalesce_key IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_outbox_lane",
            ["account_id", "priority", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'sending')"),
            postgresql_where=sa.text("state IN ('waiting', 'sending')"),
        )
        batch_op.create_index(
            "ix_outbox_ready",
            ["channel", "priority", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index("ix_outbox_transcript", ["account_id", "id"], unique=False)
        batch_op.create_index(
            "uq_outbox_newest",
            ["account_id", "coalesce_key"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting' AND coalesce_key IS NOT NULL"),
            postgresql_where=sa.text("state = 'waiting' AND coalesce_key IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_outbox_sending",
            ["account_id"],
            unique=True,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )

    changes = sa.table("status_change", sa.column("was"), sa.column("became"))
    op.bulk_insert(changes, [{"was": was, "became": became} for was, became in STATUS_CHANGES])
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRES_TRIGGERS if postgres else SQLITE_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("there is no schema before the first one; restore a backup instead")
