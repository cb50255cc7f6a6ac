"""What a tenant published: files by content, revisions, environments that point to them; what is
about to be: drafts, plans, approvals; what comes of it: data moves, comparisons, backtests."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index

from runtime.store.tables.base import (
    big,
    document,
    instant,
    raw,
    tenant_table,
    to_person,
    whole,
    words,
    yes_no,
)

spec_file = tenant_table("spec_file", words("sha256"), raw("bytes"), key=("sha256",))

revision = tenant_table(
    "revision",
    whole("n"),
    words("tree"),
    words("desk_digest"),
    words("author"),
    words("message"),
    document("parents"),
    document("keys"),
    document("provenance"),
    document("files"),
    document("approvals"),
    instant("at_us"),
    key=("n",),
)

environment = tenant_table(
    "environment",
    words("name"),
    whole("revision_n"),
    big("generation"),
    instant("changed_us"),
    # What an environment beside `live` is for: who and how many get it, since when, by whom.
    document("data", null=True),
    ForeignKeyConstraint(["tenant_id", "revision_n"], ["revision.tenant_id", "revision.n"]),
    key=("name",),
    shared=True,
)
Index("ix_revision_tree", revision.c.tenant_id, revision.c.tree)

# A draft without bytes is a file that its author wants gone.
draft = tenant_table(
    "draft",
    words("person_id"),
    words("path"),
    raw("bytes", null=True),
    words("base_sha", null=True),
    instant("at_us"),
    to_person("person_id"),
    key=("person_id", "path"),
)

# A plan as somebody saw it, to be published as just that. state: open | published | withdrawn.
plan = tenant_table(
    "plan",
    words("id"),
    words("state"),
    words("author"),
    words("author_id", null=True),
    words("message"),
    # The live revision it was made from; 0 when nothing was published.
    whole("base_n"),
    words("tree"),
    words("digest"),
    document("files"),
    document("body"),
    document("approvals"),
    instant("at_us"),
    whole("revision_n", null=True),
    key=("id",),
)
Index("ix_plan_at", plan.c.tenant_id, plan.c.state, plan.c.at_us)

# A step of a `moves/` file that runs over rows, in batches. `after` is the last ticket done.
# state: running | done | undone. `way`: 1 as written, -1 undone by a rollback.
data_move = tenant_table(
    "data_move",
    words("id"),
    words("step"),
    whole("revision_n"),
    whole("way"),
    words("state"),
    words("after", null=True),
    document("body"),
    document("counts"),
    instant("started_us"),
    instant("ended_us", null=True),
    key=("id",),
)
Index("ix_data_move_state", data_move.c.tenant_id, data_move.c.state)

# What a ticket held before a step, so that the step can be undone.
data_move_row = tenant_table(
    "data_move_row",
    words("move_id"),
    words("ticket_id"),
    document("before"),
    key=("move_id", "ticket_id"),
    rooted=False,
)

# What another revision would have decided about a ticket, beside what was decided.
comparison = tenant_table(
    "comparison",
    words("environment"),
    whole("revision_n"),
    words("ticket_id"),
    yes_no("agrees"),
    document("body"),
    instant("at_us"),
    key=("environment", "revision_n", "ticket_id"),
    rooted=False,
)
Index(
    "ix_comparison_at",
    comparison.c.tenant_id,
    comparison.c.environment,
    comparison.c.revision_n,
    comparison.c.at_us,
)

# A backtest of a draft: asked for, under way (`done` of `total` tickets), or with what it found.
# One for a tree, the live revision that it was compared with, and a period of so many days.
# state: waiting | running | done | failed; `why` says why it failed.
backtest = tenant_table(
    "backtest",
    words("tree"),
    whole("base_n"),
    whole("days"),
    words("state"),
    big("done"),
    big("total"),
    document("files"),
    document("body", null=True),
    words("why"),
    instant("at_us"),
    instant("ended_us", null=True),
    key=("tree", "base_n", "days"),
)
