"""Backtests that somebody asked for in the studio: how far they are, and what they found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from runtime.store.rows import BacktestKey, KeptBacktest
from runtime.store.tables.desks import backtest
from runtime.store.unit import Unit
from runtime.store.upsert import put

_ALL = ("tree", "base_n", "days", "state", "done", "total", "files", "body", "why", "at_us",
        "ended_us")  # fmt: skip


async def ask(unit: Unit, key: BacktestKey, files: Mapping[str, str]) -> None:
    """Begin one anew; what an earlier one found goes."""
    now = unit.now_us()
    row = {"tenant_id": unit.tenant_id, "tree": key.tree, "base_n": key.base_n, "days": key.days,
           "state": "waiting", "done": 0, "total": 0, "files": dict(files), "body": None,
           "why": "", "at_us": now, "ended_us": None}  # fmt: skip
    await put(unit, backtest, row)


async def read(unit: Unit, key: BacktestKey) -> KeptBacktest | None:
    """One as it stands; None when nobody asked for it."""
    query = select(*(backtest.c[name] for name in _ALL)).where(*_of(unit, key))
    row = await unit.row(query)
    if row is None:
        return None
    return KeptBacktest(
        key,
        row.state,
        row.done,
        row.total,
        row.files,
        row.body,
        row.why,
        row.at_us,
        row.ended_us,
    )


async def move(unit: Unit, key: BacktestKey, asked_us: int, done: int, total: int) -> bool:
    """Say how far it is; False when it was asked for anew meanwhile."""
    return await _change(unit, key, asked_us, {"state": "running", "done": done, "total": total})


async def end(unit: Unit, key: BacktestKey, asked_us: int, body: Mapping[str, Any]) -> bool:
    """Keep what it found; False when it was asked for anew meanwhile."""
    return await _change(unit, key, asked_us, {"state": "done", "body": dict(body)}, over=True)


async def fail(unit: Unit, key: BacktestKey, asked_us: int, why: str) -> bool:
    """Say why it found nothing; False when it was asked for anew meanwhile."""
    return await _change(unit, key, asked_us, {"state": "failed", "why": why}, over=True)


async def _change(
    unit: Unit, key: BacktestKey, asked_us: int, values: dict[str, Any], *, over: bool = False
) -> bool:
    unit.must_write()
    values |= {"ended_us": unit.now_us()} if over else {}
    statement = update(backtest).where(*_of(unit, key), backtest.c.at_us == asked_us)
    return (await unit.run(statement.values(values))).rowcount == 1


def _of(unit: Unit, key: BacktestKey) -> tuple[Any, ...]:
    return (
        backtest.c.tenant_id == unit.tenant_id,
        backtest.c.tree == key.tree,
        backtest.c.base_n == key.base_n,
        backtest.c.days == key.days,
    )
