"""The REST API's tickets that belong together: parts, merged ones, links, watchers, split off."""

from __future__ import annotations

from typing import Literal

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import Field

from runtime.actions.join_tickets import merge_ticket, put_part, relate, unmerge_ticket, watch
from runtime.actions.open_beside import Out, open_beside
from runtime.actions.outcome import Outcome
from runtime.queries.find_people import person_named
from runtime.queries.read_ticket import read_ticket
from runtime.queries.talk_data import chosen_words
from runtime.queries.together import together_of
from runtime.queries.together_data import together_data
from runtime.web.api.acting import seen_by, shown, type_of
from runtime.web.api.answering import done_or_told, json_answer
from runtime.web.api.bodies import Body, body_of
from runtime.web.api.calling import Call, call_of
from runtime.web.api.once import once
from runtime.web.api.opening import NewBody, new_from
from runtime.web.api.paging import parameters
from runtime.web.api.problems import NotThere
from runtime.web.requests import AnyRequest

TICKET = "/tickets/{number:str}"


@get(f"{TICKET}/relations", opt={"scope": "tickets:read"})
async def relations(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """What it is a part of or was merged into, its parts, what was merged into it, links,
    watchers."""
    call = call_of(request)
    parameters(call)
    return await _told(call, number)


async def _told(call: Call, number: str) -> Response[bytes]:
    seen = await seen_by(call, number)
    if not call.has("tickets:read"):
        return json_answer({"number": number, "url": call.links.api("tickets", number)})
    beside = await together_of(call.site, call.tenant, call.viewer, seen.row, seen.facts)
    return json_answer(together_data(beside, call.viewer))


async def _done(call: Call, number: str, outcome: Outcome) -> Response[bytes]:
    """What stands together now, or why nothing was done."""
    seen = await seen_by(call, number)
    done_or_told(call.under(seen.live), outcome, type_of(seen))
    return await _told(call, number)


class PartBody(Body):
    """A ticket that becomes a part, or is one no longer."""

    number: str = Field(min_length=1, max_length=60)
    on: bool = True


@post(f"{TICKET}/parts", opt={"scope": "tickets:write"}, status_code=200)
async def parts(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Make another ticket a part of this one, or take it out."""

    async def put(call: Call) -> Response[bytes]:
        body = await body_of(request, PartBody)
        await seen_by(call, number)
        outcome = await put_part(
            call.site, call.tenant, call.viewer, number, body.number, on=body.on, key=call.key,
            more=_more(call),
        )  # fmt: skip
        return await _done(call, number, outcome)

    return await once(call_of(request), put)


def _more(call: Call) -> dict[str, object]:
    return {"token": call.called.token.id}


class MergeBody(Body):
    """Into which ticket, and what becomes of this one when that is solved."""

    into: str = Field(min_length=1, max_length=60)
    when_solved: Literal["", "solved", "closed"] = ""


@post(f"{TICKET}/merge", opt={"scope": "tickets:write"}, status_code=200)
async def merge(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """End the ticket in another, where it is handled from now on."""

    async def join(call: Call) -> Response[bytes]:
        body = await body_of(request, MergeBody)
        await seen_by(call, number)
        outcome = await merge_ticket(
            call.site, call.tenant, call.viewer, number, body.into, key=call.key,
            then=body.when_solved, more=_more(call),
        )  # fmt: skip
        return await _done(call, number, outcome)

    return await once(call_of(request), join)


class UndoBody(Body):
    """Nothing to say."""


@post(f"{TICKET}/unmerge", opt={"scope": "tickets:write"}, status_code=200)
async def unmerge(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Undo the merge: state, deadlines and assignee are as before."""

    async def undo(call: Call) -> Response[bytes]:
        await body_of(request, UndoBody)
        await seen_by(call, number)
        outcome = await unmerge_ticket(
            call.site, call.tenant, call.viewer, number, key=call.key, more=_more(call)
        )
        return await _done(call, number, outcome)

    return await once(call_of(request), undo)


class LinkBody(Body):
    """The other ticket, and what it is to this one."""

    number: str = Field(min_length=1, max_length=60)
    sort: Literal["related", "duplicate"] = "related"
    on: bool = True


@post(f"{TICKET}/links", opt={"scope": "tickets:write"}, status_code=200)
async def link(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Link another ticket, or take the link away."""

    async def mark(call: Call) -> Response[bytes]:
        body = await body_of(request, LinkBody)
        await seen_by(call, number)
        outcome = await relate(
            call.site, call.tenant, call.viewer, number, body.number, body.sort, on=body.on,
            key=call.key, more=_more(call),
        )  # fmt: skip
        return await _done(call, number, outcome)

    return await once(call_of(request), mark)


class WatcherBody(Body):
    """Who watches: an id or e-mail, nobody named is the caller."""

    person: str = Field("", max_length=254)
    on: bool = True


@post(f"{TICKET}/watchers", opt={"scope": "tickets:write"}, status_code=200)
async def watchers(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Let somebody watch the ticket, or no longer."""

    async def put(call: Call) -> Response[bytes]:
        body = await body_of(request, WatcherBody)
        await seen_by(call, number)
        person = call.viewer.person_id or ""
        if body.person:
            found = await person_named(call.site, call.tenant, call.viewer, body.person)
            person = found.id if found else body.person
        outcome = await watch(
            call.site, call.tenant, call.viewer, number, person, on=body.on, key=call.key,
            more=_more(call),
        )  # fmt: skip
        return await _done(call, number, outcome)

    return await once(call_of(request), put)


class SplitBody(NewBody):
    """What was said, by the numbers (`seq`) of its events, and the ticket made of it.

    Without a subject, a description or a requester those of the old one are taken over.
    """

    entries: list[int] = Field(min_length=1, max_length=200)


@post(f"{TICKET}/split", opt={"scope": "tickets:write"}, status_code=201)
async def split(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Make a ticket of some of what was said; both histories say so."""

    async def apart(call: Call) -> Response[bytes]:
        body = await body_of(request, SplitBody)
        found = await read_ticket(call.site, call.tenant, call.viewer, number)
        if found is None:
            raise NotThere
        row = found.row
        taken = {
            "subject": body.subject or row.subject,
            "requester": body.requester or row.requester_id or "",
            "description": body.description or chosen_words(found, body.entries),
        }
        body = body.model_copy(update=taken)
        new, model = await new_from(call, body)
        out = Out("split", (number,), tuple(body.entries))
        outcome = await open_beside(call.site, call.tenant, call.viewer, new, out)
        done = done_or_told(call, outcome, model, "/fields")
        return await shown(call, done.number, 201)

    return await once(call_of(request), apart)


ROUTES = [relations, parts, merge, unmerge, link, watchers, split]
