"""A new ticket as the body of a call asks for it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from engine.decide import access
from engine.decide.verdict import Refusal
from engine.model.ticket_type import TypeModel
from runtime.actions.open_ticket import NewTicket, met
from runtime.queries.find_people import person_named
from runtime.site.desks import Live
from runtime.web.api.answering import refused
from runtime.web.api.bodies import Body
from runtime.web.api.calling import Call
from runtime.web.api.values import given


class NewBody(Body):
    """A new ticket."""

    type: str = Field(max_length=40)
    subject: str = Field("", max_length=200)
    description: str = Field("", max_length=10_000)
    requester: str = Field("", max_length=254)
    fields: dict[str, Any] = Field({}, max_length=500)


async def new_from(call: Call, body: NewBody) -> tuple[NewTicket, TypeModel]:
    """The ticket that a body asks for, under the desk that will decide about it.

    Raises:
        ApiProblem: nobody of this name, no such type for the caller, or values of another kind.
    """
    viewer = call.viewer
    requester = viewer.person_id or ""
    if body.requester:
        named = await person_named(call.site, call.tenant, viewer, body.requester)
        if named is None:
            raise refused(call, [Refusal("unknown_requester", "requester")], None)
        requester = named.id
    live, _ = met(call.site.desks, call.desk, viewer, requester)
    call = call.under(live)
    model = _offered(call, live, body.type)
    rights = access.rights_to_open(live.desk, viewer, model.key)
    sent = given(call, live.desk, model, rights, body.fields, "/fields")
    new = NewTicket(
        type=model.key,
        values=sent.values,
        subject=body.subject,
        description=body.description,
        channel="api",
        requester=requester,
        files=sent.files,
        idempotency_key=call.key,
        way="api",
        more={"token": call.called.token.id},
    )
    return new, model


def _offered(call: Call, live: Live, type_id: str) -> TypeModel:
    """A type that the caller may open a ticket of."""
    for key in access.offered(live.desk, call.viewer):
        if live.desk.types[key].id == type_id:
            return live.desk.types[key]
    raise refused(call, [Refusal("unknown_type", "type")], None)
