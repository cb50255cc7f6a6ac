"""the open door: the intake ledger, mail, tokens, deliveries of webhooks, proposed duplicates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    op.add_column("import_run", sa.Column("body", DOCUMENT, nullable=True))
    op.create_table(
        "arrival",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("way", WORDS, nullable=False),
        sa.Column("channel_id", WORDS, nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=True),
        sa.Column("said", DOCUMENT, nullable=True),
        sa.Column("remote_id", WORDS, nullable=True),
        sa.Column("digest", WORDS, nullable=True),
        sa.Column("raw_sha256", WORDS, nullable=True),
        sa.Column("raw_size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("summary", DOCUMENT, nullable=True),
        sa.Column("ticket_id", WORDS, nullable=True),
        sa.Column("event_id", WORDS, nullable=True),
        sa.Column("person_id", WORDS, nullable=True),
        sa.Column("attempts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ended_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_arrival")),
    )
    op.create_index("ix_arrival_at", "arrival", ["tenant_id", "at_us"], unique=False)
    op.create_index(
        "ix_arrival_digest",
        "arrival",
        ["tenant_id", "digest"],
        unique=False,
        sqlite_where=sa.text("digest IS NOT NULL"),
        postgresql_where=sa.text("digest IS NOT NULL"),
    )
    op.create_index(
        "ix_arrival_remote",
        "arrival",
        ["tenant_id", "remote_id"],
        unique=False,
        sqlite_where=sa.text("remote_id IS NOT NULL"),
        postgresql_where=sa.text("remote_id IS NOT NULL"),
    )
    op.create_index("ix_arrival_state", "arrival", ["tenant_id", "state", "at_us"], unique=False)
    op.create_index(
        "ix_arrival_ticket",
        "arrival",
        ["tenant_id", "ticket_id"],
        unique=False,
        sqlite_where=sa.text("ticket_id IS NOT NULL"),
        postgresql_where=sa.text("ticket_id IS NOT NULL"),
    )
    op.create_table(
        "article_miss",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("count", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_article_miss_tenant_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "words", name=op.f("pk_article_miss")),
    )
    op.create_table(
        "delivery",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("webhook_id", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=True),
        sa.Column("event_id", WORDS, nullable=True),
        sa.Column("event", WORDS, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", WORDS, nullable=False),
        sa.Column("attempts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("log", DOCUMENT, nullable=False),
        sa.Column("created_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_delivery_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_delivery_tenant_id_key")),
    )
    op.create_index("ix_delivery_at", "delivery", ["tenant_id", "created_us"], unique=False)
    op.create_index(
        "ix_delivery_state", "delivery", ["tenant_id", "webhook_id", "state"], unique=False
    )
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["tenant_id", "webhook_id", "ticket_id", "seq"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "mail_address",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("address", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=True),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_mail_address_tenant_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "address", name=op.f("pk_mail_address")),
    )
    op.create_table(
        "mailbox",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("channel_id", WORDS, nullable=False),
        sa.Column("validity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("read_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("fault", WORDS, nullable=True),
        sa.Column("fault_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_mailbox_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "channel_id", name=op.f("pk_mailbox")),
    )
    op.create_table(
        "rate",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("who", WORDS, nullable=False),
        sa.Column("full_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_rate_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "who", name=op.f("pk_rate")),
    )
    op.create_table(
        "webhook_state",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("webhook_id", WORDS, nullable=False),
        sa.Column("stopped", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("reason", WORDS, nullable=True),
        sa.Column("failures", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("resume_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_webhook_state_tenant_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "webhook_id", name=op.f("pk_webhook_state")),
    )
    op.create_table(
        "api_token",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("person_id", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("hash", WORDS, nullable=False),
        sa.Column("scopes", DOCUMENT, nullable=False),
        sa.Column("created_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("expires_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("used_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("revoked_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_api_token_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_api_token_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_api_token")),
    )
    op.create_index("ix_api_token_person", "api_token", ["tenant_id", "person_id"], unique=False)
    op.create_table(
        "article",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("slug", WORDS, nullable=False),
        sa.Column("category", WORDS, nullable=False),
        sa.Column("audience", WORDS, nullable=False),
        sa.Column("tags", DOCUMENT, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("wanted_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("wanted_by", WORDS, nullable=True),
        sa.Column("author_id", WORDS, nullable=True),
        sa.Column("ticket_id", WORDS, nullable=True),
        sa.Column("starter", WORDS, nullable=True),
        sa.Column("touched", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("created_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("published_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_article_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "author_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_article_tenant_id_author_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_article")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("uq_article_tenant_id_slug")),
    )
    op.create_index("ix_article_changed", "article", ["tenant_id", "changed_us"], unique=False)
    op.create_index("ix_article_state", "article", ["tenant_id", "state", "category"], unique=False)
    op.create_table(
        "personal_view",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("person_id", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("view", WORDS, nullable=False),
        sa.Column("query", WORDS, nullable=False),
        sa.Column("created_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_personal_view_tenant_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_personal_view_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_personal_view")),
    )
    op.create_index(
        "ix_personal_view_person", "personal_view", ["tenant_id", "person_id"], unique=False
    )
    op.create_table(
        "presence",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=False),
        sa.Column("person_id", WORDS, nullable=False),
        sa.Column("until_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_presence_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_presence_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "ticket_id", "person_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "alike",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=False),
        sa.Column("other_id", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("score", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("actor_id", WORDS, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "other_id"],
            ["ticket.tenant_id", "ticket.id"],
            name=op.f("fk_alike_tenant_id_other_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["ticket.tenant_id", "ticket.id"],
            name=op.f("fk_alike_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "ticket_id", "other_id", name=op.f("pk_alike")),
    )
    op.create_index("ix_alike_other", "alike", ["tenant_id", "other_id"], unique=False)
    op.create_table(
        "article_day",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("article_id", WORDS, nullable=False),
        sa.Column("day", WORDS, nullable=False),
        sa.Column("seen", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("helped", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("missed", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("solved", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "article_id"],
            ["article.tenant_id", "article.id"],
            name=op.f("fk_article_day_tenant_id_article_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "article_id", "day", name=op.f("pk_article_day")),
    )
    op.create_table(
        "article_feedback",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("article_id", WORDS, nullable=False),
        sa.Column("locale", WORDS, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("helpful", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("way", WORDS, nullable=False),
        sa.Column("person_id", WORDS, nullable=True),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("done_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "article_id"],
            ["article.tenant_id", "article.id"],
            name=op.f("fk_article_feedback_tenant_id_article_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_article_feedback_tenant_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_article_feedback")),
    )
    op.create_index(
        "ix_article_feedback_article",
        "article_feedback",
        ["tenant_id", "article_id", "at_us"],
        unique=False,
    )
    op.create_table(
        "article_text",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("article_id", WORDS, nullable=False),
        sa.Column("locale", WORDS, nullable=False),
        sa.Column("live_n", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("last_n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "article_id"],
            ["article.tenant_id", "article.id"],
            name=op.f("fk_article_text_tenant_id_article_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "article_id", "locale", name=op.f("pk_article_text")),
    )
    op.create_table(
        "article_version",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("article_id", WORDS, nullable=False),
        sa.Column("locale", WORDS, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("author_id", WORDS, nullable=True),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("approved_by", WORDS, nullable=True),
        sa.Column("published_us", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "article_id"],
            ["article.tenant_id", "article.id"],
            name=op.f("fk_article_version_tenant_id_article_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "article_id", "locale", "n", name=op.f("pk_article_version")
        ),
    )
    op.create_table(
        "article_word",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("word", WORDS, nullable=False),
        sa.Column("article_id", WORDS, nullable=False),
        sa.Column("locale", WORDS, nullable=False),
        sa.Column("weight", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "article_id"],
            ["article.tenant_id", "article.id"],
            name=op.f("fk_article_word_tenant_id_article_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "word", "article_id", "locale", name=op.f("pk_article_word")
        ),
    )
    op.create_index(
        "ix_article_word_article", "article_word", ["tenant_id", "article_id"], unique=False
    )
    op.create_table(
        "mail_thread",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("message_id", WORDS, nullable=False),
        sa.Column("ticket_id", WORDS, nullable=False),
        sa.Column("event_id", WORDS, nullable=True),
        sa.Column("direction", WORDS, nullable=False),
        sa.Column("person_id", WORDS, nullable=True),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ticket_id"],
            ["ticket.tenant_id", "ticket.id"],
            name=op.f("fk_mail_thread_tenant_id_ticket_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "message_id", name=op.f("pk_mail_thread")),
    )
    op.create_index(
        "ix_mail_thread_ticket", "mail_thread", ["tenant_id", "ticket_id"], unique=False
    )
    op.create_table(
        "article_file",
        sa.Column("tenant_id", WORDS, nullable=False),
        sa.Column("file_id", WORDS, nullable=False),
        sa.Column("article_id", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "article_id"],
            ["article.tenant_id", "article.id"],
            name=op.f("fk_article_file_tenant_id_article_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["file.tenant_id", "file.id"],
            name=op.f("fk_article_file_tenant_id_file_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "file_id", "article_id", name=op.f("pk_article_file")),
    )


def downgrade() -> None:
    op.drop_table("article_file")
    op.drop_table("mail_thread")
    op.drop_table("article_word")
    op.drop_table("article_version")
    op.drop_table("article_text")
    op.drop_table("article_feedback")
    op.drop_table("article_day")
    op.drop_table("alike")
    op.drop_table("presence")
    op.drop_table("personal_view")
    op.drop_table("article")
    op.drop_table("api_token")
    op.drop_table("webhook_state")
    op.drop_table("rate")
    op.drop_table("mailbox")
    op.drop_table("mail_address")
    op.drop_table("delivery")
    op.drop_table("article_miss")
    op.drop_table("arrival")
    op.drop_column("import_run", "body")
