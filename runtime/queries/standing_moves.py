"""The data moves of a tenant as people look at them: what walks now and what walked last."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.site.handles import Site
from runtime.store import moves


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk over the tickets. `back`: it undoes the step; `counts`: tickets by what became of
    them: moved, aside (unreadable, kept), left (changed by somebody since)."""

    step: str
    back: bool
    running: bool
    moved: int
    aside: int
    left: int


async def walks(site: Site, tenant: str, limit: int = 10) -> tuple[Walk, ...]:
    """The newest walks, newest first; a retired thing needs none."""
    async with site.store.unit(tenant) as unit:
        found = await moves.runs(unit)
    walked = [run for run in found if run.body["verb"] != "retire"]
    return tuple(
        Walk(
            run.step,
            run.way < 0,
            run.state == "running",
            run.counts.get("moved", 0),
            run.counts.get("aside", 0),
            run.counts.get("left", 0),
        )
        for run in reversed(walked[-limit:])
    )
