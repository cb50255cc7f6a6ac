"""The studio's page of pilot and shadow: look at their figures, begin and end them."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.let_through import Word
from runtime.actions.piloting.begin import Ended, Trying, start_pilot
from runtime.actions.piloting.end import promote_pilot, stop_pilot
from runtime.actions.piloting.shadow import start_shadow, stop_shadow
from runtime.actions.save_draft import Bench, open_bench
from runtime.queries.comparing import agreement
from runtime.queries.pilot_figures import pilot_figures
from runtime.site.pilot import PILOT, SHADOW
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, Form, Visit, holding, of_person, posted
from runtime.web.screens.studio.build_pages import EDIT, PUBLISH
from runtime.web.screens.studio.build_pilot import DRAFT, Looked, Tried, pilot_screen

HERE = "/t/{tenant:str}/studio"
_STANDS = ("meanwhile", "there", "newer_live", "stranded", "waits", "undecided")


async def _entered(request: AnyRequest, tenant: str, *functions: str) -> Visit:
    """A visit of somebody with one of the functions; to others the page does not exist."""
    return holding(await of_person(request, tenant), *functions)


async def _page(found: Visit, tried: Tried, status: int = 200) -> Response[str]:
    tenant, viewer = found.desk.tenant, found.viewer
    bench = await open_bench(found.site, tenant, viewer)
    seen = Looked(
        await pilot_figures(found.site, tenant),
        await agreement(found.site, tenant, PILOT, viewer),
        await agreement(found.site, tenant, SHADOW, viewer),
    )
    screen = pilot_screen(found, bench, seen, tried)
    return show(found, "pages/studio_pilot.html", screen, status)


@get(f"{HERE}/pilot")
async def studio_pilot(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """What is tried beside live, and how it does."""
    return await _page(await _entered(request, tenant, EDIT, PUBLISH), Tried())


@post(f"{HERE}/pilot/start", status_code=303)
async def studio_pilot_start(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Begin a pilot of the draft or of a revision."""
    found = await _entered(request, tenant, PUBLISH)
    form = await posted(request)
    trying = await _trying(found, form)
    if isinstance(trying, str):
        return await _page(found, Tried("pilot", form=form, problem=trying), 422)
    done = await start_pilot(found.site, tenant, found.viewer, trying)
    return await _ended(found, "pilot", done, form, "piloted")


@post(f"{HERE}/shadow/start", status_code=303)
async def studio_shadow_start(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Begin a shadow of the draft or of a revision."""
    found = await _entered(request, tenant, PUBLISH)
    form = await posted(request)
    trying = await _trying(found, form)
    if isinstance(trying, str):
        return await _page(found, Tried("shadow", form=form, problem=trying), 422)
    done = await start_shadow(found.site, tenant, found.viewer, trying)
    return await _ended(found, "shadow", done, form, "shadowed")


async def _trying(found: Visit, form: Form) -> Trying | str:
    """What the form wants tried, or what is wrong with it."""
    message = form.one("message").strip()[:2000]
    if not message:
        return found.say("Say in one sentence what changes.")
    what, share = form.one("what"), form.whole("share")
    bench: Bench | None = None
    if what == DRAFT:
        bench = await open_bench(found.site, found.desk.tenant, found.viewer)
    number = what.removeprefix("v")
    return Trying(
        message,
        dict(bench.files) if bench is not None else None,
        int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0,
        form.many("team"),
        (0 if not form.one("share") else -1) if share is None else share,
        allow_rights=form.one("allow_rights") == "true",
    )


@post(f"{HERE}/pilot/promote", status_code=303)
async def studio_pilot_promote(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Make the pilot live."""
    found = await _entered(request, tenant, PUBLISH)
    form = await posted(request)
    over = form.one("over").removeprefix("v")
    number = int(over) if over.isascii() and over.isdigit() and len(over) < 7 else None
    word = Word(asking=True)
    done = await promote_pilot(found.site, tenant, found.viewer, over=number, word=word)
    return await _ended(found, "promote", done, form, "promoted")


@post(f"{HERE}/pilot/stop", status_code=303)
async def studio_pilot_stop(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """End the pilot; what live has no place for is asked."""
    found = await _entered(request, tenant, PUBLISH)
    form = await posted(request)
    maps = {
        name.removeprefix("map."): form.one(name)
        for name in form.texts
        if name.startswith("map.") and form.one(name)
    }
    maps |= dict.fromkeys(form.many("drop"), "")
    done = await stop_pilot(found.site, tenant, found.viewer, maps)
    return await _ended(found, "stop", done, form, "pilot_stopped")


@post(f"{HERE}/shadow/stop", status_code=303)
async def studio_shadow_stop(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """End the shadow."""
    found = await _entered(request, tenant, PUBLISH)
    form = await posted(request)
    done = await stop_shadow(found.site, tenant, found.viewer)
    return await _ended(found, "shadow_stop", done, form, "shadow_stopped")


async def _ended(found: Visit, verb: str, done: Ended, form: Form, flash: str) -> Response[Any]:
    """Back to the page, or the page with why it was not done."""
    if done.code:
        status = 409 if done.code in _STANDS else 422
        return await _page(found, Tried(verb, done, form), status)
    return go(found, found.links.studio("pilot"), flash, str(done.revision))


ROUTES = [
    studio_pilot,
    studio_pilot_start,
    studio_pilot_promote,
    studio_pilot_stop,
    studio_shadow_start,
    studio_shadow_stop,
]
