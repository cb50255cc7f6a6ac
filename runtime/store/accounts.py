"""Tenants, and the accounts of the installation by which people sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import insert, select, update

from runtime.store.tables.people import account, tenant
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A sign-in of the installation; `data` holds factors and preferences that have no column."""

    id: str
    email: str
    password_hash: str | None = None
    locale: str | None = None
    theme: str | None = None
    data: Mapping[str, Any]
    active: bool = True
    created_us: int
    changed_us: int


_ACCOUNT = [account.c[f.name] for f in fields(Account)]


def same_address(email: str) -> str:
    """The one spelling in which an address is kept."""
    return email.strip().lower()


async def ensure_tenant(unit: Unit, title: Mapping[str, str]) -> None:
    """Make the unit's tenant, or bring its title up to date."""
    unit.must_write()
    changed = update(tenant).where(tenant.c.id == unit.tenant_id).values(title=dict(title))
    if (await unit.run(changed)).rowcount == 0:
        row = {"id": unit.tenant_id, "title": dict(title), "data": {}, "created_us": unit.now_us()}
        await unit.run(insert(tenant), row)


async def tenants(system: Unit) -> dict[str, Mapping[str, str]]:
    """Titles by tenant id, of all tenants of the installation (a `store.system()` unit)."""
    rows = await system.rows(select(tenant.c.id, tenant.c.title).order_by(tenant.c.id))
    return {row.id: row.title for row in rows}


async def add_account(unit: Unit, email: str, password_hash: str | None, **more: Any) -> str:
    """Make an account and give its id; `more` are further columns, e.g. `locale`."""
    unit.must_write()
    now = unit.now_us()
    made = {"id": unit.new_id(), "email": same_address(email), "password_hash": password_hash}
    await unit.run(
        insert(account),
        {"data": {}, "active": True, "created_us": now, "changed_us": now, **made, **more},
    )
    return str(made["id"])


async def account_by_email(unit: Unit, email: str) -> Account | None:
    """The account with this address, in any case of letters."""
    row = await unit.row(select(*_ACCOUNT).where(account.c.email == same_address(email)))
    return Account(**row._mapping) if row else None


async def account_by_id(unit: Unit, account_id: str) -> Account | None:
    """An account by id."""
    row = await unit.row(select(*_ACCOUNT).where(account.c.id == account_id))
    return Account(**row._mapping) if row else None


async def change_account(unit: Unit, account_id: str, **changes: Any) -> None:
    """Write columns of an account: `password_hash`, `locale`, `theme`, `data`, `active`."""
    unit.standing_changes()
    statement = update(account).where(account.c.id == account_id)
    await unit.run(statement.values(changed_us=unit.now_us(), **changes))
