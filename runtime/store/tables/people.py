"""Who there is: tenants, accounts of the installation, persons of a tenant, and sessions."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from runtime.store.tables.base import (
    document,
    instant,
    metadata,
    raw,
    tenant_table,
    to_person,
    whole,
    words,
    yes_no,
)

tenant = Table(
    "tenant",
    metadata,
    words("id"),
    document("title"),
    document("data"),
    instant("created_us"),
    PrimaryKeyConstraint("id"),
)

account = Table(
    "account",
    metadata,
    words("id"),
    words("email"),
    words("password_hash", null=True),
    words("locale", null=True),
    words("theme", null=True),
    document("data"),
    yes_no("active"),
    instant("created_us"),
    instant("changed_us"),
    PrimaryKeyConstraint("id"),
)
# Addresses are kept in lower case: one spelling, one account.
Index("uq_account_email", account.c.email, unique=True)

session = Table(
    "session",
    metadata,
    words("id_hash"),
    words("account_id", ForeignKey("account.id", ondelete="CASCADE"), null=True),
    words("tenant_id", null=True),
    words("csrf"),
    instant("expires_us"),
    instant("created_us"),
    document("data"),
    PrimaryKeyConstraint("id_hash"),
)
Index("ix_session_account_id", session.c.account_id)
Index("ix_session_expires_us", session.c.expires_us)

person = tenant_table(
    "person",
    words("id"),
    words("account_id", ForeignKey("account.id"), null=True),
    words("kind"),
    words("name"),
    words("email", null=True),
    words("phone", null=True),
    words("locale", null=True),
    document("values"),
    instant("absent_from_us", null=True),
    instant("absent_to_us", null=True),
    words("substitute_id", null=True),
    words("external_key", null=True),
    yes_no("active"),
    instant("created_us"),
    instant("changed_us"),
    # No foreign keys on these two: SQLite adds none to a table that is there.
    words("organisation_id", null=True),
    words("merged_into_id", null=True),
    document("tags", null=True),
    # What a person chose or shows of themselves: picture, hours, quiet hours, ways of being told.
    document("profile", null=True),
    to_person("substitute_id"),
    key=("id",),
    shared=True,
)
Index("ix_person_account_id", person.c.tenant_id, person.c.account_id)
Index("ix_person_email", person.c.tenant_id, person.c.email)
Index("ix_person_phone", person.c.tenant_id, person.c.phone)
Index("ix_person_name", person.c.tenant_id, person.c.name)
Index("ix_person_organisation", person.c.tenant_id, person.c.organisation_id)
Index("uq_person_external_key", person.c.tenant_id, person.c.external_key, unique=True)

# A customer's company, school or household. `domains`: mail domains whose people belong to it.
organisation = tenant_table(
    "organisation",
    words("id"),
    words("name"),
    words("level", null=True),
    document("tags"),
    document("domains"),
    words("note"),
    words("external_key", null=True),
    yes_no("active"),
    instant("created_us"),
    instant("changed_us"),
    key=("id",),
)
Index("ix_organisation_name", organisation.c.tenant_id, organisation.c.name)
Index(
    "uq_organisation_external_key",
    organisation.c.tenant_id,
    organisation.c.external_key,
    unique=True,
)

# A way in without a password: a link to one ticket, or a code sent to an address. Only hashes are
# kept. purpose: ticket | code.
door_key = tenant_table(
    "door_key",
    words("id"),
    words("purpose"),
    words("email"),
    words("secret_hash"),
    words("person_id", null=True),
    words("ticket_id", null=True),
    whole("attempts"),
    instant("created_us"),
    instant("expires_us"),
    instant("used_us", null=True),
    to_person("person_id"),
    UniqueConstraint("tenant_id", "secret_hash"),
    key=("id",),
)
Index("ix_door_key_email", door_key.c.tenant_id, door_key.c.email, door_key.c.created_us)

membership = tenant_table(
    "membership",
    words("person_id"),
    words("team_key"),
    yes_no("lead"),
    document("skills"),
    whole("capacity", null=True),
    words("seniority", null=True),
    instant("last_assigned_us", null=True),
    to_person("person_id"),
    key=("team_key", "person_id"),
)
Index("ix_membership_person_id", membership.c.tenant_id, membership.c.person_id)

person_role = tenant_table(
    "person_role",
    words("person_id"),
    words("role"),
    to_person("person_id"),
    key=("person_id", "role"),
)
Index("ix_person_role_role", person_role.c.tenant_id, person_role.c.role)

setting = tenant_table(
    "setting",
    words("environment"),
    words("name"),
    yes_no("secret"),
    raw("sealed"),
    words("key_id"),
    instant("changed_us"),
    key=("environment", "name"),
)

personal_view = tenant_table(
    "personal_view",
    words("id"),
    words("person_id"),
    words("title"),
    words("view"),
    words("query"),
    instant("created_us"),
    # Its place among the person's, and 1 where it stands on top; null in older rows.
    whole("place", null=True),
    whole("pinned", null=True),
    to_person("person_id"),
    key=("id",),
)
Index("ix_personal_view_person", personal_view.c.tenant_id, personal_view.c.person_id)
