"""Members of a team with their load, for the hand-over forms."""

from __future__ import annotations

from engine.model.roster import Member
from runtime.site.handles import Site
from runtime.store import roster


async def members_of(site: Site, tenant: str, team: str) -> tuple[Member, ...]:
    """The members of a team, the least busy first."""
    async with site.store.unit(tenant) as unit:
        found = await roster.members(unit, team)
    return tuple(sorted(found, key=lambda m: (m.absent, m.load, m.name)))
