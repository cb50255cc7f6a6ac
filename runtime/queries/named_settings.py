"""Which settings and secrets of a tenant are written; never what they hold."""

from __future__ import annotations

from runtime.site.handles import Site
from runtime.store import tenant_settings
from runtime.store.desks import LIVE
from runtime.store.rows import SettingName


async def named_settings(site: Site, tenant: str, environment: str = LIVE) -> list[SettingName]:
    """Those of one environment, by name."""
    async with site.store.unit(tenant) as unit:
        found = await tenant_settings.setting_names(unit)
    return [one for one in found if one.environment == environment]
