"""The studio's page of a source: ask it, see what was sent, what came and what becomes of it."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.save_draft import open_bench
from runtime.queries.named_settings import named_settings
from runtime.web.pages import show
from runtime.web.requests import AnyRequest, NotHere, Visit, holding, of_person, posted
from runtime.web.screens.studio.build_pages import EDIT, PUBLISH
from runtime.web.screens.studio.build_source import source_screen
from runtime.web.trying import try_draft_source

SOURCE = "/t/{tenant:str}/studio/sources/{source:str}"


async def _page(
    found: Visit, source: str, asked: str = "", *, ask: bool = False, search: bool = False
) -> Response[str]:
    tenant = found.desk.tenant
    bench = await open_bench(found.site, tenant, found.viewer)
    model = found.desk.desk.sources.get(source)
    if model is None:
        raise NotHere
    tried = None
    if ask:
        tried = await try_draft_source(
            found.site, bench, found.viewer, source, asked, search=search
        )
        if tried is None:
            raise NotHere
    there = {one.name for one in await named_settings(found.site, tenant)}
    screen = source_screen(found, bench, model, there, asked, search=search, tried=tried)
    return show(found, "pages/studio_source.html", screen)


@get(SOURCE)
async def studio_source(
    request: AnyRequest, tenant: FromPath[str], source: FromPath[str]
) -> Response[str]:
    """What a source needs, and a place to ask it."""
    found = holding(await of_person(request, tenant), EDIT, PUBLISH)
    return await _page(found, source)


@post(SOURCE, status_code=200)
async def studio_source_try(
    request: AnyRequest, tenant: FromPath[str], source: FromPath[str]
) -> Response[str]:
    """Ask it for a record, or search; changes nothing here."""
    found = holding(await of_person(request, tenant), PUBLISH)
    form = await posted(request)
    search = form.one("search") == "true"
    return await _page(found, source, form.one("asked").strip()[:200], ask=True, search=search)


ROUTES = [studio_source, studio_source_try]
