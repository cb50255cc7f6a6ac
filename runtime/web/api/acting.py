"""What a call does to one ticket, and how the ticket is told afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response

from engine.decide.verdict import Event
from engine.model.ticket_type import TypeModel
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done
from runtime.queries.read_ticket import Seen, Shown, see_ticket, show_ticket
from runtime.queries.ticket_data import ticket_data
from runtime.web.api.answering import bound_to, done_or_told, json_answer, tagged
from runtime.web.api.calling import Call
from runtime.web.api.problems import NotThere


async def seen_by(call: Call, number: str) -> Seen:
    """What decides about a ticket that the caller sees.

    Raises:
        NotThere: there is none, or not for them.
    """
    found = await see_ticket(call.site, call.tenant, call.viewer, number)
    if found is None:
        raise NotThere
    return found


def type_of(seen: Seen) -> TypeModel:
    """The type of a ticket in the words of its own desk."""
    return seen.live.desk.types[seen.row.type_key]


async def do_to(
    call: Call,
    seen: Seen,
    event: Event,
    *,
    files: Mapping[str, tuple[str, ...]] | None = None,
    version: int | None = None,
    at: str = "/fields",
) -> Done:
    """Have an event happen to a ticket, or tell as a problem why not."""
    change = Change(
        event,
        version,
        files or {},
        call.key,
        bound=bound_to(call.request),
        more={"token": call.called.token.id},
    )
    outcome = await change_ticket(call.site, call.tenant, call.viewer, seen.row.number, change)
    return done_or_told(call.under(seen.live), outcome, type_of(seen), at)


async def shown(
    call: Call, number: str, status: int = 200, *, must: bool = False
) -> Response[bytes]:
    """The ticket as it is now; who may not read tickets, or sees this one no more after what they
    did, is told where it is. `must`: to who does not see it, it is not there."""
    found = await show_ticket(call.site, call.tenant, call.viewer, number)
    url = call.links.api("tickets", number)
    if found is None and must:
        raise NotThere
    if found is None or not call.has("tickets:read"):
        where = {"location": url} if status == 201 else {}
        return json_answer({"number": number, "url": url}, status, where)
    answer = tagged(call.request, data_of(call, found), found.seen.row.version)
    if answer.status_code == 200:
        answer.status_code = status
    if status == 201:
        answer.headers["location"] = url
    return answer


def data_of(call: Call, found: Shown) -> dict[str, Any]:
    """A ticket with its files' names."""
    seen = found.seen
    return ticket_data(
        seen.live, call.viewer, seen.row, seen.facts, seen.rights, found.people, files=found.files
    )
