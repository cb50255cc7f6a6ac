"""What stands beside a ticket: links to others, visits, time spent; and what acts on many left."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text

from runtime.store.tables.base import (
    document,
    instant,
    tenant_table,
    to_person,
    to_ticket,
    whole,
    words,
    yes_no,
)

# sort: related | duplicate (from is the same as to) | split (from was split off to). Parts and
# merged tickets are no links: they stand in `ticket.parent_id`.
ticket_link = tenant_table(
    "ticket_link",
    words("from_id"),
    words("to_id"),
    words("sort"),
    words("by_id", null=True),
    instant("at_us"),
    to_ticket("from_id"),
    to_ticket("to_id"),
    key=("from_id", "to_id", "sort"),
    rooted=False,
)
Index("ix_ticket_link_to", ticket_link.c.tenant_id, ticket_link.c.to_id)

# state: planned | done | missed | cancelled. `ticket.visit_us`: the start of the next planned one.
visit = tenant_table(
    "visit",
    words("id"),
    words("ticket_id"),
    instant("starts_us"),
    instant("ends_us"),
    words("person_id", null=True),
    words("place"),
    words("note"),
    words("state"),
    words("by_id", null=True),
    instant("created_us"),
    instant("changed_us"),
    to_ticket(),
    to_person("person_id"),
    key=("id",),
    rooted=False,
)
Index("ix_visit_ticket", visit.c.tenant_id, visit.c.ticket_id, visit.c.starts_us)
Index("ix_visit_start", visit.c.tenant_id, visit.c.starts_us)
Index("ix_visit_person", visit.c.tenant_id, visit.c.person_id, visit.c.starts_us)

# Work that somebody booked, in whole minutes of one day (`YYYY-MM-DD`); taken back, it stays.
time_spent = tenant_table(
    "time_spent",
    words("id"),
    words("ticket_id"),
    words("person_id"),
    words("day"),
    whole("minutes"),
    words("note"),
    instant("at_us"),
    instant("undone_us", null=True),
    to_ticket(),
    to_person("person_id"),
    key=("id",),
    rooted=False,
)
Index("ix_time_spent_ticket", time_spent.c.tenant_id, time_spent.c.ticket_id)
Index("ix_time_spent_person", time_spent.c.tenant_id, time_spent.c.person_id, time_spent.c.day)

# Words kept for answers: of one person, or with `team_key` of a team.
quick_text = tenant_table(
    "quick_text",
    words("id"),
    words("person_id", null=True),
    words("team_key", null=True),
    words("shortcut"),
    words("title"),
    words("body"),
    instant("changed_us"),
    to_person("person_id"),
    key=("id",),
)
Index("ix_quick_text_person", quick_text.c.tenant_id, quick_text.c.person_id)
Index("ix_quick_text_team", quick_text.c.tenant_id, quick_text.c.team_key)

# One act on many tickets. state: running | done | stopped | undoing | undone. `body`: what was
# asked, of whom (numbers, or the list's question), and `position`, how far it got.
bulk_run = tenant_table(
    "bulk_run",
    words("id"),
    words("person_id"),
    words("what"),
    words("state"),
    document("body"),
    whole("position"),
    document("counts"),
    instant("at_us"),
    instant("ended_us", null=True),
    to_person("person_id"),
    key=("id",),
)
Index("ix_bulk_run_person", bulk_run.c.tenant_id, bulk_run.c.person_id, bulk_run.c.at_us)

# What became of one ticket in such an act; `before` is what undoing needs.
bulk_ticket = tenant_table(
    "bulk_ticket",
    words("run_id"),
    words("ticket_id"),
    yes_no("done"),
    words("why"),
    whole("version", null=True),
    document("before", null=True),
    ForeignKeyConstraint(["tenant_id", "run_id"], ["bulk_run.tenant_id", "bulk_run.id"]),
    key=("run_id", "ticket_id"),
    rooted=False,
)

# A mail to a person that waits for a digest or for the end of quiet hours.
held_mail = tenant_table(
    "held_mail",
    words("id"),
    words("person_id"),
    words("ticket_id", null=True),
    words("notification_key"),
    words("subject"),
    words("body"),
    words("link", null=True),
    # The effect's digest: one letter per effect and recipient.
    words("key"),
    instant("created_us"),
    instant("due_us"),
    instant("sent_us", null=True),
    to_person("person_id"),
    UniqueConstraint("tenant_id", "key"),
    key=("id",),
)
Index(
    "ix_held_mail_due",
    held_mail.c.tenant_id,
    held_mail.c.due_us,
    sqlite_where=text("sent_us IS NULL"),
    postgresql_where=text("sent_us IS NULL"),
)
