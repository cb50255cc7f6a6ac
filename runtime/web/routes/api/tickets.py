"""The REST API's tickets: list, read, open and change them."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, patch, post
from litestar.params import FromPath
from pydantic import Field

from engine.decide.verdict import Edit
from runtime.actions.open_ticket import on_record, open_ticket
from runtime.web.api.acting import do_to, seen_by, shown, type_of
from runtime.web.api.answering import done_or_told
from runtime.web.api.bodies import Body, body_of
from runtime.web.api.calling import Call, call_of
from runtime.web.api.once import once
from runtime.web.api.opening import NewBody, new_from
from runtime.web.api.paging import asked_list, parameters, ticket_list
from runtime.web.api.problems import ApiProblem
from runtime.web.api.values import given
from runtime.web.requests import AnyRequest

TICKETS = "/tickets"
TICKET = "/tickets/{number:str}"


@get(TICKETS, opt={"scope": "tickets:read"})
async def list_of_tickets(request: AnyRequest) -> Response[bytes]:
    """The tickets that the caller sees, by condition and words, page by page."""
    call = call_of(request)
    return await ticket_list(call, await asked_list(call))


@get(TICKET, opt={"scope": "tickets:read"})
async def ticket(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """One ticket with its version as a tag."""
    call = call_of(request)
    parameters(call)
    return await shown(call, number, must=True)


@post(TICKETS, opt={"scope": "tickets:write"}, status_code=201)
async def new_ticket(request: AnyRequest) -> Response[bytes]:
    """Open a ticket, for the caller or whom they name."""
    return await once(call_of(request), _open)


async def _open(call: Call) -> Response[bytes]:
    try:
        new, model = await new_from(call, await body_of(call.request, NewBody))
    except ApiProblem as wrong:
        # It arrived and came to nothing, as one that the form refuses.
        codes = [fault.code for fault in wrong.faults] or [wrong.kind]
        await on_record(call.site, call.tenant, call.viewer, "api", codes)
        raise
    outcome = await open_ticket(call.site, call.tenant, call.viewer, new)
    done = done_or_told(call, outcome, model, "/fields")
    return await shown(call, done.number, 201)


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
    seen = await seen_by(call, number)
    model, desk = type_of(seen), seen.live.desk
    sent = given(call, desk, model, seen.rights, body.fields, "/fields")
    await do_to(call, seen, Edit(sent.values), files=sent.files, version=body.version)
    return await shown(call, number)


ROUTES = [list_of_tickets, ticket, new_ticket, change]
