"""The REST API's notes beside a ticket: visits, and the time that people spent on it."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get, patch, post
from litestar.params import FromPath
from pydantic import Field

from engine.decide.notes import End, Spend
from engine.values.base import ValueProblem
from engine.values.datetime import parse_instant
from engine.values.registry import say_problem
from runtime.actions.note_beside import (
    Clash,
    Wish,
    end_visit,
    plan_visit,
    spend_time,
    take_time_back,
)
from runtime.actions.outcome import Done, Outcome
from runtime.queries.beside_data import beside_of, time_data, visits_data
from runtime.queries.find_people import person_named
from runtime.queries.read_ticket import Seen
from runtime.render.catalogues import N_
from runtime.web.api.acting import seen_by, type_of
from runtime.web.api.answering import done_or_told, json_answer
from runtime.web.api.bodies import Body, body_of
from runtime.web.api.calling import Call, call_of
from runtime.web.api.once import once
from runtime.web.api.paging import parameters
from runtime.web.api.problems import ApiProblem, Fault, NotThere
from runtime.web.requests import AnyRequest
from runtime.web.screens.refusals import say_clash

READ: Final = {"scope": "tickets:read"}
WRITE: Final = {"scope": "tickets:write"}
TICKET: Final = "/tickets/{number:str}"
VISIT: Final = f"{TICKET}/visits/{{visit:str}}"


@get(f"{TICKET}/visits", opt=READ)
async def visits(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """The visits of a ticket; whoever does not work here is told of those to come."""
    call = call_of(request)
    parameters(call)
    return json_answer({"items": await _visits(call, await seen_by(call, number))})


async def _visits(call: Call, seen: Seen) -> list[dict[str, Any]]:
    beside = await beside_of(call.site, call.tenant, call.viewer, seen)
    return visits_data(seen.live.desk, beside, call.viewer)


class VisitBody(Body):
    """When, who goes (an id or e-mail) and where. `anyway`: though they are elsewhere then."""

    starts_at: str = Field(max_length=40)
    ends_at: str = Field(max_length=40)
    person: str = Field("", max_length=254)
    place: str = Field("", max_length=200)
    note: str = Field("", max_length=2000)
    anyway: bool = False


class VisitChange(Body):
    """The same of a visit that is planned; what is left out stays."""

    starts_at: str | None = Field(None, max_length=40)
    ends_at: str | None = Field(None, max_length=40)
    person: str | None = Field(None, max_length=254)
    place: str | None = Field(None, max_length=200)
    note: str | None = Field(None, max_length=2000)
    anyway: bool = False


@post(f"{TICKET}/visits", opt=WRITE, status_code=201)
async def plan(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Plan a visit."""

    async def put(call: Call) -> Response[bytes]:
        body = await body_of(request, VisitBody)
        seen = await seen_by(call, number)
        wish = Wish(
            _instant(call, seen, body.starts_at, "/starts_at"),
            _instant(call, seen, body.ends_at, "/ends_at"),
            await _person(call, body.person), body.place, body.note, anyway=body.anyway,
        )  # fmt: skip
        return await _planned(call, seen, wish, 201)

    return await once(call_of(request), put)


@patch(VISIT, opt=WRITE)
async def move(request: AnyRequest, number: FromPath[str], visit: FromPath[str]) -> Response[bytes]:
    """Plan it for another time, person or place."""
    call = call_of(request)
    body = await body_of(request, VisitChange)
    seen = await seen_by(call, number)
    beside = await beside_of(call.site, call.tenant, call.viewer, seen)
    was = next((one for one in beside.visits if one.id == visit), None)
    if was is None:
        raise NotThere
    starts, ends, person = was.starts_us, was.ends_us, was.person_id or ""
    if body.starts_at is not None:
        starts = _instant(call, seen, body.starts_at, "/starts_at")
    if body.ends_at is not None:
        ends = _instant(call, seen, body.ends_at, "/ends_at")
    if body.person is not None:
        person = await _person(call, body.person)
    place = was.place if body.place is None else body.place
    note = was.note if body.note is None else body.note
    wish = Wish(starts, ends, person, place, note, was.id, body.anyway)
    return await _planned(call, seen, wish, 200)


def _instant(call: Call, seen: Seen, text: str, at: str) -> int:
    found = parse_instant(text, seen.live.desk.tenant.zone)
    if found is None:
        said = say_problem(ValueProblem("not_datetime"), call.locale)
        raise ApiProblem("refused", faults=[Fault(at, "not_datetime", said)])
    return found


async def _person(call: Call, name: str) -> str:
    """Who goes, by id; an outsider may name nobody, and is refused by the decision."""
    if not name or not call.viewer.is_staff:
        return ""
    found = await person_named(call.site, call.tenant, call.viewer, name)
    if found is None or found.kind != "staff":
        said = N_("Only somebody who works here can go there")
        raise ApiProblem("refused", faults=[Fault("/person", "unknown_person", said)])
    return found.id


