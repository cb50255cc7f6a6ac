"""The second wall between tenants, and the one around the journal: what the database enforces.

Every query filters by tenant; on PostgreSQL row-level security holds even if one forgets to. The
policies bind the role that units take, which may not bypass them. On both databases a journal row,
once written, can't be changed or deleted.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from runtime.store.tables.base import SHARED_TABLES, TENANT_TABLES
from runtime.store.unit import EVERY_TENANT

ROLE = "specdesk_app"

# One round trip instead of SET LOCAL ROLE and SET LOCAL specdesk.tenant: both end with the
# transaction, as those do.
ENTER = text("SELECT set_config('role', :role, true), set_config('specdesk.tenant', :tenant, true)")

_FIND = text(
    "SELECT r.rolsuper OR r.rolbypassrls AS bypasses,"
    " EXISTS (SELECT FROM pg_roles a WHERE a.rolname = :role"
    "   AND pg_has_role(current_user, a.oid, 'MEMBER')) AS member"
    " FROM pg_roles r WHERE r.rolname = current_user"
)


def enter(tenant_id: str, role: str | None) -> dict[str, str]:
    """The parameters of `ENTER`; without a role of ours the one signed in stays."""
    return {"tenant": tenant_id, "role": role or "none"}


async def find_role(engine: AsyncEngine) -> str | None:
    """The unprivileged role that units take, or None when the one signed in is such a role."""
    async with engine.connect() as connection:
        found = (await connection.execute(_FIND, {"role": ROLE})).one()
    return ROLE if found.member else None


def put_up(connection: Connection) -> None:
    """Put up both walls; done at each upgrade, changes nothing the second time."""
    if connection.dialect.name == "sqlite":
        for words in ("UPDATE", "DELETE"):
            _say(
                connection,
                f"CREATE TRIGGER IF NOT EXISTS event_no_{words.lower()} BEFORE {words} ON event "
                "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
            )
        return
    _make_role(connection)
    _readers(connection)
    for table in TENANT_TABLES:
        _policy(connection, table.name, "tenant_id", table.name in SHARED_TABLES)
    _policy(connection, "tenant", "id", True)
    _grant(connection)


# Name, arguments, result, the built-in it is, and the same as an expression.
_READERS = (
    ("specdesk_text", "jsonb, text[]", "text", "jsonb_extract_path_text", "$1 #>> $2"),
    ("specdesk_at", "jsonb, text[]", "jsonb", "jsonb_extract_path", "$1 #> $2"),
    ("specdesk_typeof", "jsonb", "text", "jsonb_typeof", "jsonb_typeof($1)"),
    ("specdesk_number", "jsonb", "bigint", "jsonb_int8", "$1::bigint"),
    ("specdesk_boolean", "jsonb", "boolean", "jsonb_bool", "$1::boolean"),
)


def _readers(connection: Connection) -> None:
    """Make the functions that read a value out of JSON, in a form that indexes may serve.

    Behind row-level security PostgreSQL asks an index only about what can't leak a row to a
    function before the policy has seen it. The built-in JSON functions are not marked so, though
    they tell nobody what they read; the same code under our names is. Only a superuser may say so:
    for others the functions are plain, and custom fields are then filtered without their indexes.
    """
    query = text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    trusted = (connection.execute(query)).scalar()
    known = text("SELECT EXISTS (SELECT FROM pg_proc WHERE proname = :name AND proleakproof)")
    for name, takes, gives, built_in, expression in _READERS:
        if trusted:
            body = f"LANGUAGE internal LEAKPROOF AS '{built_in}'"
        elif (connection.execute(known, {"name": name})).scalar():
            continue
        else:
            body = f"LANGUAGE sql AS 'SELECT {expression}'"
        _say(
            connection,
            f"CREATE OR REPLACE FUNCTION {name}({takes}) RETURNS {gives}"
            f" IMMUTABLE STRICT PARALLEL SAFE {body}",
        )


def _make_role(connection: Connection) -> None:
    able: Any = (
        connection.execute(
            text(
                "SELECT rolsuper OR rolcreaterole AS makes, EXISTS"
                " (SELECT FROM pg_roles WHERE rolname = :role) AS there"
                " FROM pg_roles WHERE rolname = current_user"
            ),
            {"role": ROLE},
        )
    ).one()
    if able.there or not able.makes:
        return
    # Two installations on one server may start at once.
    _say(
        connection,
        f"DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
    )
    _say(connection, f"GRANT {ROLE} TO CURRENT_USER")


def _policy(connection: Connection, table: str, column: str, shared: bool) -> None:
    mine = f"{column} = current_setting('specdesk.tenant', true)"
    if shared:
        mine = f"({mine} OR current_setting('specdesk.tenant', true) = '{EVERY_TENANT}')"
    _say(connection, f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    _say(connection, f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    _say(connection, f'DROP POLICY IF EXISTS tenant ON "{table}"')
    _say(connection, f'CREATE POLICY tenant ON "{table}" USING ({mine})')


def _grant(connection: Connection) -> None:
    there = (
        connection.execute(
            text("SELECT current_schema() WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = :r)"),
            {"r": ROLE},
        )
    ).scalar()
    _say(
        connection,
        "CREATE OR REPLACE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
    )
    _say(
        connection,
        "CREATE OR REPLACE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()",
    )
    if there is None:
        return
    rights = "SELECT, INSERT, UPDATE, DELETE"
    _say(connection, f'GRANT USAGE ON SCHEMA "{there}" TO {ROLE}')
    _say(connection, f'GRANT {rights} ON ALL TABLES IN SCHEMA "{there}" TO {ROLE}')
    _say(connection, f"REVOKE UPDATE, DELETE, TRUNCATE ON event FROM {ROLE}")


def _say(connection: Connection, words: str) -> None:
    connection.exec_driver_sql(words)
