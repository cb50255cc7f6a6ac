"""Tokens of programs that act for a person: the id and a hash of the secret, never the secret."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from runtime.store.person_columns import PERSON
from runtime.store.rows import ApiToken, Person
from runtime.store.tables.doors import api_token
from runtime.store.tables.people import person
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token with the active person that it acts for."""

    token: ApiToken
    person: Person


_TOKEN = [api_token.c[f.name] for f in fields(ApiToken)]
_BEARER = (
    select(*_TOKEN, *PERSON)
    .join(
        person,
        (person.c.tenant_id == api_token.c.tenant_id) & (person.c.id == api_token.c.person_id),
    )
    .where(
        api_token.c.tenant_id == bindparam("tenant"),
        api_token.c.id == bindparam("id"),
        api_token.c.revoked_us.is_(None),
        api_token.c.expires_us > bindparam("now"),
        person.c.active,
    )
)


async def bearer(unit: Unit, token_id: str) -> Bearer | None:
    """The token that still holds, and its person; None for an expired or revoked one."""
    asked = {"tenant": unit.tenant_id, "id": token_id, "now": unit.now_us()}
    row = await unit.row(_BEARER, asked)
    if row is None:
        return None
    found, cut = tuple(row), len(_TOKEN)
    token = dict(zip((f.name for f in fields(ApiToken)), found[:cut], strict=True))
    someone = dict(zip((f.name for f in fields(Person)), found[cut:], strict=True))
    return Bearer(ApiToken(**token), Person(**someone))


async def add(unit: Unit, token: ApiToken) -> None:
    """Keep a new token."""
    unit.must_write()
    row = {f.name: getattr(token, f.name) for f in fields(ApiToken)}
    row |= {"tenant_id": unit.tenant_id, "scopes": list(token.scopes)}
    await unit.run(insert(api_token), row)


async def of_person(unit: Unit, person_id: str) -> list[ApiToken]:
    """A person's tokens, the newest first, those that no longer hold too."""
    c = api_token.c
    mine = (c.tenant_id == unit.tenant_id, c.person_id == person_id)
    rows = await unit.rows(select(*_TOKEN).where(*mine).order_by(c.id.desc()).limit(200))
    return [ApiToken(**row._mapping) for row in rows]


async def every(unit: Unit) -> list[ApiToken]:
    """The tokens of the tenant, the newest first."""
    c = api_token.c
    query = select(*_TOKEN).where(c.tenant_id == unit.tenant_id).order_by(c.id.desc()).limit(1000)
    return [ApiToken(**row._mapping) for row in await unit.rows(query)]


async def read(unit: Unit, token_id: str) -> ApiToken | None:
    """One token, whatever its state."""
    c = api_token.c
    row = await unit.row(select(*_TOKEN).where(c.tenant_id == unit.tenant_id, c.id == token_id))
    return ApiToken(**row._mapping) if row else None


async def change(unit: Unit, token_id: str, **changes: Any) -> None:
    """Write `revoked_us` or `used_us`; what revokes is followed at once by this process."""
    unit.must_write()
    if "revoked_us" in changes:
        unit.standing_changes()
    c = api_token.c
    this = update(api_token).where(c.tenant_id == unit.tenant_id, c.id == token_id)
    await unit.run(this.values(**changes))