async def _planned(call: Call, seen: Seen, wish: Wish, status: int) -> Response[bytes]:
    outcome = await plan_visit(
        call.site, call.tenant, call.viewer, seen.row.number, wish, key=call.key, more=_more(call)
    )
    if isinstance(outcome, Clash):
        others = [number for number in outcome.numbers if number]
        raise ApiProblem(
            "refused", faults=[Fault("/person", "visit_clash", say_clash(call, outcome))],
            told={"tickets": others, "away": outcome.away},
        )  # fmt: skip
    return await _visit(call, seen, outcome, status)


async def _visit(call: Call, seen: Seen, outcome: Outcome, status: int) -> Response[bytes]:
    """The visit as it is now, or why nothing was done."""
    done = done_or_told(call.under(seen.live), outcome, type_of(seen))
    if not call.has("tickets:read") or not done.beside:
        return _elsewhere(call, seen, "visits", status)
    return json_answer(_noted(await _visits(call, seen), done), status)


def _elsewhere(call: Call, seen: Seen, place: str, status: int = 200) -> Response[bytes]:
    """Where it is told: to who may not read, or when the same was done before."""
    return json_answer({"url": call.links.api("tickets", seen.row.number, place)}, status)


def _noted(items: list[dict[str, Any]], done: Done) -> dict[str, Any]:
    """What was just noted; only its id where it is gone by now."""
    return next((one for one in items if one["id"] == done.beside), {"id": done.beside})


def _more(call: Call) -> dict[str, object]:
    return {"token": call.called.token.id}


class EndBody(Body):
    """What became of the visit."""

    became: End


@post(f"{VISIT}/end", opt=WRITE, status_code=200)
async def end(request: AnyRequest, number: FromPath[str], visit: FromPath[str]) -> Response[bytes]:
    """The visit took place, was missed, or is cancelled."""

    async def finish(call: Call) -> Response[bytes]:
        body = await body_of(request, EndBody)
        seen = await seen_by(call, number)
        outcome = await end_visit(
            call.site, call.tenant, call.viewer, number, visit, body.became, key=call.key,
            more=_more(call),
        )  # fmt: skip
        return await _visit(call, seen, outcome, 200)

    return await once(call_of(request), finish)


# -- time spent -----------------------------------------------------------------------------------


@get(f"{TICKET}/time", opt=READ)
async def time(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """The time booked on a ticket, for those who work here."""
    call = call_of(request)
    parameters(call)
    return json_answer({"items": await _booked(call, await seen_by(call, number))})


async def _booked(call: Call, seen: Seen) -> list[dict[str, Any]]:
    beside = await beside_of(call.site, call.tenant, call.viewer, seen)
    return time_data(seen.live.desk, beside)


class TimeBody(Body):
    """Minutes of work on a day (`2026-03-02`; today where none is named)."""

    minutes: int = Field(ge=1, le=1440)
    day: str = Field("", max_length=10)
    note: str = Field("", max_length=500)


@post(f"{TICKET}/time", opt=WRITE, status_code=201)
async def book(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Book work on the ticket, as the caller's own."""

    async def put(call: Call) -> Response[bytes]:
        body = await body_of(request, TimeBody)
        seen = await seen_by(call, number)
        spend = Spend("", body.minutes, body.day or seen.ask.today, body.note)
        outcome = await spend_time(
            call.site, call.tenant, call.viewer, number, spend, key=call.key, more=_more(call)
        )
        done = done_or_told(call.under(seen.live), outcome, type_of(seen))
        if not call.has("tickets:read") or not done.beside:
            return _elsewhere(call, seen, "time", 201)
        return json_answer(_noted(await _booked(call, seen), done), 201)

    return await once(call_of(request), put)


class UndoBody(Body):
    """Nothing to say."""


@post(f"{TICKET}/time/{{entry:str}}/undo", opt=WRITE, status_code=200)
async def unbook(
    request: AnyRequest, number: FromPath[str], entry: FromPath[str]
) -> Response[bytes]:
    """Take back what the caller booked; the rest is told."""

    async def undo(call: Call) -> Response[bytes]:
        await body_of(request, UndoBody)
        seen = await seen_by(call, number)
        outcome = await take_time_back(
            call.site, call.tenant, call.viewer, number, entry, more=_more(call)
        )
        done_or_told(call.under(seen.live), outcome, type_of(seen))
        if not call.has("tickets:read"):
            return _elsewhere(call, seen, "time")
        return json_answer({"items": await _booked(call, seen)})

    return await once(call_of(request), undo)


ROUTES = [visits, plan, move, end, time, book, unbook]
