"""The knowledge base: articles, their versions by locale, what readers said, and words to find."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint

from runtime.store.tables.base import (
    document,
    instant,
    tenant_table,
    to_person,
    whole,
    words,
    yes_no,
)

# state: draft | review | published | retired. `wanted_us`: since when a review is asked for, also
# of a new version of an article that is published. `audience`: "" as its category, or staff.
# `starter`: of the starter file it came from, the digest; `touched` once a person changed it.
article = tenant_table(
    "article",
    words("id"),
    words("slug"),
    words("category"),
    words("audience"),
    document("tags"),
    words("state"),
    instant("wanted_us", null=True),
    words("wanted_by", null=True),
    words("author_id", null=True),
    words("ticket_id", null=True),
    words("starter", null=True),
    yes_no("touched"),
    instant("created_us"),
    instant("changed_us"),
    instant("published_us", null=True),
    UniqueConstraint("tenant_id", "slug"),
    to_person("author_id"),
    key=("id",),
)
_a = article.c
Index("ix_article_state", _a.tenant_id, _a.state, _a.category)
Index("ix_article_changed", _a.tenant_id, _a.changed_us)


def _to_article() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "article_id"], ["article.tenant_id", "article.id"])


# An article in one language: which version readers see, which one is the newest.
article_text = tenant_table(
    "article_text",
    words("article_id"),
    words("locale"),
    whole("live_n", null=True),
    whole("last_n"),
    words("title"),
    _to_article(),
    key=("article_id", "locale"),
    rooted=False,
)

article_version = tenant_table(
    "article_version",
    words("article_id"),
    words("locale"),
    whole("n"),
    words("title"),
    words("body"),
    words("author_id", null=True),
    instant("at_us"),
    words("approved_by", null=True),
    instant("published_us", null=True),
    _to_article(),
    key=("article_id", "locale", "n"),
    rooted=False,
)

# The words of what readers see. The same plain rows on both databases: PostgreSQL would not use an
# index for `@@` behind row-level security, and FTS5 knows no tenants.
article_word = tenant_table(
    "article_word",
    words("word"),
    words("article_id"),
    words("locale"),
    whole("weight"),
    whole("count"),
    _to_article(),
    key=("word", "article_id", "locale"),
    rooted=False,
)
Index("ix_article_word_article", article_word.c.tenant_id, article_word.c.article_id)

# What became of an article on one day: seen, said to help or not, and tickets it made unneeded.
article_day = tenant_table(
    "article_day",
    words("article_id"),
    words("day"),
    whole("seen"),
    whole("helped"),
    whole("missed"),
    whole("solved"),
    _to_article(),
    key=("article_id", "day"),
    rooted=False,
)

# What a reader said of an article; `way`: page | form. `done_us`: since when it is dealt with.
article_feedback = tenant_table(
    "article_feedback",
    words("id"),
    words("article_id"),
    words("locale"),
    whole("n", null=True),
    yes_no("helpful"),
    words("words"),
    words("way"),
    words("person_id", null=True),
    instant("at_us"),
    instant("done_us", null=True),
    _to_article(),
    to_person("person_id"),
    key=("id",),
    rooted=False,
)
Index(
    "ix_article_feedback_article",
    article_feedback.c.tenant_id,
    article_feedback.c.article_id,
    article_feedback.c.at_us,
)

# What was looked for and not found, by its folded words.
article_miss = tenant_table(
    "article_miss",
    words("words"),
    whole("count"),
    instant("last_us"),
    key=("words",),
)

# A picture or video that an article shows.
article_file = tenant_table(
    "article_file",
    words("file_id"),
    words("article_id"),
    _to_article(),
    ForeignKeyConstraint(["tenant_id", "file_id"], ["file.tenant_id", "file.id"]),
    key=("file_id", "article_id"),
    rooted=False,
)
