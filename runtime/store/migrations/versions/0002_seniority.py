"""seniority of members: who gets the hard tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    # Empty means regular, so that no row needs to be touched.
    op.add_column("membership", sa.Column("seniority", WORDS, nullable=True))
