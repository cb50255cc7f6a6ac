"""Whether a colleague sees a ticket, or would once they follow it."""

from __future__ import annotations

from engine.decide import access
from engine.facts import Facts
from engine.model.desk import Desk
from runtime.site.standing import ask_of, viewer_of
from runtime.store import people
from runtime.store.unit import Unit


async def would_see(unit: Unit, desk: Desk, facts: Facts, person_id: str) -> bool:
    """Whether their role shows them the ticket, as it is or as one that they follow."""
    standing = await people.standing(unit, person_id)
    if standing is None:
        return False
    viewer = viewer_of(desk, standing)
    followed = facts.with_values({"watchers": (*facts.names("watchers"), person_id)})
    return access.rights(desk, followed, ask_of(desk, viewer, unit.now_us())).see
