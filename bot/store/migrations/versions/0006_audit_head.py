"""How long the audit is and where it ends, sealed: without it the newest rows could be taken away unnoticed.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

from bot.store.crypto import EncryptedText

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    made = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("head", EncryptedText("audit_head.head"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    rows = sa.table("audit", sa.column("id", sa.BigInteger()), sa.column("digest", sa.LargeBinary(32)))
    connection = op.get_bind()
    last = connection.execute(sa.select(rows.c.digest).order_by(rows.c.id.desc()).limit(1)).scalar_one_or_none()
    if last is not None:
        count = connection.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one()
        connection.execute(sa.insert(made).values(id=1, head=f"{count} {bytes(last).hex()}"))


def downgrade() -> None:
    op.drop_table("audit_head")
