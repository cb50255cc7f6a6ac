"""Organisations on the desk: found, shown, made and edited."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.change_organisation import save_organisation
from runtime.actions.change_people import MANAGE
from runtime.actions.outcome import NotFound
from runtime.queries.directory import Home, find_organisations, read_home
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, NotHere, Visit, holding, of_staff, posted
from runtime.web.screens.build_side import side
from runtime.web.screens.people.build_organisations import (
    organisation_form,
    organisation_screen,
    organisations_screen,
    read_organisation,
)

ONE = "/t/{tenant:str}/desk/organisations/{organisation:str}"


async def _home(found: Visit, organisation: str) -> Home:
    home = await read_home(found.site, found.desk, found.viewer, organisation)
    if home is None:
        raise NotHere
    return home


@get("/t/{tenant:str}/desk/organisations")
async def organisations(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """Everyone of them."""
    found = await of_staff(request, tenant)
    words = found.query("q").strip()[:100]
    rows = await find_organisations(found.site, tenant, words, found.query("after")[:60])
    screen = organisations_screen(found, await side(found, "directory"), rows, words)
    return show(found, "pages/desk_organisations.html", screen)


@get("/t/{tenant:str}/desk/organisations/new")
async def new_organisation(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The empty form."""
    found = holding(await of_staff(request, tenant), MANAGE)
    screen = organisation_form(found, await side(found, "directory"), None)
    return show(found, "pages/desk_organisation_form.html", screen)


@post("/t/{tenant:str}/desk/organisations/new", status_code=303)
async def make_organisation(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Make one."""
    return await _save(holding(await of_staff(request, tenant), MANAGE), None)


@get(ONE)
async def organisation_page(
    request: AnyRequest, tenant: FromPath[str], organisation: FromPath[str]
) -> Response[str]:
    """One with its people and their open tickets."""
    found = await of_staff(request, tenant)
    home = await _home(found, organisation)
    screen = organisation_screen(found, await side(found, "directory"), home)
    return show(found, "pages/desk_organisation.html", screen)


@get(f"{ONE}/edit")
async def edit_organisation(
    request: AnyRequest, tenant: FromPath[str], organisation: FromPath[str]
) -> Response[str]:
    """The form of one."""
    found = holding(await of_staff(request, tenant), MANAGE)
    home = await _home(found, organisation)
    screen = organisation_form(found, await side(found, "directory"), home.organisation)
    return show(found, "pages/desk_organisation_form.html", screen)


@post(f"{ONE}/edit", status_code=303)
async def change_organisation(
    request: AnyRequest, tenant: FromPath[str], organisation: FromPath[str]
) -> Response[Any]:
    """Change one."""
    found = holding(await of_staff(request, tenant), MANAGE)
    return await _save(found, await _home(found, organisation))


async def _save(found: Visit, home: Home | None) -> Response[Any]:
    form = await posted(found.request)
    known = home.organisation if home else None
    order = read_organisation(form, known=known is not None)
    kept = known.id if known else ""
    done = await save_organisation(found.site, found.desk.tenant, found.viewer, kept, order)
    if isinstance(done, NotFound):
        raise NotHere
    if isinstance(done, tuple):
        screen = organisation_form(found, await side(found, "directory"), known, form, done)
        return show(found, "pages/desk_organisation_form.html", screen, 422)
    return go(found, found.links.desk("organisations", done), "edited")


ROUTES = [
    organisations, new_organisation, make_organisation, organisation_page, edit_organisation,
    change_organisation,
]  # fmt: skip
