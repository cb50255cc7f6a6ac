"""Which desk's forms somebody meets: the pilot's, where they are of those it is for."""

from __future__ import annotations

from runtime.actions.open_ticket import met
from runtime.queries.read_ticket import see_ticket
from runtime.web.requests import Visit


def meeting(found: Visit) -> Visit:
    """The visit under the desk that will decide about what this person opens."""
    viewer = found.visitor.viewer if found.visitor else None
    if viewer is None:
        return found
    return found.under(met(found.site.desks, found.desk, viewer, viewer.person_id or "")[0])


async def of_ticket(found: Visit, number: str) -> Visit:
    """The visit under the desk that decides about a ticket; as it is where they don't see that."""
    shown = await see_ticket(found.site, found.desk.tenant, found.viewer, number)
    return found.under(shown.live) if shown is not None else found
