"""Who fills in a form of the portal: somebody who has signed in, or a guest where it takes them."""

from __future__ import annotations

from engine.model.desk import Offer
from runtime.site.desks import Live
from runtime.web.meeting import meeting
from runtime.web.requests import AnyRequest, NotHere, SignInFirst, Visit, as_guest, here, visit


def offer_of(live: Live, type_id: str) -> Offer:
    """What is offered under a type's id; what is not offered is not there."""
    for offer in live.desk.portal.offers:
        if live.desk.types[offer.type].id == type_id:
            return offer
    raise NotHere


async def filling(request: AnyRequest, tenant: str, type_id: str) -> Visit:
    """A visit that may open a ticket of this type, under the desk that will decide about it."""
    found = await visit(request, tenant)
    if found.is_known:
        # Somebody of another tenant is nobody here: asking for the viewer says so.
        met = meeting(found) if found.viewer.person_id else found
        offer_of(met.desk, type_id)
        return met
    if not offer_of(found.desk, type_id).guests:
        if found.embedded:
            raise NotHere
        raise SignInFirst(here(request))
    # By a link one comes back to one ticket; a new one begins anew.
    return as_guest(found)
