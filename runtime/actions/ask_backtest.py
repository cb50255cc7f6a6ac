"""Asks for a backtest of a draft, which a worker then runs; what was found before is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.facts import Viewer
from runtime.site.handles import Site
from runtime.store import backtests, desks, jobs
from runtime.store.jobs import NewJob
from runtime.store.rows import BacktestKey

KIND: Final = "backtest"
PUBLISH: Final = "publish_specs"
PERIODS: Final = (30, 90, 180, 365)
"""So many days back one may look."""


def key_of(body: Mapping[str, Any]) -> BacktestKey:
    """The key in a job's body."""
    return BacktestKey(str(body["tree"]), int(body["base_n"]), int(body["days"]))


async def ask_backtest(
    site: Site, tenant: str, viewer: Viewer, key: BacktestKey, files: Mapping[str, bytes]
) -> bool:
    """Begin a backtest, or let one that is under way go on; False without the right."""
    if PUBLISH not in viewer.functions and not viewer.is_system:
        return False
    async with site.store.unit(tenant, write=True) as unit:
        there = await backtests.read(unit, key)
        if there is not None and there.state in ("waiting", "running"):
            return True
        await backtests.ask(unit, key, await desks.put_files(unit, files))
        now = unit.now_us()
        body = {"tree": key.tree, "base_n": key.base_n, "days": key.days, "asked_us": now}
        name = f"{key.tree}:{key.base_n}:{key.days}:{now}"
        await jobs.enqueue(unit, [NewJob(KIND, name, now, body)])
    return True
