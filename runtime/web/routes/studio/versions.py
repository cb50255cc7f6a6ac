"""The studio's versions: what was published, one of them beside live, and the way back to it."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.roll_back import Way, roll_back, way_to
from runtime.actions.save_draft import Bench, open_bench
from runtime.queries.revisions import Version, find, versions
from runtime.queries.standing_moves import walks
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, NotHere, Visit, holding, of_person, posted
from runtime.web.screens.studio.build_pages import EDIT, PUBLISH
from runtime.web.screens.studio.build_versions import SHOWN, version_screen, versions_screen

MOVED_ON = "Another version is live meanwhile. This is how it stands now; look again."


async def _entered(request: AnyRequest, tenant: str, *functions: str) -> tuple[Visit, Bench]:
    found = holding(await of_person(request, tenant), *(functions or (EDIT, PUBLISH)))
    return found, await open_bench(found.site, tenant, found.viewer)


async def _version(found: Visit, tenant: str, number: int) -> tuple[Version, Way | None]:
    """A revision with the way that live would go back to it; none for the live one itself."""
    version = await find(found.site, tenant, f"v{number}")
    live = await find(found.site, tenant, "live")
    if isinstance(version, str) or isinstance(live, str):
        raise NotHere
    if version.n == live.n:
        return version, None
    return version, await way_to(found.site, tenant, live.revision, version.revision)


@get("/t/{tenant:str}/studio/versions")
async def studio_versions(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """What was published, newest first, and the moves of data."""
    found, bench = await _entered(request, tenant)
    asked = found.query("before")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    listed = await versions(found.site, tenant, SHOWN, before)
    screen = versions_screen(found, bench, listed, await walks(found.site, tenant))
    return show(found, "pages/studio_versions.html", screen)


@get("/t/{tenant:str}/studio/versions/{number:int}")
async def studio_version(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """One version: its head, how it differs from live, what rolling back to it would do."""
    found, bench = await _entered(request, tenant)
    version, way = await _version(found, tenant, number)
    return show(found, "pages/studio_version.html", version_screen(found, bench, version, way))


@post("/t/{tenant:str}/studio/versions/{number:int}/rollback", status_code=303)
async def studio_rollback(
    request: AnyRequest, tenant: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Make a version live again, as it was seen; what stands against it is told."""
    found, bench = await _entered(request, tenant, PUBLISH)
    version, way = await _version(found, tenant, number)
    form = await posted(request)
    message = form.one("message").strip()[:2000]
    template = "pages/studio_version.html"
    if way is None or form.one("_live") != str(way.live.n):
        said = found.say(MOVED_ON)
        screen = version_screen(found, bench, version, way, problem=said, message=message)
        return show(found, template, screen, 409)
    if not message:
        said = found.say("Say in one sentence why.")
        screen = version_screen(found, bench, version, way, problem=said)
        return show(found, template, screen, 422)
    done = await roll_back(found.site, tenant, found.viewer, way, message)
    if not done.done:
        said = found.say(MOVED_ON) if done.conflict else ""
        screen = version_screen(found, bench, version, done.way, problem=said, message=message)
        return show(found, template, screen, 409)
    return go(found, found.links.studio("versions"), "rolled_back", str(number))


ROUTES = [studio_versions, studio_version, studio_rollback]
