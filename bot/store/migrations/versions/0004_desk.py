"""The secretariat's desk: sign-ins, notes, tasks, members put forward; candidates found by the end of their number.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

from bot.store.crypto import EncryptedText, blind_index, keys_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCH = 1000
TABLES = ("put_forward", "case_task", "case_note", "member", "desk_session", "desk_entry")


def key() -> sa.BigInteger:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment() -> sa.String:
    return sa.String(32).with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    _sign_ins()
    _cases()
    op.add_column("application", sa.Column("evaluation_from", moment(), nullable=True))
    op.create_index("ix_application_listing", "application", ["campaign", "updated_at", "id"])
    op.create_index("ix_application_stage", "application", ["campaign", "status", "updated_at", "id"])
    op.create_index("ix_application_arrival", "application", ["campaign", "id"])
    op.create_index("ix_candidate_duplicate_of", "candidate", ["duplicate_of"])
    op.create_index("ix_application_evaluation", "application", ["campaign", "evaluation_from"])
    op.create_index("ix_candidate_field", "candidate", ["campaign", "field"])
    _index_phone_tails()


def _to(table: str, column: str, parent: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _sign_ins() -> None:
    for table, moments in (("desk_entry", ("expires_at",)), ("desk_session", ("made_at", "expires_at"))):
        op.create_table(
            table,
            sa.Column("digest", sa.LargeBinary(32), nullable=False),
            sa.Column("person_id", key(), nullable=False),
            *(sa.Column(each, moment(), nullable=False) for each in moments),
            _to(table, "person_id", "person", "CASCADE"),
            sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])
    op.create_table(
        "member",
        sa.Column("person_id", key(), autoincrement=False, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        _to("member", "person_id", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_member")),
    )


def _cases() -> None:
    op.create_table(
        "case_note",
        sa.Column("id", key(), nullable=False),
        sa.Column("application_id", key(), nullable=False),
        sa.Column("author_id", key(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        _to("case_note", "application_id", "application", "CASCADE"),
        _to("case_note", "author_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    op.create_index(op.f("ix_case_note_application_id"), "case_note", ["application_id"])
    op.create_table(
        "case_task",
        sa.Column("application_id", key(), nullable=False),
        sa.Column("task", sa.String(32), nullable=False),
        sa.Column("asked_at", moment(), nullable=False),
        sa.Column("done_at", moment(), nullable=True),
        sa.CheckConstraint(
            "task IN ('join_society', 'hand_in_form', 'complete_materials')", name=op.f("ck_case_task_task")
        ),
        _to("case_task", "application_id", "application", "CASCADE"),
        sa.PrimaryKeyConstraint("application_id", "task", name=op.f("pk_case_task")),
    )
    op.create_table(
        "put_forward",
        sa.Column("application_id", key(), nullable=False),
        sa.Column("partner", sa.String(32), nullable=False),
        sa.Column("by_id", key(), nullable=True),
        sa.Column("at", moment(), nullable=False),
        _to("put_forward", "application_id", "application", "CASCADE"),
        _to("put_forward", "by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("application_id", "partner", name=op.f("pk_put_forward")),
    )


def _index_phone_tails() -> None:
    """Numbers that stand already get their blind token; the key is needed, as for every start."""
    connection = op.get_bind()
    numbers = sa.table("candidate", sa.column("id", key()), sa.column("phone", EncryptedText("candidate.phone")))
    tokens = sa.table("candidate_name", sa.column("candidate_id", key()), sa.column("token", sa.LargeBinary(16)))
    last = 0
    while rows := connection.execute(
        sa.select(numbers.c.id, numbers.c.phone).where(numbers.c.id > last).order_by(numbers.c.id).limit(BATCH)
    ).all():
        made = [
            {"candidate_id": row.id, "token": blind_index(keys_of(connection.dialect), "candidate.phone_tail", tail)}
            for row in rows
            if (tail := "".join(each for each in row.phone if each.isdigit())[-4:])
        ]
        if made:
            connection.execute(sa.insert(tokens), made)
        last = rows[-1].id


def downgrade() -> None:
    for table, index in (
        ("candidate", "ix_candidate_field"),
        ("application", "ix_application_evaluation"),
        ("candidate", "ix_candidate_duplicate_of"),
        ("application", "ix_application_arrival"),
        ("application", "ix_application_stage"),
        ("application", "ix_application_listing"),
    ):
        op.drop_index(index, table)
    op.drop_column("application", "evaluation_from")
    for table in TABLES:
        op.drop_table(table)
