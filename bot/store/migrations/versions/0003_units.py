"""What recommending units bring; one company with several contacts, projects of which little is known.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATES = "'reading', 'read', 'confirmed', 'taken', 'refused', 'dropped'"


def key() -> sa.BigInteger:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def moment() -> sa.String:
    return sa.String(32).with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    else:
        _alter()
    _new_tables()


def _alter() -> None:
    for table, columns in (("enterprise", ["name"]), ("project", ["enterprise_id", "name", "country"])):
        op.add_column(table, sa.Column("variant", sa.Integer(), server_default="0", nullable=False))
        op.create_check_constraint(op.f(f"ck_{table}_variant"), table, "variant >= 0")
        named = "_".join(columns)
        op.drop_constraint(op.f(f"uq_{table}_{named}"), table, type_="unique")
        op.create_unique_constraint(op.f(f"uq_{table}_{named}_variant"), table, [*columns, "variant"])
    op.drop_constraint(op.f("ck_project_name"), "project", type_="check")
    op.alter_column("project", "enterprise_id", existing_type=key(), nullable=True)


def _rebuild() -> None:
    """SQLite's way to change a constraint (lang_altertable, "Making Other Kinds Of Table Schema Changes")."""
    op.create_table("enterprise_new", *_enterprise())
    columns = "id, name, contact_name, contact_phone, version"
    _replace("enterprise", columns)
    op.create_table("project_new", *_project())
    columns = (
        "id, enterprise_id, name, country, type, status, "
        "chinese_engineers, foreign_engineers, qualified_engineers, version"
    )
    _replace("project", columns)


def _replace(table: str, columns: str) -> None:
    op.execute(f"INSERT INTO {table}_new ({columns}) SELECT {columns} FROM {table}")  # noqa: S608 - fixed words
    op.drop_table(table)
    op.rename_table(f"{table}_new", table)


def _enterprise() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", key(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("variant", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contact_name", sa.LargeBinary(), nullable=False),
        sa.Column("contact_phone", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_enterprise_name")),
        sa.CheckConstraint("variant >= 0", name=op.f("ck_enterprise_variant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("name", "variant", name=op.f("uq_enterprise_name_variant")),
    )


def _project() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", key(), nullable=False),
        sa.Column("enterprise_id", key(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("country", sa.String(64), nullable=False),
        sa.Column("variant", sa.Integer(), server_default="0", nullable=False),
        sa.Column("type", sa.String(32), nullable=True),
        sa.Column("status", sa.String(32), nullable=True),
        sa.Column("chinese_engineers", sa.Integer(), nullable=True),
        sa.Column("foreign_engineers", sa.Integer(), nullable=True),
        sa.Column("qualified_engineers", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("variant >= 0", name=op.f("ck_project_variant")),
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
        sa.UniqueConstraint(
            "enterprise_id", "name", "country", "variant", name=op.f("uq_project_enterprise_id_name_country_variant")
        ),
    )


def _to(table: str, column: str, parent: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def _new_tables() -> None:
    op.create_table(
        "unit_enterprise",
        sa.Column("unit_id", key(), nullable=False),
        sa.Column("enterprise_id", key(), nullable=False),
        _to("unit_enterprise", "unit_id", "unit", "CASCADE"),
        _to("unit_enterprise", "enterprise_id", "enterprise", "CASCADE"),
        sa.PrimaryKeyConstraint("unit_id", "enterprise_id", name=op.f("pk_unit_enterprise")),
    )
    op.create_index(op.f("ix_unit_enterprise_enterprise_id"), "unit_enterprise", ["enterprise_id"])
    _links()
    op.create_table(
        "unit_scan",
        sa.Column("id", key(), nullable=False),
        sa.Column("unit_id", key(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("handed_in_by", key(), nullable=True),
        sa.Column("at", moment(), nullable=False),
        _to("unit_scan", "unit_id", "unit", "CASCADE"),
        _to("unit_scan", "handed_in_by", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_scan")),
    )
    op.create_index(op.f("ix_unit_scan_unit_id"), "unit_scan", ["unit_id"])
    op.create_table(
        "import_run",
        sa.Column("id", key(), nullable=False),
        sa.Column("person_id", key(), nullable=False),
        sa.Column("unit_id", key(), nullable=True),
        sa.Column("reference", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=True),
        sa.Column("at", moment(), nullable=False),
        sa.Column("finished_at", moment(), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_import_run_state")),
        _to("import_run", "person_id", "person", "CASCADE"),
        _to("import_run", "unit_id", "unit", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("reference", name=op.f("uq_import_run_reference")),
    )
    op.create_index(op.f("ix_import_run_person_id"), "import_run", ["person_id"])


def _links() -> None:
    op.create_table(
        "invitation_link",
        sa.Column("id", key(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("letters", sa.LargeBinary(), nullable=False),
        sa.Column("unit_id", key(), nullable=True),
        sa.Column("enterprise_id", key(), nullable=True),
        sa.Column("project_id", key(), nullable=True),
        sa.Column("candidate_id", key(), nullable=True),
        sa.Column("made_by", key(), nullable=True),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("revoked_at", moment(), nullable=True),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("uses >= 0", name=op.f("ck_invitation_link_uses")),
        sa.CheckConstraint("unit_id IS NOT NULL OR candidate_id IS NOT NULL", name=op.f("ck_invitation_link_whose")),
        _to("invitation_link", "unit_id", "unit", "CASCADE"),
        _to("invitation_link", "enterprise_id", "enterprise", "CASCADE"),
        _to("invitation_link", "project_id", "project", "CASCADE"),
        _to("invitation_link", "candidate_id", "candidate", "CASCADE"),
        _to("invitation_link", "made_by", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_link_digest")),
        sa.UniqueConstraint("candidate_id", name=op.f("uq_invitation_link_candidate_id")),
    )
    op.create_index(op.f("ix_invitation_link_unit_id"), "invitation_link", ["unit_id"])


def downgrade() -> None:
    raise NotImplementedError("companies with several contacts have no place in the former schema; restore a backup")
