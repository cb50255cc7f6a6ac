"""Who enters the studio, and with which draft."""

from __future__ import annotations

from dataclasses import replace

from runtime.actions.save_draft import Bench, open_bench
from runtime.render.problem_words import in_locale
from runtime.web.requests import AnyRequest, Visit, holding, of_person
from runtime.web.screens.studio.build_pages import EDIT, PUBLISH


async def entered(request: AnyRequest, tenant: str, *functions: str) -> tuple[Visit, Bench]:
    """A visit of somebody with one of the functions; to others the studio does not exist."""
    found = holding(await of_person(request, tenant), *(functions or (EDIT, PUBLISH)))
    bench = await open_bench(found.site, tenant, found.viewer)
    told = tuple(in_locale(one, found.locale) for one in bench.findings)
    return found, replace(bench, findings=told)
