"""The REST API's people: found by who works here, made and changed by who manages them."""

from __future__ import annotations

from typing import Any, Literal

from litestar import Response, get, patch, post
from litestar.params import FromPath
from pydantic import Field

from engine.values.registry import say_problem
from runtime.actions.change_people import WRONG, NotSaved, PersonChange, Wrong, save_person
from runtime.actions.outcome import NotFound
from runtime.actions.put_person import Place
from runtime.queries.people_data import one_person, page_of_people
from runtime.render.catalogues import N_
from runtime.web.api.answering import json_answer
from runtime.web.api.bodies import Body, body_of
from runtime.web.api.calling import Call, call_of
from runtime.web.api.once import once
from runtime.web.api.paging import bad, limit_of, paged, parameters, words_of
from runtime.web.api.problems import ApiProblem, Fault, NotThere
from runtime.web.requests import AnyRequest


@get("/people", opt={"scope": "people:read"})
async def people(request: AnyRequest) -> Response[bytes]:
    """People whose name, e-mail or phone holds the words `q`; for who works here."""
    call = call_of(request)
    if not call.viewer.is_staff:
        raise NotThere
    given = parameters(call, "q", "kind", "limit", "cursor")
    if given.get("kind", "staff") not in ("staff", "customer"):
        expected = {"expected": "staff, customer"}
        raise bad(Fault("kind", "value", N_("It has to be one of %(expected)s"), expected))
    found = await page_of_people(
        call.site, call.desk, call.viewer, words_of(given), given.get("kind", ""),
        given.get("cursor", "")[:64], limit_of(given),
    )  # fmt: skip
    return paged(call, given, {"items": found.items, "next": None}, found.after)


@get("/people/{person:str}", opt={"scope": "people:read"})
async def person(request: AnyRequest, person: FromPath[str]) -> Response[bytes]:
    """One person by id."""
    call = call_of(request)
    parameters(call)
    return json_answer(await _told(call, person))


async def _told(call: Call, person_id: str) -> dict[str, Any]:
    found = await one_person(call.site, call.desk, call.viewer, person_id)
    if found is None:
        raise NotThere
    return found


class PlaceBody(Body):
    """A place in a team."""

    team: str = Field(max_length=40)
    lead: bool = False
    skills: list[str] = Field([], max_length=100)
    capacity: int | None = Field(None, ge=0, le=100_000)
    seniority: Literal["junior", "regular", "senior"] = "regular"


class ChangeBody(Body):
    """What a person shall be; what is left out stays."""

    name: str | None = Field(None, max_length=200)
    email: str | None = Field(None, max_length=254)
    phone: str | None = Field(None, max_length=60)
    kind: Literal["staff", "customer"] | None = None
    locale: str | None = Field(None, max_length=35)
    active: bool | None = None
    fields: dict[str, Any] = Field({}, max_length=200)
    roles: list[str] | None = Field(None, max_length=100)
    teams: list[PlaceBody] | None = Field(None, max_length=200)
    organisation: str | None = Field(None, max_length=60)
    tags: list[str] | None = Field(None, max_length=30)

    def change(self) -> PersonChange:
        """As the action takes it."""
        places = None
        if self.teams is not None:
            places = [
                Place(one.team, one.lead, one.seniority, tuple(one.skills), one.capacity)
                for one in self.teams
            ]
        return PersonChange(
            self.name, self.email, self.phone, self.kind, self.locale, self.active, self.fields,
            self.roles, places, self.organisation, self.tags,
        )  # fmt: skip


@post("/people", opt={"scope": "people:write"}, status_code=201)
async def new_person(request: AnyRequest) -> Response[bytes]:
    """Make a person; their sign-in is made elsewhere."""
    return await once(call_of(request), lambda call: _save(call, ""))


@patch("/people/{person:str}", opt={"scope": "people:write"})
async def change_person(request: AnyRequest, person: FromPath[str]) -> Response[bytes]:
    """Change a person; roles and teams become exactly those that are named."""
    return await _save(call_of(request), person)


async def _save(call: Call, person_id: str) -> Response[bytes]:
    body = await body_of(call.request, ChangeBody)
    saved = await save_person(call.site, call.tenant, call.viewer, person_id, body.change())
    if isinstance(saved, NotFound):
        raise NotThere
    if isinstance(saved, NotSaved):
        raise ApiProblem("refused", faults=[_fault(call, one) for one in saved.faults])
    url = call.links.api("people", saved.id)
    told: dict[str, Any] = {"id": saved.id, "url": url}
    if call.has("people:read"):
        told = await _told(call, saved.id)
    return json_answer(told) if person_id else json_answer(told, 201, {"location": url})


def _fault(call: Call, wrong: Wrong) -> Fault:
    if wrong.value is not None:
        return Fault(f"/{wrong.at}", wrong.code, say_problem(wrong.value, call.locale))
    values = {"about": wrong.about} if wrong.about else {}
    return Fault(f"/{wrong.at}", wrong.code, WRONG[wrong.code], values)


ROUTES = [people, person, new_person, change_person]
