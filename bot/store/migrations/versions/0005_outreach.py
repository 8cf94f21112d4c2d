"""Briefings with their attendance, broadcasts with a row for every recipient; a delivery follows its outbox row.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

from domain.broadcast import broadcast_changes, delivery_changes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BROADCAST_STATES = "'draft', 'tested', 'awaiting_approval', 'scheduled', 'running', 'paused', 'cancelled', 'finished'"
DELIVERY_STATES = (
    "'waiting', 'sending', 'delivered', 'unreachable', 'opted_out', 'window_closed', 'failed', 'uncertain', 'cancelled'"
)
TABLES = (
    "briefing_notice",
    "attendance",
    "briefing_material",
    "briefing_version",
    "briefing",
    "delivery_change",
    "broadcast_change",
    "delivery_lead",
    "delivery",
    "broadcast",
)

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER delivery_follows_outbox AFTER UPDATE OF state ON outbox
    WHEN NEW.kind = 'broadcast' AND NEW.state <> OLD.state
    BEGIN
        UPDATE delivery SET
            state = CASE NEW.state WHEN 'sent' THEN 'delivered' WHEN 'expired' THEN 'failed' ELSE NEW.state END,
            detail = NEW.reason, finished_at = NEW.finished_at
        WHERE outbox_id = NEW.id AND state IN ('waiting', 'sending', 'uncertain');
    END
    """,
    """
    CREATE TRIGGER delivery_outlives_outbox BEFORE DELETE ON outbox
    WHEN OLD.kind = 'broadcast' AND OLD.state = 'sending'
    BEGIN UPDATE delivery SET state = 'waiting' WHERE outbox_id = OLD.id AND state = 'sending'; END
    """,
    """
    CREATE TRIGGER delivery_state BEFORE UPDATE OF state ON delivery
    WHEN NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM delivery_change WHERE was = OLD.state AND became = NEW.state
    )
    BEGIN SELECT RAISE(ABORT, 'a delivery cannot change its state that way'); END
    """,
    """
    CREATE TRIGGER broadcast_state BEFORE UPDATE OF state ON broadcast
    WHEN NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM broadcast_change WHERE was = OLD.state AND became = NEW.state
    )
    BEGIN SELECT RAISE(ABORT, 'a broadcast cannot change its state that way'); END
    """,
)

POSTGRES_TRIGGERS = (
    """
    CREATE FUNCTION follow_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE delivery SET
            state = CASE NEW.state WHEN 'sent' THEN 'delivered' WHEN 'expired' THEN 'failed' ELSE NEW.state END,
            detail = NEW.reason, finished_at = NEW.finished_at
        WHERE outbox_id = NEW.id AND state IN ('waiting', 'sending', 'uncertain');
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER delivery_follows_outbox AFTER UPDATE OF state ON outbox
    FOR EACH ROW WHEN (NEW.kind = 'broadcast' AND NEW.state IS DISTINCT FROM OLD.state)
    EXECUTE FUNCTION follow_outbox()
    """,
    """
    CREATE FUNCTION outlive_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE delivery SET state = 'waiting' WHERE outbox_id = OLD.id AND state = 'sending';
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER delivery_outlives_outbox BEFORE DELETE ON outbox
    FOR EACH ROW WHEN (OLD.kind = 'broadcast' AND OLD.state = 'sending') EXECUTE FUNCTION outlive_outbox()
    """,
    *(
        """
    CREATE FUNCTION check_{table}_state() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM {table}_change WHERE was = OLD.state AND became = NEW.state) THEN
            RAISE EXCEPTION 'a {table} cannot change its state that way'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$
    """.replace("{table}", table)
        for table in ("delivery", "broadcast")
    ),
    *(
        """
    CREATE TRIGGER {table}_state BEFORE UPDATE OF state ON {table}
    FOR EACH ROW WHEN (NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION check_{table}_state()
    """.replace("{table}", table)
        for table in ("delivery", "broadcast")
    ),
)


