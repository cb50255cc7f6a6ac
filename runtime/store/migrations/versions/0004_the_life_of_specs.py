"""the life of specs: plans, data moves, comparisons, and the environment of a ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    op.add_column("environment", sa.Column("data", DOCUMENT, nullable=True))
    op.add_column("ticket", sa.Column("environment", WORDS, nullable=True))
    op.create_index(
        "ix_ticket_environment",
        "ticket",
        ["tenant_id", "environment", "created_us"],
        unique=False,
        sqlite_where=sa.text("environment IS NOT NULL"),
        postgresql_where=sa.text("environment IS NOT NULL"),
    )
    op.create_table(
        "plan",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("author", WORDS, nullable=False),
        sa.Column("author_id", WORDS, nullable=True),
        sa.Column("message", WORDS, nullable=False),
        sa.Column("base_n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tree", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("files", DOCUMENT, nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("approvals", DOCUMENT, nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("revision_n", sa.Integer(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_plan_tenant_id_tenant")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_plan")),
    )
    op.create_index("ix_plan_at", "plan", ["tenant_id", "state", "at_us"], unique=False)
    op.create_table(
        "data_move",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("step", WORDS, nullable=False),
        sa.Column("revision_n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("way", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("after", WORDS, nullable=True),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("counts", DOCUMENT, nullable=False),
        sa.Column("started_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_data_move_tenant_id_tenant")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_data_move")),
    )
    op.create_index("ix_data_move_state", "data_move", ["tenant_id", "state"], unique=False)
    op.create_table(
        "data_move_row",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("move_id", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=False),
        sa.Column("before", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "move_id", "ticket_id", name=op.f("pk_data_move_row")),
    )
    op.create_table(
        "comparison",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("environment", WORDS, nullable=False),
        sa.Column("revision_n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=False),
        sa.Column("agrees", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "environment", "revision_n", "ticket_id", name=op.f("pk_comparison")
        ),
    )
    op.create_index(
        "ix_comparison_at",
        "comparison",
        ["tenant_id", "environment", "revision_n", "at_us"],
        unique=False,
    )
    op.create_table(
        "backtest",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("tree", WORDS, nullable=False),
        sa.Column("base_n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("done", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("total", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("files", DOCUMENT, nullable=False),
        sa.Column("body", DOCUMENT, nullable=True),
        sa.Column("why", WORDS, nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_backtest_tenant_id_tenant")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "tree", "base_n", "days", name=op.f("pk_backtest")),
    )


def downgrade() -> None:
    op.drop_table("backtest")
    op.drop_table("comparison")
    op.drop_table("data_move_row")
    op.drop_table("data_move")
    op.drop_table("plan")
    op.drop_index("ix_ticket_environment", table_name="ticket")
    op.drop_column("ticket", "environment")
    op.drop_column("environment", "data")
