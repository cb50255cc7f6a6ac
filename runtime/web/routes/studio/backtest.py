"""The studio's backtest: asked for, under way, and what it found."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from engine.change.backtest import Backtest
from engine.model.desk import Desk
from runtime.actions.ask_backtest import PERIODS, ask_backtest
from runtime.actions.publish_desk import checked_over
from runtime.actions.save_draft import Bench, open_bench
from runtime.queries.backtest import PUBLISH, kept_backtest, result_of
from runtime.queries.backtest_samples import Both, samples
from runtime.render.environment import renderer
from runtime.store.rows import BacktestKey, KeptBacktest
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, NotHere, Visit, holding, of_person, posted
from runtime.web.screens.studio.backtest import BacktestView, Look
from runtime.web.screens.studio.build_backtest import Builder, backtest_screen, tickets_screen
from runtime.web.screens.studio.build_pages import frame

SHOWN = 20
"""So many tickets on one page."""


async def _entered(request: AnyRequest, tenant: str) -> tuple[Visit, Bench]:
    """A visit of somebody who may publish; to others there is no backtest."""
    found = holding(await of_person(request, tenant), PUBLISH)
    return found, await open_bench(found.site, tenant, found.viewer)


def _days(text: str) -> int:
    return int(text) if text.isdigit() and int(text) in PERIODS else 90


def _key(bench: Bench, days: int) -> BacktestKey:
    return BacktestKey(bench.tree, bench.revision, days)


async def _draft(visit: Visit, bench: Bench) -> Desk | None:
    return (await checked_over(visit.site, bench.files)).desk


@get("/t/{tenant:str}/studio/backtest")
async def studio_backtest(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The backtest of the draft as it stands; with `cell` the tickets of one flow."""
    found, bench = await _entered(request, tenant)
    days = _days(found.query("days"))
    kept = await kept_backtest(found.site, tenant, found.viewer, _key(bench, days))
    result = result_of(kept) if kept is not None else None
    if found.query("cell"):
        return await _tickets(found, bench, result, days)
    return await _page(found, bench, kept, result, days)


async def _page(
    found: Visit, bench: Bench, kept: KeptBacktest | None, result: Backtest | None, days: int
) -> Response[str]:
    frame_of = frame(found, bench, found.say("Backtest"), "backtest")
    look = _look(bench, kept, result)
    view: BacktestView | None = None
    if result is not None and look == "done":
        builder = Builder(found, await _draft(found, bench))
        view = builder.view(result, f"{found.links.studio('backtest')}?days={days}")
    screen = backtest_screen(found, frame_of, days, look, kept, view)
    return show(found, "pages/studio_backtest.html", screen)


def _look(bench: Bench, kept: KeptBacktest | None, result: Backtest | None) -> Look:
    if any(one.gravity == "error" for one in bench.findings):
        return "faulty"
    if not bench.changes:
        return "nothing"
    if kept is None or (kept.state == "done" and result is None):
        return "none"
    if kept.state in ("waiting", "running"):
        return "waiting"
    return "done" if kept.state == "done" else "failed"


async def _tickets(found: Visit, bench: Bench, result: Backtest | None, days: int) -> Response[str]:
    number, start = found.query("cell"), found.query("from")
    place = int(number) if number.isdigit() else -1
    draft = await _draft(found, bench)
    if result is None or draft is None or not 0 <= place < len(result.cells):
        raise NotHere
    cell, first = result.cells[place], int(start) if start.isdigit() else 0
    both = Both(found.desk, draft, found.viewer, renderer(), found.locale)
    told = await samples(found.site, both, cell.topic, cell.tickets[first : first + SHOWN])
    here = f"{found.links.studio('backtest')}?days={days}"
    last = first + SHOWN
    more = f"{here}&cell={place}&from={last}" if last < len(cell.tickets) else ""
    frame_of = frame(found, bench, found.say("Backtest"), "backtest")
    builder = Builder(found, draft)
    screen = tickets_screen(found, frame_of, builder, cell, told, here, more)
    return show(found, "pages/studio_backtest_tickets.html", screen)


@post("/t/{tenant:str}/studio/backtest", status_code=303)
async def studio_backtest_start(request: AnyRequest, tenant: FromPath[str]) -> Response[Any]:
    """Ask for it; the page shows how far it is."""
    found, bench = await _entered(request, tenant)
    days = _days((await posted(request)).one("days"))
    if bench.changes and not any(one.gravity == "error" for one in bench.findings):
        key = _key(bench, days)
        await ask_backtest(found.site, tenant, found.viewer, key, bench.files)
    return go(found, f"{found.links.studio('backtest')}?days={days}", "")


ROUTES = (studio_backtest, studio_backtest_start)
