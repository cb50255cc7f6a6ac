"""Backtests of a tenant: the tickets of a period decided under its live desk and under a draft.

Nothing is written and no source is asked: what sources answered is taken from the journal. The
clock stands still at the moment the backtest begins.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from engine.change.backtest import Backtest, Tally
from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.queries import pasts
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import backtests, replays
from runtime.store.replays import Cursor, Period
from runtime.store.rows import BacktestKey, KeptBacktest

PUBLISH: Final = "publish_specs"
DAY_US: Final = 86_400_000_000
SINCE_US: Final = 90 * DAY_US
PORTION: Final = 2000
"""So many tickets are read, decided and forgotten at a time."""
Progress = Callable[[int, int], Awaitable[None]]
"""Called with the tickets done and all of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to replay: the tickets of the last `since_us`, of some type keys (() is all) and of some
    teams, by the team that they came to (() is all). `check`: so many go through the whole cascade
    as well; `exact`: all do.
    """

    since_us: int = SINCE_US
    types: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    check: int = 200
    exact: bool = False


async def backtest(
    site: Site,
    tenant: str,
    viewer: Viewer,
    draft: Desk,
    wanted: Wanted,
    progress: Progress | None = None,
) -> Backtest | None:
    """What the draft would have done; None where there is no such tenant for this viewer."""
    live = site.desks.get(tenant)
    if live is None or not (viewer.is_system or PUBLISH in viewer.functions):
        return None
    now_us = site.store.clock.now_us()
    period = Period(now_us - wanted.since_us, now_us, wanted.types)
    async with site.store.unit(tenant) as unit:
        expected = await replays.count(unit, period)
    tally = Tally(
        live.desk,
        draft,
        (period.since_us, period.until_us),
        now_us,
        exact=wanted.exact,
        check=wanted.check,
        expected=expected,
    )
    await _replay(site, live, tally, period, wanted, expected, progress)
    return tally.result()


async def kept_backtest(
    site: Site, tenant: str, viewer: Viewer, key: BacktestKey
) -> KeptBacktest | None:
    """One that was asked for in the studio, as it stands, for somebody who may publish."""
    if not (viewer.is_system or PUBLISH in viewer.functions):
        return None
    async with site.store.unit(tenant) as unit:
        return await backtests.read(unit, key)


def result_of(kept: KeptBacktest) -> Backtest | None:
    """What it found; None where it is not over, or a version before this one wrote it."""
    if kept.state != "done":
        return None
    try:
        return msgspec.convert(kept.body, Backtest)
    except msgspec.ValidationError:
        return None


async def _replay(
    site: Site,
    live: Live,
    tally: Tally,
    period: Period,
    wanted: Wanted,
    expected: int,
    progress: Progress | None,
) -> None:
    after: Cursor | None = None
    done = 0
    if progress is not None:
        await progress(0, expected)
    while True:
        async with site.store.unit(live.tenant) as unit:
            portion = await pasts.next_portion(
                unit, live.desk, period, after, PORTION, period.until_us
            )
        if portion.last is None:
            return
        after = portion.last
        done += len(portion.pasts) + len(portion.lost)
        for one in portion.lost:
            tally.lose(one.number, one.why)
        found = portion.pasts
        if wanted.teams:
            found = [past for past in found if past.decided.home in wanted.teams]
        # Others are served meanwhile: a portion is a second of work.
        await asyncio.to_thread(tally.add, found)
        if progress is not None:
            await progress(done, max(done, expected))
