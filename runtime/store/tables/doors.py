"""What comes in and goes out by machines: the intake ledger, mail, tokens, deliveries."""

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
    yes_no,
)

# The intake ledger: a row for everything that arrives, before it is understood.
# way: portal | desk | api | mail | webhook | phone | import.
# state: arrived | ticketed | joined | quarantined | refused; a row goes from `arrived` to one of
# the others, and from `quarantined` on when it is replayed.
arrival = tenant_table(
    "arrival",
    words("id"),
    words("way"),
    # The Channel spec by id; "" for doors that have none.
    words("channel_id"),
    instant("at_us"),
    words("state"),
    # Why it is quarantined or refused, or joined; a code and its arguments.
    words("reason", null=True),
    document("said", null=True),
    # What the sender calls it: Message-ID, webhook-id, Idempotency-Key.
    words("remote_id", null=True),
    # Of what it says, whatever it is called: the same again has the same.
    words("digest", null=True),
    # The message as it came, in the file store.
    words("raw_sha256", null=True),
    big("raw_size"),
    # What lists show of it: from, to, subject; cut short.
    document("summary", null=True),
    words("ticket_id", null=True),
    words("event_id", null=True),
    words("person_id", null=True),
    whole("attempts"),
    instant("ended_us", null=True),
    key=("id",),
    rooted=False,
)
_a = arrival.c
Index("ix_arrival_state", _a.tenant_id, _a.state, _a.at_us)
Index("ix_arrival_at", _a.tenant_id, _a.at_us)
Index(
    "ix_arrival_remote",
    _a.tenant_id,
    _a.remote_id,
    sqlite_where=text("remote_id IS NOT NULL"),
    postgresql_where=text("remote_id IS NOT NULL"),
)
Index(
    "ix_arrival_digest",
    _a.tenant_id,
    _a.digest,
    sqlite_where=text("digest IS NOT NULL"),
    postgresql_where=text("digest IS NOT NULL"),
)
Index(
    "ix_arrival_ticket",
    _a.tenant_id,
    _a.ticket_id,
    sqlite_where=text("ticket_id IS NOT NULL"),
    postgresql_where=text("ticket_id IS NOT NULL"),
)

# Which Message-ID belongs to which ticket, of what came in and of what we sent.
# direction: in | out. `person_id`: who wrote it, or to whom we wrote.
mail_thread = tenant_table(
    "mail_thread",
    words("message_id"),
    words("ticket_id"),
    words("event_id", null=True),
    words("direction"),
    words("person_id", null=True),
    instant("at_us"),
    to_ticket(),
    key=("message_id",),
    rooted=False,
)
Index("ix_mail_thread_ticket", mail_thread.c.tenant_id, mail_thread.c.ticket_id)

# Where we are in a mailbox that is read; `validity` is its UIDVALIDITY, `position` the last UID.
mailbox = tenant_table(
    "mailbox",
    words("channel_id"),
    big("validity"),
    big("position"),
    instant("read_us", null=True),
    words("fault", null=True),
    instant("fault_us", null=True),
    key=("channel_id",),
)

# An address that mail to came back from, or that asked for silence; kind: bounced.
mail_address = tenant_table(
    "mail_address",
    words("address"),
    words("state"),
    words("reason", null=True),
    instant("at_us"),
    key=("address",),
)

# A machine's way in, by a person's rights narrowed to its scopes. Only the hash is kept.
api_token = tenant_table(
    "api_token",
    words("id"),
    words("person_id"),
    words("title"),
    words("hash"),
    document("scopes"),
    instant("created_us"),
    instant("expires_us", null=True),
    instant("used_us", null=True),
    instant("revoked_us", null=True),
    to_person("person_id"),
    key=("id",),
)
Index("ix_api_token_person", api_token.c.tenant_id, api_token.c.person_id)

# One event for a webhook, with its tries; the job of its webhook and ticket does the work.
# state: waiting | done | dead | skipped. `body`: what is sent, as it was when it happened, sealed.
# `seq`: of the ticket's event, so that a ticket's events go out in their order.
delivery = tenant_table(
    "delivery",
    words("id"),
    words("webhook_id"),
    words("ticket_id", null=True),
    words("event_id", null=True),
    words("event"),
    big("seq"),
    words("key"),
    words("state"),
    raw("body"),
    words("key_id"),
    whole("attempts"),
    # Of each attempt: when, how long, status or reason.
    document("log"),
    instant("created_us"),
    instant("due_us"),
    instant("ended_us", null=True),
    UniqueConstraint("tenant_id", "key"),
    key=("id",),
)
Index("ix_delivery_state", delivery.c.tenant_id, delivery.c.webhook_id, delivery.c.state)
Index("ix_delivery_at", delivery.c.tenant_id, delivery.c.created_us)
Index(
    "ix_delivery_waiting",
    delivery.c.tenant_id,
    delivery.c.webhook_id,
    delivery.c.ticket_id,
    delivery.c.seq,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)

# Whether a webhook is called at all; it is stopped when its receiver says it is gone (410).
# `failures`: calls in a row without an answer; `resume_us`: until then it is left alone for that.
webhook_state = tenant_table(
    "webhook_state",
    words("webhook_id"),
    yes_no("stopped"),
    words("reason", null=True),
    whole("failures"),
    instant("resume_us", null=True),
    instant("at_us"),
    shared=True,
    key=("webhook_id",),
)

# How many calls somebody (`token:<id>`, `address:<ip>`) has made: the instant at which their
# bucket would be full again.
rate = tenant_table(
    "rate",
    words("who"),
    instant("full_us"),
    key=("who",),
)

# Two tickets that may be about one thing; state: open | merged | apart.
alike = tenant_table(
    "alike",
    words("ticket_id"),
    words("other_id"),
    words("state"),
    whole("score"),
    document("reasons"),
    instant("at_us"),
    words("actor_id", null=True),
    to_ticket(),
    to_ticket("other_id"),
    key=("ticket_id", "other_id"),
    rooted=False,
)
Index("ix_alike_other", alike.c.tenant_id, alike.c.other_id)
