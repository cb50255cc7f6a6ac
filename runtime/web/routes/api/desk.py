"""The REST API's desk: who calls, types with their schemas, views with their rows, reports."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from engine.decide import access
from engine.model.lists import ViewModel
from engine.model.ticket_type import TypeModel
from generators.type_schema import create_schema, read_schema
from runtime.queries.list_tickets import built_in_view
from runtime.queries.report_data import report_data, report_head
from runtime.queries.run_report import may_read, run_reports
from runtime.queries.ticket_data import instant
from runtime.render.catalogues import N_
from runtime.web.api.answering import json_answer
from runtime.web.api.calling import Call, call_of
from runtime.web.api.documenting import document_for
from runtime.web.api.paging import asked_list, bad, parameters, ticket_list
from runtime.web.api.problems import Fault, NotThere
from runtime.web.requests import AnyRequest
from runtime.web.screens.build_side import is_for

MOST_DAYS = 3660


@get("/me")
async def me(request: AnyRequest) -> Response[bytes]:
    """Whom the token acts for, and how far it reaches."""
    call = call_of(request)
    parameters(call)
    person, viewer, token = call.called.person, call.viewer, call.called.token
    desk = call.desk.desk
    return json_answer(
        {
            "id": person.id,
            "name": person.name,
            "email": person.email,
            "kind": person.kind,
            "roles": sorted(viewer.roles),
            "teams": sorted(desk.teams[key].id for key in viewer.teams if key in desk.teams),
            "functions": sorted(viewer.functions),
            "token": {
                "id": token.id,
                "title": token.title,
                "scopes": list(token.scopes),
                "expires_at": instant(desk, token.expires_us),
            },
            "tenant": {
                "id": call.tenant,
                "title": desk.tenant.title.say(call.locale),
                "time_zone": desk.tenant.zone,
                "locales": list(desk.tenant.locales),
                "currency": desk.tenant.currency,
                "revision": call.desk.revision,
            },
        }
    )


@get("/types", opt={"scope": "tickets:read"})
async def types(request: AnyRequest) -> Response[bytes]:
    """The types that the caller may open or see tickets of."""
    call = call_of(request)
    parameters(call)
    return json_answer({"items": [_head(call, model) for model in _known(call)]})


def _known(call: Call) -> list[TypeModel]:
    desk, offered = call.desk.desk, access.offered(call.desk.desk, call.viewer)
    return [
        model
        for key, model in desk.types.items()
        if key in offered or access.sees_sometimes(desk, call.viewer, key)
    ]


def _head(call: Call, model: TypeModel) -> dict[str, Any]:
    return {
        "id": model.id,
        "title": model.title.say(call.locale),
        "prefix": model.prefix,
        "may_open": model.key in access.offered(call.desk.desk, call.viewer),
        "url": call.links.api("types", model.id),
    }


@get("/types/{type_id:str}", opt={"scope": "tickets:read"})
async def one_type(request: AnyRequest, type_id: FromPath[str]) -> Response[bytes]:
    """A type with its states, and as JSON Schema what one sends to open it and is told of it."""
    call = call_of(request)
    parameters(call)
    model = next((one for one in _known(call) if one.id == type_id), None)
    if model is None:
        raise NotThere
    desk, told = call.desk.desk, _head(call, model)
    told["states"] = [
        {"id": state.id, "title": state.title.say(call.locale), "phase": state.phase}
        for state in model.states.values()
    ]
    told["read"] = read_schema(desk, call.viewer, model.key, call.locale)
    told["create"] = None
    if told["may_open"]:
        told["create"] = create_schema(desk, call.viewer, model.key, call.locale)
    return json_answer(told)


@get("/views", opt={"scope": "tickets:read"})
async def views(request: AnyRequest) -> Response[bytes]:
    """The views that are for the caller; for who works here."""
    call = call_of(request)
    parameters(call)
    if not call.viewer.is_staff:
        return json_answer({"items": []})
    desk = call.desk.desk
    found = [v for v in desk.views.values() if is_for(desk, v.who, call.viewer)]
    return json_answer({"items": [_view(call, view) for view in found]})


def _view(call: Call, view: ViewModel) -> dict[str, Any]:
    desk = call.desk.desk
    return {
        "id": view.id,
        "title": view.title.say(call.locale),
        "types": [desk.types[key].id for key in view.types],
        "layout": view.layout,
        "url": call.links.api("views", view.id, "tickets"),
    }


@get("/views/{view_id:str}/tickets", opt={"scope": "tickets:read"})
async def view_tickets(request: AnyRequest, view_id: FromPath[str]) -> Response[bytes]:
    """The tickets of a view, narrowed and sorted as any list."""
    call = call_of(request)
    desk = call.desk.desk
    view = built_in_view(desk, call.viewer, view_id) or desk.views.get(view_id)
    if view is None or not call.viewer.is_staff or not is_for(desk, view.who, call.viewer):
        raise NotThere
    return await ticket_list(call, await asked_list(call, view))


@get("/reports", opt={"scope": "reports:read"})
async def reports(request: AnyRequest) -> Response[bytes]:
    """The reports that the caller may read."""
    call = call_of(request)
    parameters(call)
    desk = call.desk.desk
    found = [one for one in desk.reports.values() if may_read(desk, call.viewer, one)]
    return json_answer({"items": [report_head(one, call.locale) for one in found]})


@get("/reports/{report_id:str}", opt={"scope": "reports:read"})
async def report(request: AnyRequest, report_id: FromPath[str]) -> Response[bytes]:
    """Run a report; `days` overrides a period that slides with the present."""
    call = call_of(request)
    given = parameters(call, "days")
    text = given.get("days", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= MOST_DAYS):
        most = N_("It has to be a whole number from 1 to %(most)s")
        raise bad(Fault("days", "value", most, {"most": MOST_DAYS}))
    found = await run_reports(call.site, call.tenant, call.viewer, [report_id], int(text))
    figures = found.get(report_id)
    if figures is None or figures.denied:
        raise NotThere
    return json_answer(report_data(call.desk.desk, figures, call.locale))


@get("/openapi.json")
async def document(request: AnyRequest) -> Response[bytes]:
    """The OpenAPI document of the tenant, as far as the caller may know of it."""
    call = call_of(request)
    parameters(call)
    return json_answer(document_for(call.desk, call.viewer, call.locale))


ROUTES = [document, me, types, one_type, views, view_tickets, reports, report]
