"""The studio's answer to two people who change one file: nobody loses anything."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.merge_draft import HOW, met_files, settle_draft
from runtime.actions.save_draft import Bench, open_bench
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, Visit, holding, of_person, posted
from runtime.web.screens.studio.build_merging import merge_screen
from runtime.web.screens.studio.build_pages import EDIT, PUBLISH

AGAIN = "It changed once more meanwhile. This is how both sides stand now."


async def _entered(request: AnyRequest, tenant: str, *functions: str) -> tuple[Visit, Bench]:
    found = holding(await of_person(request, tenant), *(functions or (EDIT, PUBLISH)))
    return found, await open_bench(found.site, tenant, found.viewer)


@get("/t/{tenant:str}/studio/merge")
async def studio_merge(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """Every file that somebody else published since the draft was begun."""
    found, bench = await _entered(request, tenant)
    screen = merge_screen(found, bench, await met_files(found.site, bench))
    return show(found, "pages/studio_merge.html", screen)


@post("/t/{tenant:str}/studio/merge", status_code=303)
async def studio_settle(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Put both together, keep mine or take theirs, for one file as it was seen."""
    found, bench = await _entered(request, tenant, EDIT)
    form = await posted(request)
    path, how = form.one("path"), form.one("how")
    if how in HOW and await settle_draft(found.site, bench, path, how, form.one("_digest")):
        fresh = await open_bench(found.site, tenant, found.viewer)
        left = any(one.stale for one in fresh.changes)
        return go(found, found.links.studio("merge" if left else "publish"), "saved")
    fresh = await open_bench(found.site, tenant, found.viewer)
    screen = merge_screen(found, fresh, await met_files(found.site, fresh), found.say(AGAIN))
    return show(found, "pages/studio_merge.html", screen, 409)


ROUTES = [studio_merge, studio_settle]
