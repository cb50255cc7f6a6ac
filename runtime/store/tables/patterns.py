"""Event patterns: events that wait for others, how far they are decided, and what came together."""

from __future__ import annotations

from sqlalchemy import Index, text

from runtime.store.tables.base import big, document, instant, tenant_table, whole, words

# One event as one step of one rule sees it. `n` is given when it is decided, in the order of `n` it
# was; until then it is NULL. `same` and `differs` are keyed digests, `body` the values in common.
corr_live = tenant_table(
    "corr_live",
    words("event_id"),
    words("rule"),
    whole("step"),
    words("version"),
    words("ticket_id"),
    words("same"),
    words("differs"),
    instant("at_us"),
    instant("until_us"),
    big("n", null=True),
    document("body"),
    key=("event_id", "rule", "step"),
    rooted=False,
)
Index(
    "ix_corr_live_new",
    corr_live.c.tenant_id,
    corr_live.c.at_us,
    corr_live.c.event_id,
    sqlite_where=text("n IS NULL"),
    postgresql_where=text("n IS NULL"),
)
Index("ix_corr_live_waiting", corr_live.c.tenant_id, corr_live.c.rule, corr_live.c.same)
Index("ix_corr_live_until", corr_live.c.tenant_id, corr_live.c.until_us)

# The last event decided and its time; who decides holds this row.
corr_head = tenant_table(
    "corr_head",
    big("n"),
    instant("at_us"),
    key=(),
)

# What came together: `body` has events, tickets and the values in common.
corr_fire = tenant_table(
    "corr_fire",
    words("id"),
    words("rule"),
    instant("at_us"),
    document("body"),
    key=("id",),
    rooted=False,
)
Index("ix_corr_fire_at", corr_fire.c.tenant_id, corr_fire.c.at_us)
