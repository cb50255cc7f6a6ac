"""The REST API's tickets: list, read, open and change them."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, patch, post
from litestar.params import FromPath
from pydantic import Field

from engine.decide import access
from engine.decide.verdict import Edit, Refusal
from engine.model.ticket_type import TypeModel
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.open_ticket import NewTicket, met, open_ticket
from runtime.queries.find_people import requester_named
from runtime.queries.read_ticket import Shown, see_ticket, show_ticket
from runtime.queries.ticket_data import ticket_data
from runtime.site.desks import Live
from runtime.web.api.answering import bound_to, done_or_told, json_answer, refused, tagged
from runtime.web.api.bodies import Body, body_of
from runtime.web.api.calling import Call, call_of
from runtime.web.api.once import once
from runtime.web.api.paging import asked_list, ticket_list
from runtime.web.api.problems import NotThere
from runtime.web.api.values import given
from runtime.web.requests import AnyRequest

TICKETS = "/tickets"
TICKET = "/tickets/{number:str}"


@get(TICKETS, opt={"scope": "tickets:read"})
async def list_of_tickets(request: AnyRequest) -> Response[bytes]:
    """The tickets that the caller sees, by condition and words, page by page."""
    call = call_of(request)
    return await ticket_list(call, asked_list(call))


@get(TICKET, opt={"scope": "tickets:read"})
async def ticket(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """One ticket with its version as a tag."""
    return await _shown(call_of(request), number)


async def _shown(call: Call, number: str, status: int = 200) -> Response[bytes]:
    """The ticket as it is now; who may not read tickets, or see this one, gets where it is."""
    found = await show_ticket(call.site, call.tenant, call.viewer, number)
    url = call.links.api("tickets", number)
    if found is None or not call.has("tickets:read"):
        return json_answer({"number": number, "url": url}, status, {"location": url})
    answer = tagged(call.request, data_of(call, found), found.seen.row.version)
    if status == 201:
        answer.status_code = status
        answer.headers["location"] = url
    return answer


def data_of(call: Call, found: Shown) -> dict[str, Any]:
    """A ticket with its files' names."""
    seen = found.seen
    return ticket_data(
        seen.live, call.viewer, seen.row, seen.facts, seen.rights, found.people, files=found.files
    )


class NewBody(Body):
    """A new ticket."""

    type: str = Field(max_length=40)
    subject: str = Field("", max_length=200)
    description: str = Field("", max_length=10_000)
    requester: str = Field("", max_length=254)
    fields: dict[str, Any] = Field({}, max_length=500)


@post(TICKETS, opt={"scope": "tickets:write"}, status_code=201)
async def new_ticket(request: AnyRequest) -> Response[bytes]:
    """Open a ticket, for the caller or whom they name."""
    return await once(call_of(request), _open)


async def _open(call: Call) -> Response[bytes]:
    body = await body_of(call.request, NewBody)
    viewer = call.viewer
    requester = viewer.person_id or ""
    if body.requester:
        named = await requester_named(call.site, call.tenant, viewer, body.requester)
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
    )
    outcome = await open_ticket(call.site, call.tenant, viewer, new)
    done = done_or_told(call, outcome, model, "/fields")
    return await _shown(call, done.number, 201)


def _offered(call: Call, live: Live, type_id: str) -> TypeModel:
    """A type that the caller may open a ticket of."""
    for key in access.offered(live.desk, call.viewer):
        if live.desk.types[key].id == type_id:
            return live.desk.types[key]
    raise refused(call, [Refusal("unknown_type", "type")], None)


class ChangeBody(Body):
    """A change of fields. `version`: what the caller had before them."""

    fields: dict[str, Any] = Field(min_length=1, max_length=500)
    version: int | None = Field(None, ge=0, le=2**53)


@patch(TICKET, opt={"scope": "tickets:write"})
async def change(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Change fields; bound to a version by `If-Match`, else a field that changed meanwhile is a
    conflict where `version` says what the caller had."""
    call = call_of(request)
    body = await body_of(request, ChangeBody)
    found = await see_ticket(call.site, call.tenant, call.viewer, number)
    if found is None:
        raise NotThere
    call = call.under(found.live)
    model = found.live.desk.types[found.row.type_key]
    sent = given(call, found.live.desk, model, found.rights, body.fields, "/fields")
    event = Edit(sent.values)
    wanted = Change(event, body.version, sent.files, bound=bound_to(request))
    outcome = await change_ticket(call.site, call.tenant, call.viewer, number, wanted)
    done_or_told(call, outcome, model, "/fields")
    return await _shown(call, number)


ROUTES = [list_of_tickets, ticket, new_ticket, change]
