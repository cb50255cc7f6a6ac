"""The studio's intake ledger: what arrived, what became of it, and once more for what waits."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import File

from runtime.actions.intake.discard import discard
from runtime.actions.intake.replay import replay
from runtime.actions.save_draft import open_bench
from runtime.queries.arrivals import READ_BY, ledger, one, raw
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, NotHere, Visit, holding, of_person, posted
from runtime.web.screens.studio.build_intake import STATES, WAYS, arrival_screen, intake_screen

HERE = "/t/{tenant:str}/studio/intake"


async def _entered(request: AnyRequest, tenant: str) -> Visit:
    return holding(await of_person(request, tenant), READ_BY)


@get(HERE)
async def studio_intake(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """Counts by way and day, and the list, newest first."""
    found = await _entered(request, tenant)
    way, state = found.query("way"), found.query("state")
    way, state = way if way in WAYS else "", state if state in STATES else ""
    zone = found.desk.desk.tenant.zone
    seen = await ledger(
        found.site, tenant, zone, way=way, state=state, before=found.query("before")
    )
    bench = await open_bench(found.site, tenant, found.viewer)
    screen = intake_screen(found, bench, seen, way, state)
    return show(found, "pages/studio_intake.html", screen)


async def _one(found: Visit, tenant: str, arrival: str, said: str = "", status: int = 200) -> Any:
    seen = await one(found.site, tenant, arrival)
    if seen is None:
        raise NotHere
    bench = await open_bench(found.site, tenant, found.viewer)
    screen = arrival_screen(found, bench, seen, said)
    return show(found, "pages/studio_arrival.html", screen, status)


@get(f"{HERE}/{{arrival:str}}")
async def studio_arrival(
    request: AnyRequest, tenant: FromPath[str], arrival: FromPath[str]
) -> Response[str]:
    """One arrival: what it says, what it became and why."""
    answer: Response[str] = await _one(await _entered(request, tenant), tenant, arrival)
    return answer


@get(f"{HERE}/{{arrival:str}}/raw")
async def studio_arrival_raw(
    request: AnyRequest, tenant: FromPath[str], arrival: FromPath[str]
) -> Response[Any]:
    """The message as it came, to be saved; nothing of it is ever shown by a browser."""
    found = await _entered(request, tenant)
    path = await raw(found.site, tenant, arrival)
    if path is None:
        raise NotHere
    return File(
        path,
        media_type="application/octet-stream",
        headers={
            "cache-control": "no-store",
            "content-security-policy": "default-src 'none'; sandbox",
            "content-disposition": f'attachment; filename="{arrival}.eml"',
        },
    )


@post(f"{HERE}/{{arrival:str}}/replay", status_code=303)
async def studio_arrival_replay(
    request: AnyRequest, tenant: FromPath[str], arrival: FromPath[str]
) -> Response[Any]:
    """Understand it once more."""
    found = await _entered(request, tenant)
    await posted(request)
    if not await replay(found.site, tenant, found.viewer, arrival):
        said = found.say("It waits already, or nothing of it is kept. This is how it stands now.")
        answer: Response[Any] = await _one(found, tenant, arrival, said, 409)
        return answer
    return go(found, found.links.studio("intake", arrival), "replayed")


@post(f"{HERE}/{{arrival:str}}/discard", status_code=303)
async def studio_arrival_discard(
    request: AnyRequest, tenant: FromPath[str], arrival: FromPath[str]
) -> Response[Any]:
    """Give it up, with a reason."""
    found = await _entered(request, tenant)
    why = (await posted(request)).one("why").strip()[:300]
    if not why:
        said = found.say("Say in one sentence why.")
        answer: Response[Any] = await _one(found, tenant, arrival, said, 422)
        return answer
    if not await discard(found.site, tenant, found.viewer, arrival, why):
        said = found.say("It is not in quarantine any more. This is how it stands now.")
        answer = await _one(found, tenant, arrival, said, 409)
        return answer
    return go(found, found.links.studio("intake", arrival), "given_up")


ROUTES = [
    studio_intake,
    studio_arrival,
    studio_arrival_raw,
    studio_arrival_replay,
    studio_arrival_discard,
]
