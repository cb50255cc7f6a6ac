"""The studio's page of settings and secrets: see what is missing, write it, take it away."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.outcome import NotFound, Refused
from runtime.actions.put_setting import put_setting
from runtime.actions.save_draft import open_bench
from runtime.queries.named_settings import named_settings
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, NotHere, Visit, holding, of_person, posted
from runtime.web.screens.refusals import first_said
from runtime.web.screens.studio.build_pages import EDIT, PUBLISH
from runtime.web.screens.studio.build_settings import Refusing, settings_screen


async def _page(found: Visit, refusing: Refusing, status: int = 200) -> Response[str]:
    tenant = found.desk.tenant
    bench = await open_bench(found.site, tenant, found.viewer)
    there = await named_settings(found.site, tenant)
    screen = settings_screen(found, bench, there, refusing)
    return show(found, "pages/studio_settings.html", screen, status)


async def _entered(request: AnyRequest, tenant: str, *functions: str) -> Visit:
    """A visit of somebody with one of the functions; to others the page does not exist."""
    return holding(await of_person(request, tenant), *functions)


@get("/t/{tenant:str}/studio/settings")
async def studio_settings(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """Which names the specs ask for, and which are written."""
    return await _page(await _entered(request, tenant, EDIT, PUBLISH), Refusing())


@post("/t/{tenant:str}/studio/settings", status_code=303)
async def studio_setting_put(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Write a value, or take it away with an empty one that is meant (`remove`)."""
    found = await _entered(request, tenant, PUBLISH)
    form = await posted(request)
    name, typed = form.one("name").strip(), form.one("value")
    remove = form.one("remove") == "true"
    if not typed.strip() and not remove:
        said = found.say("Type a value, or take it away.")
        return await _page(found, Refusing(name, typed, said), 422)
    secret = form.one("secret") == "true"
    value = "" if remove else typed
    done = await put_setting(found.site, tenant, found.viewer, name, value, secret=secret)
    if isinstance(done, NotFound):
        raise NotHere
    if isinstance(done, Refused):
        return await _page(found, Refusing(name, typed, first_said(found, done)), 422)
    flash = "setting_removed" if remove else "setting_written"
    return go(found, found.links.studio("settings"), flash, name)


ROUTES = [studio_settings, studio_setting_put]
