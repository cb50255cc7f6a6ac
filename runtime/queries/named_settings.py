"""Which settings and secrets of a tenant are written; never what they hold."""

from __future__ import annotations

from collections.abc import Iterable

from generators.admin_screen.settings_asked import Asked
from runtime.site.handles import Site
from runtime.store import tenant_settings
from runtime.store.desks import LIVE
from runtime.store.rows import SettingName


async def named_settings(site: Site, tenant: str, environment: str = LIVE) -> list[SettingName]:
    """Those of one environment, by name."""
    async with site.store.unit(tenant) as unit:
        found = await tenant_settings.setting_names(unit)
    return [one for one in found if one.environment == environment]


async def missing_settings(site: Site, tenant: str, asked: Iterable[Asked]) -> list[Asked]:
    """What specs name and nobody has written; what the product itself asks for can do without."""
    there = {one.name for one in await named_settings(site, tenant)}
    return [one for one in asked if one.files and one.name not in there]
