"""Runs a backtest that somebody asked for in the studio, and says on the way how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from engine.model.desk import Desk
from runtime.actions.ask_backtest import KIND as KIND
from runtime.actions.ask_backtest import key_of
from runtime.actions.publish_desk import checked_over
from runtime.queries.backtest import DAY_US, Wanted, backtest
from runtime.render.catalogues import N_
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import backtests, desks, jobs
from runtime.store.jobs import Job
from runtime.store.rows import BacktestKey
from runtime.workers.handling import Bench, LostLease, complete

MEANWHILE: Final = N_("another revision was published meanwhile")
FAULTY: Final = N_("the draft has errors")


async def run(bench: Bench, job: Job) -> None:
    """One backtest, whole; where it was broken off it begins again. A job whose backtest was asked
    for anew has nothing to do."""
    site, key, asked_us = bench.site, key_of(job.body), int(job.body["asked_us"])
    found = await _found(site, job, key, asked_us)
    async with site.store.unit(job.tenant_id, write=True) as unit:
        if isinstance(found, str):
            await backtests.fail(unit, key, asked_us, found)
        elif found is not None:
            await backtests.end(unit, key, asked_us, found)
        await complete(unit, job)


async def _found(
    site: Site, job: Job, key: BacktestKey, asked_us: int
) -> Mapping[str, Any] | str | None:
    """What it found, or why it could not; None when there is nothing to do any more."""
    async with site.store.unit(job.tenant_id) as unit:
        kept = await backtests.read(unit, key)
        files = await desks.read_files(unit, kept.files) if kept is not None else {}
    if kept is None or kept.at_us != asked_us or kept.state in ("done", "failed"):
        return None
    live = site.desks.get(job.tenant_id)
    if live is None or live.revision != key.base_n:
        return MEANWHILE
    draft: Desk | None = (await checked_over(site, files)).desk
    if draft is None:
        return FAULTY

    async def told(done: int, total: int) -> None:
        async with site.store.unit(job.tenant_id, write=True) as unit:
            there = await backtests.move(unit, key, asked_us, done, total)
            if not there or not await jobs.extend(unit, job):
                raise LostLease(job.key)

    wanted = Wanted(key.days * DAY_US)
    result = await backtest(site, job.tenant_id, SYSTEM, draft, wanted, told)
    body: dict[str, Any] = msgspec.to_builtins(result)
    return body
