"""Who acts from a command line: the operator, or a person of the tenant."""

from __future__ import annotations

import getpass

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.site.standing import viewer_of
from runtime.store import people


def operator() -> Viewer:
    """Whoever runs the command: passes every right, named in the history as they signed in here."""
    try:
        return Viewer(person_id=None, name=getpass.getuser())
    except (OSError, KeyError):
        return Viewer(person_id=None, name="operator")


async def viewer_at(site: Site, tenant: str, address: str) -> Viewer | None:
    """The active person of the tenant with this address; None when there is none."""
    live = site.desks.get(tenant)
    async with site.store.unit(tenant) as unit:
        found = await people.find_person(unit, email=address)
        standing = await people.standing(unit, found.id) if found else None
    return viewer_of(live.desk, standing) if live and standing else None
