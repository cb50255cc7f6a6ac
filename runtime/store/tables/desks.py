"""What a tenant published: files by content, revisions, environments that point to them, drafts."""

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
