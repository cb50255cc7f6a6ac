"""The REST API's steps of a ticket: transitions, approvals, hand-overs, labels, macros, rating."""

from __future__ import annotations

from typing import Any, Literal

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import Field

from engine.decide.verdict import (
    Approve,
    Assign,
    Event,
    Label,
    Move,
    Rate,
    Refusal,
    Refuse,
    UseMacro,
    Withdraw,
)
from runtime.queries.find_people import person_named
from runtime.queries.read_ticket import TicketPage, read_ticket
from runtime.queries.talk_data import pending_data, way_data
from runtime.web.api.acting import do_to, seen_by, shown, type_of
from runtime.web.api.answering import json_answer, refused
from runtime.web.api.bodies import Body, body_of
from runtime.web.api.calling import Call, call_of
from runtime.web.api.once import once
from runtime.web.api.paging import parameters
from runtime.web.api.problems import NotThere
from runtime.web.api.values import given
from runtime.web.requests import AnyRequest
from runtime.web.screens.refusals import say_refusal

TICKET = "/tickets/{number:str}"


@get(f"{TICKET}/transitions", opt={"scope": "tickets:read"})
async def transitions(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """The ways on from the present state: open, with what each needs, or why not."""
    call = call_of(request)
    parameters(call)
    found = await read_ticket(call.site, call.tenant, call.viewer, number)
    if found is None:
        raise NotThere
    under = call.under(found.live)
    pending = pending_data(found, call.viewer)
    return json_answer({"items": list(_ways(under, found)), "pending": pending})


def _ways(call: Call, found: TicketPage) -> list[dict[str, Any]]:
    """Steps that happen by themselves are left out; what is closed is told to staff alone."""
    told = []
    for way in found.ways:
        if way.transition.upon or not (way.open or call.viewer.is_staff):
            continue
        why = [say_refusal(call, one, found.row.type_key) for one in way.refusals]
        title = way.transition.title.say(call.locale)
        told.append({"title": title, **way_data(found, way, why)})
    return told


class MoveBody(Body):
    """What a transition needs."""

    fields: dict[str, Any] = Field({}, max_length=500)
    comment: str = Field("", max_length=10_000)
    note: str = Field("", max_length=10_000)
    reason: str = Field("", max_length=10_000)


@post(f"{TICKET}/transitions/{{transition:str}}", opt={"scope": "tickets:write"}, status_code=200)
async def take(
    request: AnyRequest, number: FromPath[str], transition: FromPath[str]
) -> Response[bytes]:
    """Take a transition; 202 where others have to approve it first."""

    async def move(call: Call) -> Response[bytes]:
        body = await body_of(request, MoveBody)
        seen = await seen_by(call, number)
        if transition not in type_of(seen).transitions:
            raise NotThere
        sent = given(call, seen.live.desk, type_of(seen), seen.rights, body.fields, "/fields")
        event = Move(transition, sent.values, body.comment, body.note, body.reason)
        done = await do_to(call, seen, event, files=sent.files)
        return await shown(call, number, 202 if "asked" in done.events else 200)

    return await once(call_of(request), move)


class AnswerBody(Body):
    """An answer to what was asked for. `request`: its number, as `pending` tells it."""

    answer: Literal["approve", "refuse", "withdraw"]
    reason: str = Field("", max_length=10_000)
    request: int = Field(0, ge=0, le=2**31)


@post(f"{TICKET}/approval", opt={"scope": "tickets:write"}, status_code=200)
async def approval(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Agree to what was asked for, refuse it, or take it back."""

    async def answer(call: Call) -> Response[bytes]:
        body = await body_of(request, AnswerBody)
        events: dict[str, Event] = {
            "approve": Approve(body.request),
            "refuse": Refuse(body.reason, body.request),
            "withdraw": Withdraw(body.reason, body.request),
        }
        return await _done(call, number, events[body.answer])

    return await once(call_of(request), answer)


async def _done(call: Call, number: str, event: Event) -> Response[bytes]:
    await do_to(call, await seen_by(call, number), event, at="")
    return await shown(call, number)


class AssignBody(Body):
    """Who gets it: an id or e-mail, null for nobody. `team`: hands it over first."""

    assignee: str | None = Field(None, max_length=254)
    team: str = Field("", max_length=40)
    note: str = Field("", max_length=10_000)


@post(f"{TICKET}/assignment", opt={"scope": "tickets:write"}, status_code=200)
async def assignment(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Give the ticket to somebody, to nobody, or over to another team."""

    async def assign(call: Call) -> Response[bytes]:
        body = await body_of(request, AssignBody)
        seen = await seen_by(call, number)
        teams = {team.id: team.key for team in seen.live.desk.teams.values()}
        if body.team and body.team not in teams:
            raise refused(call, [Refusal("unknown_team", "team")], None)
        person = ""
        if body.assignee:
            found = await person_named(call.site, call.tenant, call.viewer, body.assignee)
            person = found.id if found else body.assignee
        event = Assign(person, teams.get(body.team, ""), body.note)
        await do_to(call, seen, event, at="")
        return await shown(call, number)

    return await once(call_of(request), assign)


class LabelBody(Body):
    """Priority and tags to add."""

    priority: Literal["", "urgent", "high", "normal", "low"] = ""
    tags: list[str] = Field([], max_length=50)


@post(f"{TICKET}/labels", opt={"scope": "tickets:write"}, status_code=200)
async def labels(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Set the priority and add tags."""

    async def label(call: Call) -> Response[bytes]:
        body = await body_of(request, LabelBody)
        return await _done(call, number, Label(body.priority, tuple(body.tags)))

    return await once(call_of(request), label)


class NoBody(Body):
    """Nothing to say."""


@post(f"{TICKET}/macros/{{macro:str}}", opt={"scope": "tickets:write"}, status_code=200)
async def macro(
    request: AnyRequest, number: FromPath[str], macro: FromPath[str]
) -> Response[bytes]:
    """Do what a macro says."""

    async def use(call: Call) -> Response[bytes]:
        await body_of(request, NoBody)
        return await _done(call, number, UseMacro(macro))

    return await once(call_of(request), use)


class RatingBody(Body):
    """The requester's mark with their words."""

    mark: int = Field(ge=1, le=10)
    words: str = Field("", max_length=10_000)


@post(f"{TICKET}/rating", opt={"scope": "tickets:write"}, status_code=200)
async def rating(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Rate how the ticket was solved."""

    async def rate(call: Call) -> Response[bytes]:
        body = await body_of(request, RatingBody)
        return await _done(call, number, Rate(body.mark, body.words))

    return await once(call_of(request), rate)


ROUTES = [transitions, take, approval, assignment, labels, macro, rating]
