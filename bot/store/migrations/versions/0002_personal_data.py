"""Erasures under way, withdrawals without identity, a signing secret of its own, codes that outlive a key.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def key() -> sa.BigInteger:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment() -> sa.String:
    return sa.String(32).with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("person_id", key(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", moment(), nullable=False),
        sa.Column("due_at", moment(), nullable=False),
        sa.CheckConstraint("due_at >= asked_at", name=op.f("ck_erasure_due_at")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "withdrawal",
        sa.Column("id", key(), nullable=False),
        sa.Column("campaign", sa.String(64), nullable=False),
        sa.Column("unit_id", key(), nullable=True),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("level", sa.String(32), nullable=True),
        sa.Column("at", moment(), nullable=False),
        sa.CheckConstraint("level IN ('professional', 'senior')", name=op.f("ck_withdrawal_level")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_withdrawal_unit_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    op.create_index(op.f("ix_withdrawal_campaign"), "withdrawal", ["campaign"])
    op.create_table(
        "signing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_signing_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing")),
    )
    op.add_column("code", sa.Column("letters", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("code", "letters")
    for table in ("signing", "withdrawal", "erasure"):
        op.drop_table(table)
