"""Settings and secrets of a tenant by environment, sealed; a spec names them, none leaves."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select

from runtime.store.rows import SettingName
from runtime.store.tables.people import setting
from runtime.store.unit import Unit
from runtime.store.upsert import put


async def put_setting(unit: Unit, environment: str, name: str, value: str, *, secret: bool) -> None:
    """Write a setting's value, sealed."""
    unit.must_write()
    row = {
        "tenant_id": unit.tenant_id,
        "environment": environment,
        "name": name,
        "secret": secret,
        "sealed": unit.sealer.seal_bytes(value.encode(), _about(environment, name)),
        "key_id": unit.sealer.active,
        "changed_us": unit.now_us(),
    }
    await put(unit, setting, row)


async def read_setting(unit: Unit, environment: str, name: str) -> str | None:
    """A setting's value; None when it was never written: the thing is off then.

    Raises:
        SealError: the key file is not the one it was sealed with.
    """
    c = setting.c
    query = select(c.sealed, c.key_id).where(
        c.tenant_id == unit.tenant_id, c.environment == environment, c.name == name
    )
    row = await unit.row(query)
    if row is None:
        return None
    about = _about(environment, name)
    return unit.sealer.open_bytes(row.key_id, bytes(row.sealed), about).decode()


async def are_there(unit: Unit, environment: str, names: Collection[str]) -> frozenset[str]:
    """Which of the named settings were written; their values are not read."""
    c = setting.c
    query = select(c.name).where(
        c.tenant_id == unit.tenant_id, c.environment == environment, c.name.in_(sorted(names))
    )
    return frozenset(row.name for row in await unit.rows(query))


async def setting_names(unit: Unit) -> list[SettingName]:
    """Which settings are there."""
    c = setting.c
    query = select(c.environment, c.name, c.secret, c.changed_us)
    rows = await unit.rows(query.where(c.tenant_id == unit.tenant_id).order_by(c.name))
    return [SettingName(**row._mapping) for row in rows]


async def drop_setting(unit: Unit, environment: str, name: str) -> bool:
    """Take a setting away; whether it was there."""
    unit.must_write()
    c = setting.c
    mine = delete(setting).where(
        c.tenant_id == unit.tenant_id, c.environment == environment, c.name == name
    )
    return (await unit.run(mine)).rowcount > 0


def _about(environment: str, name: str) -> str:
    return f"setting:{environment}:{name}"
