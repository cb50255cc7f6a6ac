"""the desk and the portal: links, visits, time, organisations, ways in, acts on many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("level", WORDS, nullable=True),
        sa.Column("tags", DOCUMENT, nullable=False),
        sa.Column("domains", DOCUMENT, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.Column("external_key", WORDS, nullable=True),
        sa.Column("active", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("created_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_organisation_tenant_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organisation")),
    )
    op.create_index("ix_organisation_name", "organisation", ["tenant_id", "name"], unique=False)
    op.create_index(
        "uq_organisation_external_key", "organisation", ["tenant_id", "external_key"], unique=True
    )
    op.create_table(
        "bulk_run",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("person_id", WORDS, nullable=False),
        sa.Column("what", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counts", DOCUMENT, nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_bulk_run_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_bulk_run_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_bulk_run")),
    )
    op.create_index(
        "ix_bulk_run_person", "bulk_run", ["tenant_id", "person_id", "at_us"], unique=False
    )
    op.create_table(
        "door_key",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("purpose", WORDS, nullable=False),
        sa.Column("email", WORDS, nullable=False),
        sa.Column("secret_hash", WORDS, nullable=False),
        sa.Column("person_id", WORDS, nullable=True),
        sa.Column("ticket_id", WORDS, nullable=True),
        sa.Column("attempts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("expires_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("used_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_door_key_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_door_key_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_door_key")),
        sa.UniqueConstraint(
            "tenant_id", "secret_hash", name=op.f("uq_door_key_tenant_id_secret_hash")
        ),
    )
    op.create_index(
        "ix_door_key_email", "door_key", ["tenant_id", "email", "created_us"], unique=False
    )
    op.create_table(
        "held_mail",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("person_id", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=True),
        sa.Column("notification_key", WORDS, nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("link", WORDS, nullable=True),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("created_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sent_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_held_mail_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_held_mail_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_held_mail")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_held_mail_tenant_id_key")),
    )
    op.create_index(
        "ix_held_mail_due",
        "held_mail",
        ["tenant_id", "due_us"],
        unique=False,
        sqlite_where=sa.text("sent_us IS NULL"),
        postgresql_where=sa.text("sent_us IS NULL"),
    )
    op.create_table(
        "quick_text",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("person_id", WORDS, nullable=True),
        sa.Column("team_key", WORDS, nullable=True),
        sa.Column("shortcut", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("changed_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_quick_text_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_quick_text_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_quick_text")),
    )
    op.create_index("ix_quick_text_person", "quick_text", ["tenant_id", "person_id"], unique=False)
    op.create_index("ix_quick_text_team", "quick_text", ["tenant_id", "team_key"], unique=False)
    op.create_table(
        "bulk_ticket",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("run_id", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=False),
        sa.Column("done", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("why", WORDS, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("before", DOCUMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["bulk_run.tenant_id", "bulk_run.id"],
            name=op.f("fk_bulk_ticket_tenant_id_run_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "run_id", "ticket_id", name=op.f("pk_bulk_ticket")),
    )
    op.create_table(
        "ticket_link",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("from_id", WORDS, nullable=False),
        sa.Column("to_id", WORDS, nullable=False),
        sa.Column("sort", WORDS, nullable=False),
        sa.Column("by_id", WORDS, nullable=True),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_id"],
            ["ticket.tenant_id", "ticket.id"],
            name=op.f("fk_ticket_link_tenant_id_from_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_id"],
            ["ticket.tenant_id", "ticket.id"],
            name=op.f("fk_ticket_link_tenant_id_to_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "from_id", "to_id", "sort", name=op.f("pk_ticket_link")
        ),
    )
    op.create_index("ix_ticket_link_to", "ticket_link", ["tenant_id", "to_id"], unique=False)
    op.create_table(
        "time_spent",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=False),
        sa.Column("person_id", WORDS, nullable=False),
        sa.Column("day", WORDS, nullable=False),
        sa.Column("minutes", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("undone_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_time_spent_tenant_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["ticket.tenant_id", "ticket.id"],
            name=op.f("fk_time_spent_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_time_spent")),
    )
    op.create_index(
        "ix_time_spent_person", "time_spent", ["tenant_id", "person_id", "day"], unique=False
    )
    op.create_index("ix_time_spent_ticket", "time_spent", ["tenant_id", "ticket_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=False),
        sa.Column("starts_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ends_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", WORDS, nullable=True),
        sa.Column("place", WORDS, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("by_id", WORDS, nullable=True),
        sa.Column("created_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_visit_tenant_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["ticket.tenant_id", "ticket.id"],
            name=op.f("fk_visit_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_visit")),
    )
    op.create_index(
        "ix_visit_person", "visit", ["tenant_id", "person_id", "starts_us"], unique=False
    )
    op.create_index("ix_visit_start", "visit", ["tenant_id", "starts_us"], unique=False)
    op.create_index(
        "ix_visit_ticket", "visit", ["tenant_id", "ticket_id", "starts_us"], unique=False
    )
    # by hand: up
    op.create_table(
        "ticket_word",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=False),
        sa.Column("word", WORDS, nullable=False),
        sa.Column("said", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["ticket.tenant_id", "ticket.id"],
            name=op.f("fk_ticket_word_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "ticket_id", "word", "said", name=op.f("pk_ticket_word")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_ticket_word", "ticket_word", ["tenant_id", "word", "ticket_id", "said"], unique=False
    )
    op.drop_index("ix_ticket_parent", "ticket")
    op.create_index(
        "ix_ticket_parent",
        "ticket",
        ["tenant_id", "parent_id"],
        unique=False,
        sqlite_where=sa.text("parent_id IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_pending",
        "ticket",
        ["tenant_id", "id"],
        unique=False,
        sqlite_where=sa.text("pending IS NOT NULL"),
        postgresql_where=sa.text("pending IS NOT NULL"),
    )
    op.add_column("person", sa.Column("organisation_id", WORDS, nullable=True))
    op.add_column("person", sa.Column("merged_into_id", WORDS, nullable=True))
    op.add_column("person", sa.Column("tags", DOCUMENT, nullable=True))
    op.add_column("person", sa.Column("profile", DOCUMENT, nullable=True))
    op.create_index(
        "ix_person_organisation", "person", ["tenant_id", "organisation_id"], unique=False
    )
    op.add_column("notice", sa.Column("urgent", sa.Integer(), autoincrement=False, nullable=True))
    op.add_column(
        "notice", sa.Column("done_us", sa.BigInteger(), autoincrement=False, nullable=True)
    )
    op.create_index("ix_ticket_priority", "ticket", ["tenant_id", "priority_rank", "id"])
    op.create_index("ix_ticket_state_since", "ticket", ["tenant_id", "state_since_us", "id"])
    op.create_index(
        "ix_ticket_assignee",
        "ticket",
        ["tenant_id", "assignee_id", "updated_us"],
        sqlite_where=sa.text("assignee_id IS NOT NULL"),
        postgresql_where=sa.text("assignee_id IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_asked",
        "ticket",
        ["tenant_id", "requester_id", "updated_us", "id", "type_key", "phase"],
        sqlite_where=sa.text("phase IN ('new', 'active', 'waiting')"),
        postgresql_where=sa.text("phase IN ('new', 'active', 'waiting')"),
    )
    op.add_column(
        "personal_view", sa.Column("place", sa.Integer(), autoincrement=False, nullable=True)
    )
    op.add_column(
        "personal_view", sa.Column("pinned", sa.Integer(), autoincrement=False, nullable=True)
    )
    # by hand: end


def downgrade() -> None:
    # by hand: down
    op.drop_table("ticket_word")
    op.drop_index("ix_ticket_pending", "ticket")
    op.drop_index("ix_ticket_parent", "ticket")
    op.create_index("ix_ticket_parent", "ticket", ["tenant_id", "parent_id"], unique=False)
    op.drop_index("ix_ticket_asked", "ticket")
    op.drop_index("ix_ticket_assignee", "ticket")
    op.drop_index("ix_ticket_state_since", "ticket")
    op.drop_index("ix_ticket_priority", "ticket")
    op.drop_column("personal_view", "pinned")
    op.drop_column("personal_view", "place")
    op.drop_column("notice", "done_us")
    op.drop_column("notice", "urgent")
    op.drop_index("ix_person_organisation", "person")
    op.drop_column("person", "profile")
    op.drop_column("person", "tags")
    op.drop_column("person", "merged_into_id")
    op.drop_column("person", "organisation_id")
    # by hand: end
    op.drop_table("visit")
    op.drop_table("time_spent")
    op.drop_table("ticket_link")
    op.drop_table("bulk_ticket")
    op.drop_table("quick_text")
    op.drop_table("held_mail")
    op.drop_table("door_key")
    op.drop_table("bulk_run")
    op.drop_table("organisation")
