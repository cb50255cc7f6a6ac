"""What is still to do or was answered already: jobs, notices, idempotent answers, imports."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text

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

# state: ready (also while leased) | done | dead. Done rows stay a while: their key keeps a second
# enqueue of the same effect out.
job = tenant_table(
    "job",
    words("id"),
    words("kind"),
    words("key"),
    words("state"),
    instant("due_us"),
    instant("lease_until_us", null=True),
    big("fence"),
    whole("attempts"),
    document("body"),
    words("last_error", null=True),
    instant("created_us"),
    instant("ended_us", null=True),
    UniqueConstraint("tenant_id", "kind", "key"),
    key=("id",),
    rooted=False,
    shared=True,
)
Index(
    "ix_job_due",
    job.c.tenant_id,
    job.c.kind,
    job.c.due_us,
    sqlite_where=text("state = 'ready'"),
    postgresql_where=text("state = 'ready'"),
)
Index("ix_job_ended", job.c.tenant_id, job.c.state, job.c.ended_us)

notice = tenant_table(
    "notice",
    words("id"),
    words("person_id"),
    words("ticket_id", null=True),
    words("event_id", null=True),
    words("notification_key"),
    words("subject"),
    words("body"),
    words("link", null=True),
    # The effect's digest: one notice per effect and recipient, however often a worker tries.
    words("key"),
    instant("created_us"),
    instant("read_us", null=True),
    # 1: told at once by every way there is, also in quiet hours.
    whole("urgent", null=True),
    # Put away in the centre; it stays on record.
    instant("done_us", null=True),
    to_person("person_id"),
    UniqueConstraint("tenant_id", "key"),
    key=("id",),
)
Index("ix_notice_person", notice.c.tenant_id, notice.c.person_id, notice.c.id)

idempotency = tenant_table(
    "idempotency",
    words("key"),
    words("body_digest"),
    document("answer", null=True),
    instant("at_us"),
    key=("key",),
    rooted=False,
)

# state: running | done of one begun on the command line; one of the desk goes from reading to
# mapping, trying, mapping again, running, paused, then done, stopped or failed.
# `body`: of the desk's own: the file, how it is read, its first rows, the mapping.
import_run = tenant_table(
    "import_run",
    words("id"),
    words("import_key"),
    words("file_name"),
    words("file_sha256"),
    words("state"),
    big("position"),
    document("counts"),
    words("actor_id", null=True),
    instant("started_us"),
    instant("ended_us", null=True),
    document("body", null=True),
    key=("id",),
)
Index(
    "ix_import_run_file",
    import_run.c.tenant_id,
    import_run.c.import_key,
    import_run.c.file_sha256,
)

import_error = tenant_table(
    "import_error",
    words("run_id"),
    big("line"),
    words("column", null=True),
    words("code"),
    words("message"),
    document("row"),
    ForeignKeyConstraint(["tenant_id", "run_id"], ["import_run.tenant_id", "import_run.id"]),
    key=("run_id", "line"),
)

# Answers of a Source kept for its cache time; `body` is sealed when the source says sensitive.
source_cache = tenant_table(
    "source_cache",
    words("source_key"),
    words("record_key"),
    words("digest"),
    raw("body"),
    words("key_id", null=True),
    instant("fetched_us"),
    instant("expires_us"),
    key=("source_key", "record_key"),
)
