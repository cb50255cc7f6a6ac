"""Tickets, their journal, and their files."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, text

from runtime.store.tables.base import (
    big,
    document,
    instant,
    raw,
    tenant_table,
    to_person,
    to_ticket,
    whole,
    words,
)

counter = tenant_table("counter", words("prefix"), big("n"), key=("prefix",))

ticket = tenant_table(
    "ticket",
    words("id"),
    words("number"),
    words("type_key"),
    words("state_key"),
    words("phase"),
    words("priority"),
    # 0 urgent … 3 low: priorities sort by weight, not by their letters.
    whole("priority_rank"),
    words("channel"),
    words("subject"),
    words("description"),
    words("requester_id", null=True),
    words("customer_id", null=True),
    words("team_key", null=True),
    words("home_team_key", null=True),
    words("assignee_id", null=True),
    words("parent_id", null=True),
    instant("created_us"),
    instant("updated_us"),
    instant("solved_us", null=True),
    instant("closed_us", null=True),
    instant("state_since_us"),
    instant("visit_us", null=True),
    big("version"),
    words("head_hash"),
    document("values"),
    document("folds"),
    document("refs"),
    document("clocks"),
    instant("next_due_us", null=True),
    document("tags"),
    document("flags"),
    document("watchers"),
    document("teams"),
    document("pending", null=True),
    # The rest of what decisions need to go on, e.g. who had the ticket last in each team.
    document("memory"),
    whole("rating", null=True),
    whole("reopened"),
    words("external_key", null=True),
    # The environment whose desk decides about it, where that is not `live`.
    words("environment", null=True),
    to_person("requester_id"),
    to_person("customer_id"),
    to_person("assignee_id"),
    to_ticket("parent_id"),
    UniqueConstraint("tenant_id", "number"),
    key=("id",),
)
_t = ticket.c
OPEN_PHASES = ("new", "active", "waiting")
IS_OPEN = text("phase IN ('new', 'active', 'waiting')")
Index(
    "uq_ticket_external_key",
    _t.tenant_id,
    _t.external_key,
    unique=True,
    sqlite_where=text("external_key IS NOT NULL"),
    postgresql_where=text("external_key IS NOT NULL"),
)
Index(
    "ix_ticket_environment",
    _t.tenant_id,
    _t.environment,
    _t.created_us,
    sqlite_where=text("environment IS NOT NULL"),
    postgresql_where=text("environment IS NOT NULL"),
)
Index("ix_ticket_created", _t.tenant_id, _t.created_us, _t.id)
Index("ix_ticket_updated", _t.tenant_id, _t.updated_us, _t.id)
Index("ix_ticket_team", _t.tenant_id, _t.team_key, _t.phase, _t.updated_us)
Index("ix_ticket_requester", _t.tenant_id, _t.requester_id, _t.updated_us)
Index("ix_ticket_customer", _t.tenant_id, _t.customer_id)
# Somebody's open tickets, the last changed first, however many they ever had.
Index(
    "ix_ticket_asked",
    _t.tenant_id,
    _t.requester_id,
    _t.updated_us,
    _t.id,
    _t.type_key,
    _t.phase,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)
Index(
    "ix_ticket_parent",
    _t.tenant_id,
    _t.parent_id,
    sqlite_where=text("parent_id IS NOT NULL"),
    postgresql_where=text("parent_id IS NOT NULL"),
)
# What a list is sorted by from its head, and whose tickets it shows, closed ones too.
Index("ix_ticket_priority", _t.tenant_id, _t.priority_rank, _t.id)
Index("ix_ticket_state_since", _t.tenant_id, _t.state_since_us, _t.id)
Index(
    "ix_ticket_assignee",
    _t.tenant_id,
    _t.assignee_id,
    _t.updated_us,
    sqlite_where=text("assignee_id IS NOT NULL"),
    postgresql_where=text("assignee_id IS NOT NULL"),
)
# Who is asked for an answer looks among these few alone.
Index(
    "ix_ticket_pending",
    _t.tenant_id,
    _t.id,
    sqlite_where=text("pending IS NOT NULL"),
    postgresql_where=text("pending IS NOT NULL"),
)
# Work to do is a small part of all tickets; what lists and counts ask of it stands in the index.
Index(
    "ix_ticket_work",
    _t.tenant_id,
    _t.phase,
    _t.assignee_id,
    _t.team_key,
    _t.type_key,
    _t.priority,
)
Index(
    "ix_ticket_load",
    _t.tenant_id,
    _t.assignee_id,
    _t.team_key,
    _t.phase,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)
Index(
    "ix_ticket_next_due",
    _t.tenant_id,
    _t.next_due_us,
    _t.id,
    sqlite_where=text("next_due_us IS NOT NULL"),
    postgresql_where=text("next_due_us IS NOT NULL"),
)

# Every team that owns or owned the ticket, once more: conditions read the list in the ticket.
ticket_team = tenant_table(
    "ticket_team",
    words("team_key"),
    words("ticket_id"),
    to_ticket(),
    key=("ticket_id", "team_key"),
    rooted=False,
)
Index(
    "ix_ticket_team_team",
    ticket_team.c.tenant_id,
    ticket_team.c.team_key,
    ticket_team.c.ticket_id,
)

# The words of a ticket for the search, each with who it was said to (`store.ticket_words.Said`). By
# ticket, to see whether one has a word; by word, to find the tickets.
ticket_word = tenant_table(
    "ticket_word",
    words("ticket_id"),
    words("word"),
    whole("said"),
    to_ticket(),
    key=("ticket_id", "word", "said"),
    rooted=False,
    narrow=True,
)
Index(
    "ix_ticket_word",
    ticket_word.c.tenant_id,
    ticket_word.c.word,
    ticket_word.c.ticket_id,
    ticket_word.c.said,
)

# `ticket_id` is no foreign key: acts of administrators are chained under the stream "admin".
event = tenant_table(
    "event",
    words("id"),
    words("ticket_id"),
    big("seq"),
    instant("at_us"),
    words("actor_kind"),
    words("actor_id", null=True),
    words("verb"),
    words("cause_event_id", null=True),
    whole("revision"),
    words("desk_digest"),
    words("idempotency_key", null=True),
    words("payload_id"),
    words("payload_digest"),
    words("prev_hash"),
    words("hash"),
    UniqueConstraint("tenant_id", "ticket_id", "seq"),
    key=("id",),
    rooted=False,
)

# Without `body` the payload was erased; `erased` then names the request, and the chain holds.
event_payload = tenant_table(
    "event_payload",
    words("id"),
    words("subject_person_id", null=True),
    raw("salt", null=True),
    raw("body", null=True),
    words("key_id", null=True),
    document("erased", null=True),
    key=("id",),
    rooted=False,
)
Index(
    "ix_event_payload_subject",
    event_payload.c.tenant_id,
    event_payload.c.subject_person_id,
    sqlite_where=text("subject_person_id IS NOT NULL"),
    postgresql_where=text("subject_person_id IS NOT NULL"),
)

anchor = tenant_table(
    "anchor",
    words("day"),
    big("tickets"),
    big("events"),
    words("head"),
    words("key_id"),
    words("signature"),
    instant("at_us"),
    key=("day",),
)

file = tenant_table(
    "file",
    words("id"),
    words("token"),
    words("sha256"),
    big("size"),
    words("type_found"),
    words("name"),
    words("state"),
    words("owner", null=True),
    words("ticket_id", null=True),
    words("event_id", null=True),
    words("field_key", null=True),
    words("visibility"),
    instant("created_us"),
    to_ticket(),
    UniqueConstraint("tenant_id", "token"),
    to_person("owner"),
    key=("id",),
)
Index("ix_file_ticket", file.c.tenant_id, file.c.ticket_id)
Index("ix_file_sha256", file.c.tenant_id, file.c.sha256)
Index("ix_file_state", file.c.tenant_id, file.c.state, file.c.created_us)

# Who looks at a ticket right now, in whatever process; a row holds for half a minute.
presence = tenant_table(
    "presence",
    words("ticket_id"),
    words("person_id"),
    instant("until_us"),
    to_person("person_id"),
    key=("ticket_id", "person_id"),
)