def key() -> sa.BigInteger:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment() -> sa.String:
    return sa.String(32).with_variant(TIMESTAMP(timezone=True), "postgresql")


def _to(table: str, column: str, parent: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    _broadcasts()
    _deliveries()
    _changes()
    _briefings()
    _attendance()
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRES_TRIGGERS if postgres else SQLITE_TRIGGERS:
        op.execute(statement)


def _broadcasts() -> None:
    op.create_table(
        "broadcast",
        sa.Column("id", key(), nullable=False),
        sa.Column("author_id", key()),
        sa.Column("account_id", key()),
        sa.Column("approved_by", key()),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("recipients", sa.Integer()),
        sa.Column("starts_at", moment()),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("started_at", moment()),
        sa.Column("finished_at", moment()),
        _check("broadcast", "state", f"state IN ({BROADCAST_STATES})"),
        _check("broadcast", "finished_at", "(state IN ('cancelled', 'finished')) = (finished_at IS NOT NULL)"),
        _check(
            "broadcast",
            "started_at",
            "state NOT IN ('running', 'paused', 'finished') OR (started_at IS NOT NULL AND recipients IS NOT NULL)",
        ),
        _check("broadcast", "recipients", "recipients >= 0"),
        _to("broadcast", "author_id", "person", "SET NULL"),
        _to("broadcast", "account_id", "account", "SET NULL"),
        _to("broadcast", "approved_by", "person", "SET NULL"),
        _primary("broadcast"),
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", key(), nullable=False),
        sa.Column("broadcast_id", key(), nullable=False),
        sa.Column("person_id", key()),
        sa.Column("candidate_id", key()),
        sa.Column("outbox_id", key()),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("not_before", moment()),
        sa.Column("detail", sa.String(200)),
        sa.Column("finished_at", moment()),
        _check("delivery", "state", f"state IN ({DELIVERY_STATES})"),
        _check("delivery", "finished_at", "(state IN ('waiting', 'sending')) = (finished_at IS NULL)"),
        _to("delivery", "broadcast_id", "broadcast", "CASCADE"),
        _to("delivery", "person_id", "person", "SET NULL"),
        _to("delivery", "candidate_id", "candidate", "SET NULL"),
        _to("delivery", "outbox_id", "outbox", "SET NULL"),
        _primary("delivery"),
        _unique("delivery", "broadcast_id", "person_id"),
        _unique("delivery", "broadcast_id", "candidate_id"),
        _unique("delivery", "outbox_id"),
    )
    op.create_table(
        "delivery_lead",
        sa.Column("outbox_id", key(), autoincrement=False, nullable=False),
        sa.Column("delivery_id", key(), nullable=False),
        _to("delivery_lead", "outbox_id", "outbox", "CASCADE"),
        _to("delivery_lead", "delivery_id", "delivery", "CASCADE"),
        _primary("delivery_lead", "outbox_id"),
    )
    op.create_index(op.f("ix_delivery_lead_delivery_id"), "delivery_lead", ["delivery_id"])
    op.create_index("ix_delivery_broadcast_id_state", "delivery", ["broadcast_id", "state"])
    op.create_index(op.f("ix_delivery_person_id"), "delivery", ["person_id"])
    op.create_index(op.f("ix_delivery_candidate_id"), "delivery", ["candidate_id"])
    unsent = sa.text("state = 'waiting' AND outbox_id IS NULL")
    op.create_index(
        "ix_delivery_unsent",
        "delivery",
        ["broadcast_id", "not_before"],
        sqlite_where=unsent,
        postgresql_where=unsent,
    )


def _changes() -> None:
    for table, states, pairs in (
        ("broadcast_change", BROADCAST_STATES, sorted(broadcast_changes())),
        ("delivery_change", DELIVERY_STATES, sorted(delivery_changes())),
    ):
        made = op.create_table(
            table,
            sa.Column("was", sa.String(32), nullable=False),
            sa.Column("became", sa.String(32), nullable=False),
            _check(table, "was", f"was IN ({states})"),
            _check(table, "became", f"became IN ({states})"),
            _primary(table, "was", "became"),
        )
        op.bulk_insert(made, [{"was": str(was), "became": str(became)} for was, became in pairs])


def _briefings() -> None:
    op.create_table(
        "briefing",
        sa.Column("id", key(), nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("author_id", key()),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("starts_at", moment(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        _check("briefing", "sequence", "sequence >= 0"),
        _to("briefing", "author_id", "person", "SET NULL"),
        _primary("briefing"),
        _unique("briefing", "uid"),
    )
    op.create_table(
        "briefing_version",
        sa.Column("briefing_id", key(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        _to("briefing_version", "briefing_id", "briefing", "CASCADE"),
        _primary("briefing_version", "briefing_id", "sequence"),
    )
    op.create_table(
        "briefing_material",
        sa.Column("id", key(), nullable=False),
        sa.Column("briefing_id", key(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(32)),
        sa.Column("made_at", moment(), nullable=False),
        _to("briefing_material", "briefing_id", "briefing", "CASCADE"),
        _primary("briefing_material"),
    )
    op.create_index(op.f("ix_briefing_material_briefing_id"), "briefing_material", ["briefing_id"])


def _attendance() -> None:
    op.create_table(
        "attendance",
        sa.Column("id", key(), nullable=False),
        sa.Column("briefing_id", key(), nullable=False),
        sa.Column("person_id", key()),
        sa.Column("candidate_id", key()),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("invited_at", moment(), nullable=False),
        sa.Column("answered_at", moment()),
        _check("attendance", "answer", "answer IN ('coming', 'not_coming', 'recording', 'no_answer')"),
        _check("attendance", "answered_at", "(answer = 'no_answer') = (answered_at IS NULL)"),
        _to("attendance", "briefing_id", "briefing", "CASCADE"),
        _to("attendance", "person_id", "person", "CASCADE"),
        _to("attendance", "candidate_id", "candidate", "SET NULL"),
        _primary("attendance"),
        _unique("attendance", "briefing_id", "person_id"),
        _unique("attendance", "briefing_id", "candidate_id"),
    )
    op.create_table(
        "briefing_notice",
        sa.Column("id", key(), nullable=False),
        sa.Column("briefing_id", key(), nullable=False),
        sa.Column("person_id", key(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("outbox_id", key()),
        sa.Column("not_before", moment()),
        sa.Column("put_at", moment()),
        _check(
            "briefing_notice",
            "kind",
            "kind IN ('invitation', 'change', 'cancellation', 'day', 'hour', 'material')",
        ),
        _to("briefing_notice", "briefing_id", "briefing", "CASCADE"),
        _to("briefing_notice", "person_id", "person", "CASCADE"),
        _to("briefing_notice", "outbox_id", "outbox", "SET NULL"),
        _primary("briefing_notice"),
        _unique("briefing_notice", "briefing_id", "person_id", "kind", "sequence"),
    )
    for table, column in (
        ("attendance", "person_id"),
        ("attendance", "candidate_id"),
        ("briefing_notice", "person_id"),
        ("briefing_notice", "outbox_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    not_put = sa.text("put_at IS NULL")
    op.create_index(
        "ix_briefing_notice_not_put",
        "briefing_notice",
        ["briefing_id", "not_before"],
        sqlite_where=not_put,
        postgresql_where=not_put,
    )


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for trigger, table in (
        ("delivery_follows_outbox", "outbox"),
        ("delivery_outlives_outbox", "outbox"),
        ("delivery_state", "delivery"),
        ("broadcast_state", "broadcast"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}" if postgres else f"DROP TRIGGER {trigger}")
    if postgres:
        for function in ("follow_outbox", "outlive_outbox", "check_delivery_state", "check_broadcast_state"):
            op.execute(f"DROP FUNCTION {function}()")
    for table in TABLES:
        op.drop_table(table)
