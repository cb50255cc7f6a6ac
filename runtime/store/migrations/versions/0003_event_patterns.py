"""event patterns: events that wait, how far they are decided, what came together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "corr_live",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("event_id", WORDS, nullable=False),
        sa.Column("rule", WORDS, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=False),
        sa.Column("same", WORDS, nullable=False),
        sa.Column("differs", WORDS, nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "event_id", "rule", "step", name=op.f("pk_corr_live")),
    )
    op.create_index(
        "ix_corr_live_new",
        "corr_live",
        ["tenant_id", "at_us", "event_id"],
        unique=False,
        sqlite_where=sa.text("n IS NULL"),
        postgresql_where=sa.text("n IS NULL"),
    )
    op.create_index(
        "ix_corr_live_waiting", "corr_live", ["tenant_id", "rule", "same"], unique=False
    )
    op.create_index("ix_corr_live_until", "corr_live", ["tenant_id", "until_us"], unique=False)
    op.create_table(
        "corr_head",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_corr_head_tenant_id_tenant")
        ),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_corr_head")),
    )
    op.create_table(
        "corr_fire",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("rule", WORDS, nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_corr_fire")),
    )
    op.create_index("ix_corr_fire_at", "corr_fire", ["tenant_id", "at_us"], unique=False)


def downgrade() -> None:
    op.drop_table("corr_fire")
    op.drop_table("corr_head")
    op.drop_table("corr_live")
