"""The REST API's organisations: found by who works here, made and changed by who manages people."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, patch, post
from litestar.params import FromPath
from pydantic import Field

from runtime.actions.change_organisation import WRONG, OrganisationChange, save_organisation
from runtime.actions.outcome import NotFound
from runtime.queries.people_data import one_organisation, page_of_organisations
from runtime.web.api.answering import json_answer
from runtime.web.api.bodies import Body, body_of
from runtime.web.api.calling import Call, call_of
from runtime.web.api.once import once
from runtime.web.api.paging import limit_of, paged, parameters, words_of
from runtime.web.api.problems import ApiProblem, Fault, NotThere
from runtime.web.requests import AnyRequest


@get("/organisations", opt={"scope": "people:read"})
async def organisations(request: AnyRequest) -> Response[bytes]:
    """Organisations whose name or domain holds the words `q`; for who works here."""
    call = call_of(request)
    if not call.viewer.is_staff:
        raise NotThere
    given = parameters(call, "q", "limit", "cursor")
    found = await page_of_organisations(
        call.site, call.desk, call.viewer, words_of(given), given.get("cursor", "")[:64],
        limit_of(given),
    )  # fmt: skip
    return paged(call, given, {"items": found.items, "next": None}, found.after)


@get("/organisations/{organisation:str}", opt={"scope": "people:read"})
async def organisation(request: AnyRequest, organisation: FromPath[str]) -> Response[bytes]:
    """One organisation by id."""
    call = call_of(request)
    parameters(call)
    return json_answer(await _told(call, organisation))


async def _told(call: Call, organisation_id: str) -> dict[str, Any]:
    found = await one_organisation(call.site, call.desk, call.viewer, organisation_id)
    if found is None:
        raise NotThere
    return found


class OrganisationBody(Body):
    """What an organisation shall be; what is left out stays."""

    name: str | None = Field(None, max_length=200)
    level: str | None = Field(None, max_length=60)
    tags: list[str] | None = Field(None, max_length=30)
    domains: list[str] | None = Field(None, max_length=50)
    note: str | None = Field(None, max_length=4000)
    active: bool | None = None

    def change(self) -> OrganisationChange:
        """As the action takes it."""
        return OrganisationChange(
            self.name, self.level, self.tags, self.domains, self.note, self.active
        )


@post("/organisations", opt={"scope": "people:write"}, status_code=201)
async def new_organisation(request: AnyRequest) -> Response[bytes]:
    """Make an organisation."""
    return await once(call_of(request), lambda call: _save(call, ""))


@patch("/organisations/{organisation:str}", opt={"scope": "people:write"})
async def patch_organisation(request: AnyRequest, organisation: FromPath[str]) -> Response[bytes]:
    """Change an organisation; tags and domains become exactly those that are named."""
    return await _save(call_of(request), organisation)


async def _save(call: Call, organisation_id: str) -> Response[bytes]:
    body = await body_of(call.request, OrganisationBody)
    saved = await save_organisation(
        call.site, call.tenant, call.viewer, organisation_id, body.change()
    )
    if isinstance(saved, NotFound):
        raise NotThere
    if isinstance(saved, tuple):
        raise ApiProblem("refused", faults=[Fault(f"/{at}", "value", WRONG[at]) for at in saved])
    url = call.links.api("organisations", saved)
    told: dict[str, Any] = {"id": saved, "url": url}
    if call.has("people:read"):
        told = await _told(call, saved)
    return json_answer(told) if organisation_id else json_answer(told, 201, {"location": url})


ROUTES = [organisations, organisation, new_organisation, patch_organisation]
